# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import cast

import pytest

from dirserver.ldap import bind
from dirserver.ldap.session import Session, Site
from dirserver.ldap.wire.framing import number_in
from dirserver.ldap.wire.message import BindRequest, Code, Control, Message, Result, UnbindRequest
from dirserver.listening.outlet import Outlet
from dirserver.model.principal import Principal
from tests.cast import device_of, password_of
from tests.ldap.conftest import SUFFIX
from tests.ldap.speech import decode_answers, encode_message

HERE = Session(bind.ANONYMOUS, "127.0.0.1")
FAR = Session(bind.ANONYMOUS, "192.0.2.7")


def code_of(request: BindRequest, session: Session = HERE, *, allows_plain: bool = False) -> Code | None:
    result = bind.answer_at_once(session, request, allows_plain=allows_plain)
    return None if result is None else result.code


@pytest.mark.parametrize(
    "request_, wanted",
    [
        (BindRequest(3, "", b""), Code.SUCCESS),
        (BindRequest(3, "", b"x"), Code.INVALID_CREDENTIALS),
        (BindRequest(3, "uid=ada", b""), Code.UNWILLING_TO_PERFORM),
        (BindRequest(3, "ada", b"x"), None),
        (BindRequest(2, "ada", b"x"), None),
        (BindRequest(1, "ada", b"x"), Code.PROTOCOL_ERROR),
        (BindRequest(4, "ada", b"x"), Code.PROTOCOL_ERROR),
        (BindRequest(3, "", None, "GSSAPI", b""), Code.AUTH_METHOD_NOT_SUPPORTED),
        (BindRequest(3, "ada", None, "DIGEST-MD5"), Code.AUTH_METHOD_NOT_SUPPORTED),
        (BindRequest(3, "a" * 600, b"x"), Code.INVALID_CREDENTIALS),
        (BindRequest(3, "ada", b"x" * 2000), Code.INVALID_CREDENTIALS),
    ],
)
def test_what_needs_no_password_check(request_: BindRequest, wanted: Code | None) -> None:
    assert code_of(request_) == wanted


def test_a_password_in_the_clear_is_for_loopback_or_where_it_is_allowed() -> None:
    request = BindRequest(3, "ada", b"x")
    assert code_of(request, FAR) is Code.CONFIDENTIALITY_REQUIRED
    assert code_of(request, FAR, allows_plain=True) is None
    assert code_of(request, Session(bind.ANONYMOUS, "192.0.2.7", is_encrypted=True)) is None
    assert code_of(BindRequest(3, "", b""), FAR) is Code.SUCCESS


@pytest.mark.parametrize(
    "name, wanted",
    [
        ("ada", ("ada",)),
        (" ada ", ("ada",)),
        ("ada@example.com", ("ada@example.com", "ada")),
        ("ada@EXAMPLE.COM", ("ada@EXAMPLE.COM", "ada")),
        ("ada@elsewhere.example", ("ada@elsewhere.example",)),
        ("EXAMPLE\\ada", ("ada",)),
        ("uid=ada,ou=people,dc=example,dc=com", ("ada",)),
        ("UID=Ada,OU=people,dc=example,dc=com", ("Ada",)),
        ("cn=printer,dc=example,dc=com", ("printer",)),
        ("mail=ada@example.com,ou=people,dc=example,dc=com", ("ada@example.com", "ada")),
        ("uid=o\\2cdd,ou=people", ("o,dd",)),
        ("ou=people,dc=example,dc=com", ("ou=people,dc=example,dc=com",)),
        ("=broken=", ("=broken=",)),
    ],
)
def test_what_a_name_may_mean(name: str, wanted: tuple[str, ...]) -> None:
    assert bind.logins_of(name, "example.com") == wanted


def authenticated(site: Site, name: str, password: str) -> tuple[Code, str]:
    result, principal = bind.authenticate(site, HERE, BindRequest(3, name, password.encode()))
    return result.code, principal.login


def test_both_kinds_of_password_fit(site: Site) -> None:
    assert authenticated(site, f"uid=ada,ou=people,{SUFFIX}", password_of("ada")) == (Code.SUCCESS, "ada")
    assert authenticated(site, "ada@example.com", device_of("ada")) == (Code.SUCCESS, "ada")


