# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from radicale.auth import AuthContext

from radicale_dirserver.auth import Auth
from radicale_dirserver.configuration import radicale_configuration
from radicale_dirserver.current import bound, signed_in
from tests.cast import device_of, principal
from tests.parts import CoreParts


def auth(core: CoreParts) -> Auth:
    return Auth(radicale_configuration(core.directory, core.identity), core.identity)


def context(address: str = "192.0.2.1") -> AuthContext:
    made = AuthContext()
    made.remote_addr = address
    return made


def test_a_device_password_opens(core: CoreParts):
    assert auth(core).login("ada", device_of("ada"), context())[0] == "ada"
    assert auth(core).login("ADA%40example.com", device_of("ada"), context())[0] == "ada"


def test_anything_else_does_not(core: CoreParts):
    for login, password in (("ada", "wrong"), ("ada", ""), ("finn", device_of("finn")), ("ghost", "x")):
        assert auth(core).login(login, password, context())[0] == ""


def test_an_address_that_is_not_known_is_not_this_machine(core: CoreParts):
    core.identity.add_account("demo", name="Demo", mail="", password="demo-has-a-long-password", is_loopback_only=True)
    assert auth(core).login("demo", "demo-has-a-long-password", context("127.0.0.1"))[0] == "demo"
    assert auth(core).login("demo", "demo-has-a-long-password", AuthContext())[0] == ""


def test_whom_our_application_signed_in_needs_no_password(core: CoreParts):
    ada = principal(core.identity, "ada")
    with signed_in(ada):
        assert auth(core).get_external_login({}) == ("ada", "")
        assert auth(core).login("ada", "", context())[0] == "ada"
    with bound(ada):
        assert auth(core).get_external_login({}) == ()
        assert auth(core).login("ada", "", context())[0] == ""
