# SPDX-License-Identifier: GPL-3.0-or-later
"""What a search answers to controls: entries by DN, the code, and the controls of the result by OID."""

from __future__ import annotations

from collections.abc import Iterable

from dirserver.ldap import operations
from dirserver.ldap.controls import controls
from dirserver.ldap.session import Session, Site
from dirserver.ldap.wire import ber
from dirserver.ldap.wire.message import Code, Control, Message, Operation
from dirserver.model.filter import Filter
from tests.ldap.speech import Answer, boolean, decode_entry, encode_filter, sequence, text

SSS, VLV = "1.2.840.113556.1.4.473", "2.16.840.1.113730.3.4.9"
SSS_SAYS, VLV_SAYS, PAGED = "1.2.840.113556.1.4.474", "2.16.840.1.113730.3.4.10", controls.PAGED_RESULTS
ASSERTION, PRE_READ, POST_READ = "1.3.6.1.1.12", "1.3.6.1.1.13.1", "1.3.6.1.1.13.2"
MATCHED, PERMISSIVE, PROXY = "1.2.826.0.1.3344810.2.3", "1.2.840.113556.1.4.1413", "2.16.840.1.113730.3.4.18"


def sort_by(*keys: str, is_critical: bool = False) -> Control:
    """The control of sorting; a key is ``sn``, ``-sn`` or ``sn:rule``."""
    encoded = []
    for key in keys:
        name, _, rule = key.removeprefix("-").partition(":")
        reverse = boolean(True, 0x81) if key.startswith("-") else b""
        encoded.append(sequence(text(name), text(rule, 0x80) if rule else b"", reverse))
    return Control(SSS, is_critical, sequence(*encoded))


def page_of(size: int, cookie: bytes = b"") -> Control:
    return Control(PAGED, is_critical=True, value=sequence(ber.integer(size), ber.octets(cookie)))


def by_offset(before: int, after: int, offset: int, count: int = 0, *, context: bytes | None = None) -> Control:
    target = sequence(ber.integer(offset), ber.integer(count), tag=0xA0)
    rest = ber.octets(context) if context is not None else b""
    return Control(VLV, is_critical=True, value=sequence(ber.integer(before), ber.integer(after), target, rest))


def by_value(before: int, after: int, value: bytes) -> Control:
    return Control(VLV, is_critical=True, value=sequence(ber.integer(before), ber.integer(after), ber.element(b"\x81", value)))


class Answered:
    """An answer without message numbers, read."""

    def __init__(self, octets: Iterable[bytes]) -> None:
        *entries, done = octets
        self.entries = [decode_entry(each, 0, *ber.read(each, 0, len(each))[1:]) for each in entries]
        _, at, stop = ber.read(done, 0, len(done))
        code, _ = ber.read_integer(done, at, stop, ber.ENUMERATED)
        self.code = Code(code)
        self.controls: dict[str, bytes] = {}
        if stop < len(done):
            at, end = ber.expect(done, stop, len(done), 0xA0)
            assert end == len(done)
            while at < end:
                start, at = ber.expect(done, at, end, ber.SEQUENCE)
                oid, start = ber.read_text(done, start, at)
                value, start = ber.read_octets(done, start, at)
                assert start == at
                assert oid not in self.controls
                self.controls[oid] = value

    @property
    def names(self) -> list[str]:
        """The first part of each DN, without its attribute."""
        return [entry.dn.partition(",")[0].partition("=")[2] for entry in self.entries]

    @property
    def sorted_code(self) -> tuple[int, str]:
        """What the control of sorting says: its code, and the attribute that it blames."""
        value = self.controls[SSS_SAYS]
        at, end = ber.expect(value, 0, len(value), ber.SEQUENCE)
        code, at = ber.read_integer(value, at, end, ber.ENUMERATED)
        return code, ber.read_text(value, at, end, 0x80)[0] if at < end else ""

    @property
    def view(self) -> tuple[int, int, int, bytes | None]:
        """What the control of list views says: target, count, code, context."""
        value = self.controls[VLV_SAYS]
        at, end = ber.expect(value, 0, len(value), ber.SEQUENCE)
        target, at = ber.read_integer(value, at, end)
        count, at = ber.read_integer(value, at, end)
        code, at = ber.read_integer(value, at, end, ber.ENUMERATED)
        return target, count, code, ber.read_octets(value, at, end)[0] if at < end else None

    def read(self, oid: str) -> Answer:
        """The entry that a control brought back."""
        value = self.controls[oid]
        return decode_entry(value, 0, *ber.read(value, 0, len(value))[1:])

    @property
    def cookie(self) -> bytes:
        value = self.controls[PAGED]
        at, end = ber.expect(value, 0, len(value), ber.SEQUENCE)
        _, at = ber.read_integer(value, at, end)
        return ber.read_octets(value, at, end)[0]


def answered(site: Site, session: Session, operation: Operation, *given: Control) -> Answered:
    message = Message(1, operation, given)
    at_once = operations.answer_at_once(site, message)
    return Answered(at_once if at_once is not None else operations.answer(site, session, message))


def asserting(wanted: Filter) -> Control:
    return Control(ASSERTION, is_critical=True, value=encode_filter(wanted))


def reading(oid: str, *names: str) -> Control:
    return Control(oid, is_critical=True, value=sequence(*map(text, names)))


def matching(*items: Filter) -> Control:
    return Control(MATCHED, is_critical=True, value=sequence(*map(encode_filter, items)))


def acting_as(who: str) -> Control:
    return Control(PROXY, is_critical=True, value=who.encode())