@pytest.mark.parametrize("name, password", [("ada", "wrong"), ("nobody-at-all", "x"), ("finn", password_of("finn"))])
def test_what_does_not_fit_leaves_nobody(site: Site, name: str, password: str) -> None:
    assert authenticated(site, name, password) == (Code.INVALID_CREDENTIALS, "")


def test_a_password_that_is_no_text_is_wrong_like_any_other(site: Site) -> None:
    result, principal = bind.authenticate(site, HERE, BindRequest(3, "zoe", b"\xff\xfe"))
    assert (result.code, principal.is_anonymous) == (Code.INVALID_CREDENTIALS, True)


def test_guessing_is_slowed_down(site: Site) -> None:
    codes = {authenticated(site, "guessed-for-long", f"wrong {number}")[0] for number in range(11)}
    assert Code.BUSY in codes


class Taken:
    """What a connection is made of while binds are answered: octets that leave, and whose it is."""

    def __init__(self) -> None:
        self.said: list[bytes] = []
        self.principals: list[Principal] = []

    def put(self, octets: bytes) -> None:
        self.said.append(octets)

    def become(self, principal: Principal) -> Result | None:
        self.principals.append(principal)
        return None if len(self.principals) == 1 else Result(Code.BUSY, "too many")


def test_a_bind_that_showed_who_it_is_a_moment_ago_is_answered_where_it_is_read(own_site: Site) -> None:
    request = BindRequest(3, "ada", password_of("ada").encode())
    taken = Taken()

    def again(message: Message) -> bool:
        octets = encode_message(message)
        return bind.answer_again(own_site, HERE, octets, number_in(octets), cast(Outlet, taken), taken.become)

    assert not again(Message(5, request))
    _, ada = bind.authenticate(own_site, HERE, request)
    assert again(Message(5, request))
    assert again(Message(70_000, request))
    assert taken.principals == [ada, ada]
    assert [(one.id, one.code) for octets in taken.said for one in decode_answers(octets)] == [
        (5, Code.SUCCESS),
        (70_000, Code.BUSY),
    ]


def test_a_bind_that_was_answered_again_is_until_anything_changes(own_site: Site) -> None:
    taken = Taken()

    def again(secret: str, session: Session = HERE) -> bool:
        octets = encode_message(Message(5, BindRequest(3, "uid=ada,ou=people,dc=example,dc=com", secret.encode())))
        return bind.answer_again(own_site, session, octets, number_in(octets), cast(Outlet, taken), taken.become)

    first, second = device_of("ada"), own_site.identity.add_device_password("ada", label="another one")
    for secret in (first, second):
        bind.authenticate(own_site, HERE, BindRequest(3, "ada", secret.encode()))
        assert again(secret)
        assert again(secret)
    # In the clear from elsewhere it would have been read by others.
    assert not again(first, Session(bind.ANONYMOUS, "192.0.2.7"))
    assert again(first, Session(bind.ANONYMOUS, "192.0.2.7", is_encrypted=True))
    gone = next(one for one in own_site.identity.device_passwords("ada") if one.label != "another one")
    own_site.identity.revoke_device_password("ada", gone.id)
    assert not again(first)
    assert not again(second)
    bind.authenticate(own_site, HERE, BindRequest(3, "ada", second.encode()))
    assert again(second)
    assert not again(first)


@pytest.mark.parametrize(
    "message",
    [
        Message(5, BindRequest(3, "ada", b"another")),
        Message(5, BindRequest(4, "ada", password_of("ada").encode())),
        Message(5, BindRequest(3, "ada", None, "PLAIN", b"")),
        Message(5, BindRequest(3, "", b"")),
        Message(5, BindRequest(3, "ada", password_of("ada").encode()), (Control("1.2.3", is_critical=True),)),
        Message(5, UnbindRequest()),
    ],
)
def test_every_other_message_is_left_to_the_usual_way(own_site: Site, message: Message) -> None:
    bind.authenticate(own_site, HERE, BindRequest(3, "ada", password_of("ada").encode()))
    taken = Taken()
    for octets in (encode_message(message), encode_message(message)[:-1], b"0\x05\x02\x01\x05\x60\x01"):
        assert not bind.answer_again(own_site, HERE, octets, number_in(octets), cast(Outlet, taken), taken.become)
    assert (taken.said, taken.principals) == ([], [])
