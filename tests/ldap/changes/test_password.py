# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.errors import NotAuthenticated
from dirserver.ldap import operations
from dirserver.ldap.changes.password import Wish, decode
from dirserver.ldap.rootdse import PASSWORD_MODIFY
from dirserver.ldap.session import Site
from dirserver.ldap.wire import encode
from dirserver.ldap.wire.ber import ProtocolError
from dirserver.ldap.wire.message import ExtendedRequest, Message
from dirserver.model.principal import Door
from tests.cast import device_of, password_of
from tests.ldap.conftest import SUFFIX, Asker
from tests.ldap.speech import Answer, decode_answers, sequence, text

NEW = "a-new-and-long-password"


def change(site: Site, who: str | None, *, of: str = "", old: str = "", new: str = "", address: str = "127.0.0.1") -> Answer:
    parts = [text(one, tag) for tag, one in ((0x80, of), (0x81, old), (0x82, new)) if one]
    message = Message(1, ExtendedRequest(PASSWORD_MODIFY, sequence(*parts)))
    answers = operations.answer(site, Asker(site).session(who, address), message)
    (answer,) = decode_answers(b"".join(encode.message(1, one) for one in answers))
    assert NEW not in answer.text
    return answer


def opens(site: Site, login: str, password: str) -> bool:
    try:
        site.identity.authenticate(login, password, door=Door.LDAP, address="127.0.0.1")
    except NotAuthenticated:
        return False
    return True


def test_the_present_password_gets_one_a_new_one(own_site: Site) -> None:
    assert change(own_site, "ada", new=NEW).code == 53
    assert change(own_site, "ada", old="wrong-wrong-wrong", new=NEW).code == 49
    assert change(own_site, "ada", old=device_of("ada"), new=NEW).code == 49
    assert change(own_site, "ada", old=password_of("ada"), new="short").code == 19
    assert opens(own_site, "ada", password_of("ada"))
    answer = change(own_site, "ada", of=f"uid=ada,ou=people,{SUFFIX}", old=password_of("ada"), new=NEW)
    assert (answer.tag, answer.code, answer.value) == (0x78, 0, None)
    assert opens(own_site, "ada", NEW)
    assert not opens(own_site, "ada", password_of("ada"))


def test_administrators_set_and_make_passwords_for_others(own_site: Site) -> None:
    assert change(own_site, "ada", of="bruno", new=NEW).code == 50
    assert change(own_site, "ada", of="no such", new=NEW).code == 50
    own = password_of("admin")
    assert change(own_site, "admin", of="no such", old=own, new=NEW).code == 32
    assert change(own_site, "admin", of="u:bruno", new=NEW).code == 53
    assert change(own_site, "admin", of="u:bruno", old=password_of("bruno"), new=NEW).code == 49
    device = own_site.identity.add_device_password("admin", label="lost phone")
    assert change(own_site, "admin", of="u:bruno", old=device, new=NEW).code == 49, "a lost phone opens no other account"
    assert opens(own_site, "bruno", password_of("bruno"))
    assert change(own_site, "admin", of="u:bruno", old=own, new=NEW).code == 0
    assert opens(own_site, "bruno", NEW)
    made = change(own_site, "admin", of=f"dn:uid=bruno,ou=people,{SUFFIX}", old=own).value
    assert made is not None
    assert opens(own_site, "bruno", made[4:].decode())


def test_nobody_and_nobody_without_tls(own_site: Site) -> None:
    assert change(own_site, None, of="ada", old=password_of("ada"), new=NEW).code == 50
    assert change(own_site, "ada", old=password_of("ada"), new=NEW, address="192.0.2.7").code == 13


@pytest.mark.parametrize("value", [b"", b"\x30", b"\x30\x03\x82\x01", b"\x30\x06\x82\x01a\x81\x01b", b"\x30\x03\x82\x01\xff", b"\x30\x00x"])
def test_what_is_no_request_is_refused(value: bytes) -> None:
    with pytest.raises(ProtocolError):
        decode(value)
    assert decode(None) == decode(b"\x30\x00") == Wish()
