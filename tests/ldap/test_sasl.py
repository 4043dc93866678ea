# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dataclasses import replace

import pytest

from dirserver.config.settings import FilePath
from dirserver.ldap.bind import authenticate, unwrapped
from dirserver.ldap.session import Session, Site
from dirserver.ldap.wire.message import BindRequest, Result
from tests.cast import password_of
from tests.ldap.conftest import SUFFIX, Asker
from tests.ldap.dialogue import Dialogue

ADA = password_of("ada").encode()


def plain(credentials: bytes | None) -> BindRequest:
    return BindRequest(3, "", None, "PLAIN", credentials)


@pytest.mark.parametrize(
    "credentials, code",
    [
        (b"\0ada\0" + ADA, 0),
        (b"u:ada\0ada@example.com\0" + ADA, 0),
        (f"dn:uid=ada,ou=people,{SUFFIX}".encode() + b"\0ada\0" + ADA, 0),
        (b"\0ada\0wrong", 49),
        (b"u:bruno\0ada\0" + ADA, 49),
        (b"\0ada\0", 49),
        (b"\0\0" + ADA, 49),
        (b"ada\0" + ADA, 49),
        (b"\0\xff\0x", 49),
        (None, 49),
    ],
)
def test_plain_is_a_name_and_a_password_for_oneself(site: Site, credentials: bytes | None, code: int) -> None:
    (answer,) = Dialogue(site).ask(plain(credentials))
    assert (answer.tag, answer.code) == (0x61, code)


def test_plain_needs_tls_and_other_mechanisms_are_unknown(site: Site) -> None:
    assert [one.code for one in Dialogue(site, address="192.0.2.7").ask(plain(b"\0ada\0" + ADA))] == [13]
    for mechanism in ("EXTERNAL", "GSSAPI", ""):
        assert [one.code for one in Dialogue(site).ask(BindRequest(3, "", None, mechanism, b""))] == [7]


def test_external_is_whoever_the_certificate_names(site: Site, asker: Asker) -> None:
    config = site.config
    with_ca = replace(site, config=replace(config, ldap=replace(config.ldap, tls_client_ca=FilePath("ca.pem"))))
    request = BindRequest(3, "", None, "EXTERNAL", None)
    nobody = asker.session(None)

    def bound(*names: str) -> tuple[int, str | None]:
        session = replace(nobody, is_encrypted=True, certified=names)
        result, who = authenticate(with_ca, session, request)
        return result.code, who.login

    assert bound("stranger@example.org", "ada@example.com") == (0, "ada")
    assert bound("printer") == (0, "printer")
    assert bound("finn")[0] == 49
    assert bound("stranger@example.org")[0] == 49

    def refused(session: Session, given: BindRequest = request) -> int:
        taken = unwrapped(with_ca, session, given)
        assert isinstance(taken, Result)
        return taken.code

    assert refused(nobody) == 48
    assert refused(replace(nobody, certified=("ada",)), replace(request, credentials=b"dn:uid=bruno")) == 49
