# SPDX-License-Identifier: GPL-3.0-or-later
"""Virtual list views (draft-ietf-ldapext-ldapv3-vlv-09): a window on a sorted list, as address books scroll through it.

The list itself is the directory's (``directory.search.ordering``); here is where the window lies. Nothing is kept for a client: the
context that it gives back says nothing that the request doesn't.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dirserver.ldap.wire import ber
from dirserver.ldap.wire.ber import ProtocolError
from dirserver.ldap.wire.message import Code, Control

REQUEST = "2.16.840.1.113730.3.4.9"
RESPONSE = "2.16.840.1.113730.3.4.10"

_BY_OFFSET, _BY_VALUE = 0xA0, 0x81
_MOST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class ListView:
    """Which part of the list is wanted: so many before and after a target.

    The target is at ``offset`` of a list that the client thinks to have ``count`` entries (0 when it doesn't know), or the first that
    doesn't stand before ``value``.
    """

    before: int
    after: int
    offset: int = 1
    count: int = 0
    value: bytes | None = None
    is_critical: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """Where the target is (from 1) in a list of ``count``, and the entries to give: from ``start`` to before ``stop`` (from 0)."""

    target: int
    count: int
    start: int
    stop: int


def read(control: Control) -> ListView:
    """Read the control. Raises ProtocolError."""
    value = control.value or b""
    at, end = ber.expect(value, 0, len(value), ber.SEQUENCE)
    if end != len(value):
        raise ProtocolError("something stands behind the control of list views")
    before, at = ber.read_integer(value, at, end)
    after, at = ber.read_integer(value, at, end)
    tag, start, stop = ber.read(value, at, end)
    offset, count, wanted = 1, 0, None
    if tag == _BY_OFFSET:
        offset, start = ber.read_integer(value, start, stop)
        count, start = ber.read_integer(value, start, stop)
        if start != stop:
            raise ProtocolError("an offset in a list view is two numbers")
    elif tag == _BY_VALUE:
        wanted = value[start:stop]
    else:
        raise ProtocolError("a list view has a target by offset or by value")
    if stop < end:
        _, stop = ber.read_octets(value, stop, end)
    if stop != end or not all(0 <= number <= _MOST for number in (before, after, offset, count)):
        raise ProtocolError("a list view has two counts, a target and a context")
    return ListView(before, after, offset, count, wanted, control.is_critical)


def window(asked: ListView, count: int, place_of: Callable[[bytes], int]) -> Window | None:
    """Return where the window lies in a list of ``count``; None for a target that can't be in it. ``place_of``: see ``value``."""
    target = place_of(asked.value) + 1 if asked.value is not None else _target(asked, count)
    if target is None:
        return None
    if not count:
        return Window(0, 0, 0, 0)
    return Window(target, count, max(0, target - 1 - asked.before), min(count, target + asked.after))


def _target(asked: ListView, count: int) -> int | None:
    """Section 6.2 of the draft: the first is 1, the last is the client's own count, others are scaled to the server's."""
    if asked.offset == 1:
        return 1
    if asked.count and asked.offset == asked.count:
        return max(count, 1)
    most = asked.count or count
    if not 1 <= asked.offset <= most:
        return None
    scaled = asked.offset if asked.count in {0, count} else count * asked.offset // asked.count
    return min(max(scaled, 1), max(count, 1))


def answer(code: Code, target: int = 0, count: int = 0, context: bytes | None = None) -> bytes:
    """Return the control that says where the window lies, or why there is none."""
    contents = ber.integer(target) + ber.integer(count) + ber.integer(code, b"\x0a")
    if context is not None:
        contents += ber.octets(context)
    return ber.control(RESPONSE, ber.element(b"\x30", contents))
