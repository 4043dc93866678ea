# SPDX-License-Identifier: GPL-3.0-or-later
"""A mirror as RFC 4533 describes it (section 3): what it is told, and the copy that it ends with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from dirserver.ldap.steps import Steps, Then
from dirserver.ldap.wire import ber
from tests.ldap.speech import sequence

STATE = "1.3.6.1.4.1.4203.1.9.1.2"
DONE = "1.3.6.1.4.1.4203.1.9.1.3"
INFO = "1.3.6.1.4.1.4203.1.9.1.4"
CHANGED = "2.16.840.1.113730.3.4.7"

Values = dict[str, tuple[bytes, ...]]


def sync_value(cookie: bytes | None = None, *, persists: bool = False) -> bytes:
    """The value of a Sync Request Control."""
    return sequence(ber.integer(3 if persists else 1, b"\x0a"), ber.octets(cookie) if cookie is not None else b"")


def watch_value(types: int = 15, *, changes_only: bool = True, notices: bool = True) -> bytes:
    """The value of a persistent search control."""
    truths = (b"\x01\x01" + (b"\xff" if one else b"\x00") for one in (changes_only, notices))
    return sequence(ber.integer(types), *truths)


@dataclass(frozen=True)
class Told:
    """One answer without message number: its tag, an entry's name and values or a result's code, and its control's value."""

    tag: int
    dn: str = ""
    values: Values = field(default_factory=dict)
    code: int = 0
    control: str = ""
    value: bytes = b""


def told(answer: bytes) -> Told:
    """Read one answer with its controls."""
    tag, start, at = ber.read(answer, 0, len(answer))
    control, value = _control(answer, at)
    if tag == 0x64:
        dn, start = ber.read_text(answer, start, at)
        return Told(tag, dn, _values(answer, start), control=control, value=value)
    if tag == 0x79:
        oid, start = ber.read_octets(answer, start, at, 0x80)
        value, _ = ber.read_octets(answer, start, at, 0x81)
        return Told(tag, control=oid.decode(), value=value)
    return Told(tag, code=ber.read_integer(answer, start, at, ber.ENUMERATED)[0], control=control, value=value)


def _control(answer: bytes, at: int) -> tuple[str, bytes]:
    if at == len(answer):
        return "", b""
    at, end = ber.expect(answer, at, len(answer), 0xA0)
    at, end = ber.expect(answer, at, end, ber.SEQUENCE)
    oid, at = ber.read_text(answer, at, end)
    value, at = ber.read_octets(answer, at, end)
    assert at == end == len(answer)
    return oid, value


def _values(answer: bytes, at: int) -> Values:
    at, end = ber.expect(answer, at, len(answer), ber.SEQUENCE)
    values: Values = {}
    while at < end:
        start, at = ber.expect(answer, at, end, ber.SEQUENCE)
        name, start = ber.read_text(answer, start, at)
        start, stop = ber.expect(answer, start, at, ber.SET)
        found = []
        while start < stop:
            value, start = ber.read_octets(answer, start, stop)
            found.append(value)
        values[name] = tuple(sorted(found))
    return values


def state_of(one: Told) -> tuple[int, str]:
    """The state and the UUID in a Sync State Control."""
    assert one.control == STATE
    at, end = ber.expect(one.value, 0, len(one.value), ber.SEQUENCE)
    state, at = ber.read_integer(one.value, at, end, ber.ENUMERATED)
    uuid, at = ber.read_octets(one.value, at, end)
    assert at == end
    return state, str(UUID(bytes=uuid))


def run(steps: Steps) -> tuple[list[Told], Then]:
    """Make steps until nothing is left to tell for now."""
    answers: list[Told] = []
    for _ in range(10_000):
        step = steps.next()
        answers += map(told, step.answers)
        if step.then is not Then.MORE:
            return answers, step.then
    raise AssertionError("it never ends")


class Copy:
    """What a mirror holds: entries by UUID, and its cookie."""

    def __init__(self) -> None:
        self.entries: dict[str, tuple[str, Values]] = {}
        self.cookie: bytes | None = None
        self.code: int | None = None
        self._present: set[str] = set()

    def begin(self) -> None:
        """A refresh begins: what was told before, while it stayed, says nothing of what is there now."""
        self._present = set()

    def take(self, answers: Iterable[Told]) -> Copy:
        """Do what is told."""
        for one in answers:
            if one.tag == 0x64:
                self._take_entry(one)
            elif one.tag == 0x79:
                assert one.control == INFO
                self._take_info(one.value)
            else:
                self.code = one.code
                if one.control == DONE:
                    at, end = ber.expect(one.value, 0, len(one.value), ber.SEQUENCE)
                    self.cookie, at = ber.read_octets(one.value, at, end)
                    self._end_refresh(by_deletes=at < end)
        return self

    def _take_entry(self, one: Told) -> None:
        state, uuid = state_of(one)
        assert state in {1, 2, 3}
        if state == 3:
            assert not one.values
            self.entries.pop(uuid, None)
        else:
            self.entries[uuid] = (one.dn, one.values)
            self._present.add(uuid)

    def _take_info(self, value: bytes) -> None:
        tag, at, end = ber.read(value, 0, len(value))
        if tag == 0x80:
            self.cookie = value[at:end]
        elif tag in {0xA1, 0xA2}:
            self.cookie, at = ber.read_octets(value, at, end)
            assert at == end, "the refresh is done by default"
            self._end_refresh(by_deletes=tag == 0xA1)
        else:
            assert tag == 0xA3
            are_gone = value[at] == ber.BOOLEAN
            at = at + 3 if are_gone else at
            at, end = ber.expect(value, at, end, ber.SET)
            while at < end:
                octets, at = ber.read_octets(value, at, end)
                uuid = str(UUID(bytes=octets))
                if are_gone:
                    self.entries.pop(uuid, None)
                else:
                    assert uuid in self.entries, "what it is told to have, it has"
                    self._present.add(uuid)

    def _end_refresh(self, *, by_deletes: bool) -> None:
        if not by_deletes:
            self.entries = {uuid: entry for uuid, entry in self.entries.items() if uuid in self._present}
        self._present = set()
