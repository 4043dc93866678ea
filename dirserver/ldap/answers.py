# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole answers to searches, kept while nothing has changed that they could depend on.

An answer follows from the request, from who asks, and from the state of the directory: the sum of the listed books' change numbers and the
number of everybody's rights (``Directory.marks``). No state ever comes back. It is looked up before the search begins, so that an answer
that was made while somebody wrote is kept under a state that is over already: it can be wasted, never wrong.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field

from dirserver.ldap.controls import DOMAIN_SCOPE, MANAGE_DSA_IT, PAGED_RESULTS
from dirserver.ldap.wire.ber import integer, length
from dirserver.ldap.wire.message import Code, Message
from dirserver.model.change import Marks
from dirserver.model.principal import Principal

_LONGEST = 256 * 1024
"""A dump of a whole book would push everything else out, and is asked for once a day."""
_OVERHEAD = 400
_KEPT_CODES = frozenset({Code.SUCCESS, Code.SIZE_LIMIT_EXCEEDED, Code.NO_SUCH_OBJECT})
_HARMLESS = frozenset({PAGED_RESULTS, MANAGE_DSA_IT, DOMAIN_SCOPE})
_Key = tuple[bytes, int | None]


@dataclass(slots=True)
class Kept:
    """One answer: its operations, the result last, and as they are sent under a number of so many octets."""

    state: Marks
    operations: tuple[bytes, ...]
    size: int
    _cut: dict[int, tuple[bytes, ...]] = field(default_factory=dict)

    def under(self, message_id: int) -> bytes:
        """Return the messages of the answer to a request of this number: one join, whatever the number of entries."""
        number = integer(message_id)
        cut = self._cut.get(len(number))
        if cut is None:
            cut = self._cut[len(number)] = self._cut_for(len(number))
        return number.join(cut)

    def _cut_for(self, octets: int) -> tuple[bytes, ...]:
        heads = [b"0" + length(octets + len(one)) for one in self.operations]
        bodies = [b"", *self.operations]
        return (*(body + head for body, head in zip(bodies, heads, strict=False)), bodies[-1])


class Answers:
    """What is kept, up to so many octets in all. Safe for threads."""

    def __init__(self, max_octets: int) -> None:
        self._max = max_octets
        self._octets = 0
        self._lock = threading.Lock()
        self._known: OrderedDict[_Key, Kept] = OrderedDict()

    @property
    def longest(self) -> int:
        """How many octets an answer may have to be kept."""
        return min(_LONGEST, self._max)

    def recall(self, message: Message, principal: Principal, state: Marks) -> Kept | None:
        """Return the answer to this request of this asker, if it was given in this state."""
        key = (message.octets, principal.account_id)
        kept = self._known.get(key)
        if kept is None or kept.state != state:
            return None
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
        return kept

    def is_kept(self, message: Message) -> bool:
        """Tell whether an answer to this request would be kept at all."""
        return bool(message.octets) and self._max > 0 and all(control.oid in _HARMLESS for control in message.controls)

    def keep(self, message: Message, principal: Principal, state: Marks, operations: Sequence[bytes], code: int) -> None:
        """Keep an answer; the oldest make room for it."""
        size = sum(map(len, operations)) + len(message.octets) + _OVERHEAD
        if code not in _KEPT_CODES or size > self.longest:
            return
        key = (message.octets, principal.account_id)
        with self._lock:
            before = self._known.pop(key, None)
            self._octets += size - (before.size if before is not None else 0)
            self._known[key] = Kept(state, tuple(operations), size)
            while self._octets > self._max:
                _, gone = self._known.popitem(last=False)
                self._octets -= gone.size
