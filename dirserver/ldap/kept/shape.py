# SPDX-License-Identifier: GPL-3.0-or-later
"""What searches of one asker have in common that differ in nothing but the filter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dirserver.ldap.wire.message import SearchRequest

if TYPE_CHECKING:
    from dirserver.directory.roll.exact import Exact
    from dirserver.ldap.kept.at_once import Plan

_SHORT = 0x80


class Shape:
    """The octets of a search before its filter (``head``) and behind it (``tail``), who asks, and how that is answered.

    ``exact`` are the names of attributes, as they are sent, of which an equality is only a look into the roll, with what looks.
    """

    __slots__ = ("account_id", "exact", "head", "plan", "request", "tail")

    def __init__(self, head: bytes, tail: bytes, request: SearchRequest, account_id: int | None, plan: Plan) -> None:
        self.head = head
        self.tail = tail
        self.request = request
        self.account_id = account_id
        self.plan = plan
        self.exact: dict[bytes, Exact] = {}

    def follow(self, plan: Plan) -> None:
        """Be answered by another plan from now on: what could be answered before may not be now."""
        self.plan = plan
        self.exact = {}

    def filter_of(self, operation: bytes) -> bytes | None:
        """Return the octets of the filter in a search of this shape, without having read them; None for anything else."""
        size = operation[1]
        start = 2
        if size >= _SHORT:
            start += size & 0x7F
            size = int.from_bytes(operation[2:start], "big")
        if start + size != len(operation) or not operation.startswith(self.head, start) or not operation.endswith(self.tail):
            return None
        return operation[start + len(self.head) : len(operation) - len(self.tail)]
