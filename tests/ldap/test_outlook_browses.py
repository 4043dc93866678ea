# SPDX-License-Identifier: GPL-3.0-or-later
"""Outlook's way through a directory, octet by octet: its profile's check of the root DSE, then browsing by scroll bar and by letter.

Windows' library (wldap32) writes every length in four octets, numbers its messages from 10 on and binds with a login that is no DN.
Outlook browses where the root DSE lists sorting and list views (2.16.840.1.113730.3.4.9).
"""

from __future__ import annotations

from dirserver.ldap.session import Site
from dirserver.ldap.wire import ber
from tests.cast import password_of
from tests.ldap.answers import SSS, SSS_SAYS, VLV, VLV_SAYS, Answered
from tests.ldap.conftest import SUFFIX
from tests.ldap.dialogue import Dialogue

NAMES = ["ada", "bruno", "chika", "dov", "esme", "finn", "ludo", "zoe"]
ATTRIBUTES = (
    "cn commonName mail roleOccupant display-name displayname sn surname co organizationName o givenName legacyExchangeDN objectClass uid "
    "mailNickname title company physicalDeliveryOfficeName telephoneNumber"
).split()


def long(tag: int, *parts: bytes) -> bytes:
    contents = b"".join(parts)
    return bytes((tag, 0x84)) + len(contents).to_bytes(4, "big") + contents


def text(value: str, tag: int = 0x04) -> bytes:
    return long(tag, value.encode())


def number(value: int, tag: int = 0x02) -> bytes:
    return long(tag, bytes((value,)))


def boolean(value: bool, tag: int = 0x01) -> bytes:
    return long(tag, b"\xff" if value else b"\x00")


def control(oid: str, value: bytes, *, is_critical: bool) -> bytes:
    return long(0x30, text(oid), *([boolean(True)] if is_critical else []), long(0x04, value))


def search(message_id: int, base: str, scope: int, condition: bytes, attributes: list[str], *controls: bytes) -> bytes:
    wanted = long(0x30, *map(text, attributes))
    asked = long(0x63, text(base), number(scope, 0x0A), number(3, 0x0A), number(0), number(60), boolean(False), condition, wanted)
    return long(0x30, number(message_id), asked, long(0xA0, *controls) if controls else b"")


def browse(message_id: int, target: bytes, before: int, after: int) -> bytes:
    condition = long(0xA0, text("mail", 0x87), text("cn", 0x87))
    by = control(SSS, long(0x30, long(0x30, text("cn"))), is_critical=True)
    view = control(VLV, long(0x30, number(before), number(after), target), is_critical=True)
    return search(message_id, f"ou=people,{SUFFIX}", 2, condition, ATTRIBUTES, by, view)


def answers(client: Dialogue, octets: bytes, message_id: int) -> Answered:
    client.connection.dataReceived(octets)
    told, at, found = client.wire.value(), 0, []
    client.wire.clear()
    while at < len(told):
        start, at = ber.expect(told, at, len(told), ber.SEQUENCE)
        given, start = ber.read_integer(told, start, at)
        assert given == message_id
        found.append(told[start:at])
    return Answered(found)


def test_outlook_browses_by_scroll_bar_and_by_letter(site: Site) -> None:
    client = Dialogue(site)
    bind = long(0x60, number(3), text("dov"), text(password_of("dov"), 0x80))
    (bound,) = client.send(long(0x30, number(10), bind))
    assert (bound.id, bound.code) == (10, 0)
    probe = search(11, "", 0, text("objectClass", 0x87), ["supportedControl", "supportedCapabilities", "defaultNamingContext"])
    (root,) = answers(client, probe, 11).entries
    assert {SSS.encode(), VLV.encode()} <= set(root.attributes["supportedControl"])
    assert root.attributes["defaultNamingContext"] == [SUFFIX.encode()]
    # One supportedCapabilities would make Outlook take us for Active Directory.
    assert "supportedCapabilities" not in root.attributes

    top = answers(client, browse(12, long(0xA0, number(1), number(0)), 0, 4), 12)
    assert (top.names, top.view[:3], top.sorted_code) == (NAMES[:5], (1, 8, 0), (0, ""))
    assert list(top.controls) == [SSS_SAYS, VLV_SAYS]
    assert {"cn", "mail", "sn", "givenName", "title", "uid"} <= set(top.entries[0].attributes)
    # It asks for the count that it was told, then for places on a scroll bar of its own length.
    down = answers(client, browse(13, long(0xA0, number(5), number(8)), 2, 2), 13)
    assert (down.names, down.view[:3]) == (NAMES[2:7], (5, 8, 0))
    end = answers(client, browse(14, long(0xA0, number(100), number(100)), 3, 3), 14)
    assert (end.names, end.view[:3]) == (NAMES[4:], (8, 8, 0))
    letter = answers(client, browse(15, text("E", 0x81), 1, 2), 15)
    assert (letter.names, letter.view[:3]) == (NAMES[3:7], (5, 8, 0))
    assert client.send(long(0x30, number(16), long(0x42))) == []
    assert client.is_closed
