# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole answers to searches, kept while nothing has changed that they could depend on.

An answer follows from the request, from who asks, and from the state of the directory: the sum of the listed books' change numbers and the
number of everybody's rights (``Directory.marks``). No state ever comes back. It is looked up before the search begins, so that an answer
that was made while somebody wrote is kept under a state that is over already: it can be wasted, never wrong.

What was put together from entries that are at hand anyway takes next to no room as long as it is not asked for often: only then it is kept
as it is sent too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from dirserver.ldap.controls.controls import DOMAIN_SCOPE, MANAGE_DSA_IT, PAGED_RESULTS
from dirserver.ldap.tree.cache import Cache
from dirserver.ldap.wire.ber import integer, length
from dirserver.ldap.wire.encode import messages_under
from dirserver.ldap.wire.message import Code, Message
from dirserver.model.change import Marks
from dirserver.model.principal import Principal

_LONGEST = 256 * 1024
"""A dump of a whole book would push everything else out, and is asked for once a day."""
_BESIDES_ENTRY = 100
_SHARED_ENTRY = 16
_OFTEN = 4
"""So many times it is put together before it is kept as it is sent."""
_LONGEST_OFTEN = 64 * 1024
_BESIDES_ANSWER = 400
"""What an answer takes however short it is: its key, its place in the cache, itself."""
_KEPT_CODES = frozenset({Code.SUCCESS, Code.SIZE_LIMIT_EXCEEDED, Code.NO_SUCH_OBJECT})
_HARMLESS = frozenset({PAGED_RESULTS, MANAGE_DSA_IT, DOMAIN_SCOPE})


class Told(NamedTuple):
    """A whole answer as it is sent, with how many entries are in it and how it ends."""

    octets: bytes
    entries: int
    code: int


@dataclass(slots=True)
class Kept:
    """One answer: its operations, the result last, and, with how many octets its number has, the pieces between which that is sent."""

    marks: Marks
    operations: tuple[bytes, ...]
    code: int
    asked: int = 0
    is_often: bool = False
    _ready: tuple[int, tuple[bytes, ...]] = (0, ())

    def under(self, number: bytes) -> bytes:
        """Return the messages of the answer to a request of this (encoded) number: one join, where it is asked for often."""
        ready = self._ready
        if ready[0] != len(number):
            if not self.is_often:
                return messages_under(number, self.operations)
            # Nearly all numbers have one octet or two: those of one client keep to one kind for long.
            heads = [b"0" + length(len(number) + len(one)) for one in self.operations]
            bodies = [b"", *self.operations]
            pieces = (*(body + head for body, head in zip(bodies, heads, strict=False)), bodies[-1])
            # At one stroke: another thread may take it back meanwhile.
            ready = self._ready = len(number), pieces
        return number.join(ready[1])

    def be_rare(self) -> None:
        """Give back what only makes it quicker."""
        self.is_often, self.asked, self._ready = False, 0, (0, ())

    def told(self, message_id: int) -> Told:
        """Return the answer to a request of this number, as it is sent."""
        return Told(self.under(integer(message_id)), len(self.operations) - 1, self.code)


class Answers:
    """What is kept, up to so many octets in all. Safe for threads; ``Kept.under`` is for the reactor's alone."""

    def __init__(self, max_octets: int) -> None:
        self._kept: Cache[tuple[bytes, int | None], Kept] = Cache(max_octets // 2)
        self._often: Cache[tuple[bytes, int | None], Kept] = Cache(max_octets // 2, Kept.be_rare)

    @property
    def longest(self) -> int:
        """How many octets an answer may have to be kept."""
        return min(_LONGEST, self._kept.max_octets)

    def recall(self, message: Message, principal: Principal, marks: Marks) -> Kept | None:
        """Return the answer to this request of this asker, if it was given in this state."""
        return self.recall_octets(message.octets, principal.account_id, marks)

    def recall_octets(self, octets: bytes, account_id: int | None, marks: Marks) -> Kept | None:
        """Return the answer to the request of these octets, as ``recall`` does."""
        kept = self._kept.get((octets, account_id))
        if kept is None or (kept.marks is not marks and kept.marks != marks):
            return None
        if not kept.is_often:
            kept.asked += 1
            if kept.asked >= _OFTEN:
                size = sum(map(len, kept.operations)) + _BESIDES_ENTRY * len(kept.operations)
                # Of long ones the octets are most of the work.
                kept.is_often = size <= _LONGEST_OFTEN and self._often.put((octets, account_id), kept, size)
        return kept

    def is_kept(self, message: Message) -> bool:
        """Tell whether an answer to this request would be kept at all."""
        return bool(message.octets) and self.longest > 0 and all(control.oid in _HARMLESS for control in message.controls)

    def keep(
        self, message: Message, principal: Principal, marks: Marks, operations: Sequence[bytes], code: int, *, is_at_hand: bool = False
    ) -> None:
        """Keep an answer; the oldest make room for it. ``is_at_hand``: its entries are kept elsewhere anyway."""
        self.keep_octets(message.octets, principal.account_id, marks, operations, code, is_at_hand=is_at_hand)

    def keep_octets(
        self, request: bytes, account_id: int | None, marks: Marks, operations: Sequence[bytes], code: int, *, is_at_hand: bool
    ) -> None:
        """Keep the answer to the request of these octets, as ``keep`` does."""
        size = sum(map(len, operations))
        if code not in _KEPT_CODES or size > self.longest:
            return
        octets = _SHARED_ENTRY * len(operations) if is_at_hand else size + _BESIDES_ENTRY * len(operations)
        octets += len(request) + _BESIDES_ANSWER
        self._kept.put((request, account_id), Kept(marks, tuple(operations), code), octets)
