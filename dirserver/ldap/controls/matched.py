# SPDX-License-Identifier: GPL-3.0-or-later
"""Matched values (RFC 3876): of the attributes that a search returns, only the values that a list of conditions picks.

It narrows what is shown; it never looks at what the asker may not see, since that is gone from the entry already.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from dirserver.card.normal import IndexValue, index_of
from dirserver.directory.reading import Reading
from dirserver.directory.views import binding
from dirserver.directory.views.entry import Entry
from dirserver.errors import TooLarge
from dirserver.ldap.tree.dit import Tree
from dirserver.ldap.tree.encoded import EncodedCards
from dirserver.ldap.tree.extensible import simplify
from dirserver.ldap.tree.held import HeldAttribute, HeldEntry
from dirserver.ldap.tree.projection import Projection
from dirserver.ldap.tree.selection import Selection, select
from dirserver.ldap.wire import ber, encode
from dirserver.ldap.wire.ber import ProtocolError
from dirserver.ldap.wire.filter import decode_filter
from dirserver.ldap.wire.limits import DEFAULT
from dirserver.ldap.wire.message import Control, SearchRequest
from dirserver.model import filter as tree
from dirserver.model.attribute import Syntax, find
from dirserver.model.filter import Filter, Values

OID = "1.2.826.0.1.3344810.2.3"

_INDEXED = frozenset({Syntax.TEXT, Syntax.PHONE, Syntax.MAIL, Syntax.URI, Syntax.ADDRESS, Syntax.DATE})
_SETS = frozenset({0xA0, 0xA1, 0xA2})


class Matched:
    """The conditions of one search."""

    def __init__(self, items: Iterable[Filter]) -> None:
        self._items = tuple(items)
        by_name: defaultdict[str, list[Filter]] = defaultdict(list)
        for item in self._items:
            for one in _alternatives(simplify(item)):
                by_name[_name_in(one)].append(one)
        self._of = {name: tree.Or(tuple(found)) for name, found in by_name.items()}
        self._bound: dict[str, Filter] = {}

    def __eq__(self, other: object) -> bool:
        """Tell whether both are the same conditions."""
        return isinstance(other, Matched) and other._items == self._items

    def __hash__(self) -> int:
        """Return a hash of the conditions."""
        return hash(self._items)

    def pick(self, name: str, values: Iterable[bytes]) -> list[bytes]:
        """Return the values of an attribute that a condition picks."""
        return [value for value in values if self._picks(name, value)]

    def narrowed(self, entry: HeldEntry) -> HeldEntry:
        """Return an entry that the door holds with those of its values that a condition picks."""
        attributes = (replace(one, values=tuple(v for v in one.values if self._picks(one.name, v.encode()))) for one in entry.attributes)
        return replace(entry, attributes=tuple(attributes))

    def _picks(self, name: str, value: bytes) -> bool:
        attribute = find(name)
        conditions = self._of.get(attribute.key if attribute is not None else name.lower())
        if conditions is None:
            return False
        try:
            text = value.decode()
        except UnicodeDecodeError:
            # Octets can't be compared with anything; they are there, which is all that may be asked.
            return any(isinstance(one, tree.Present) for one in conditions.parts)
        if attribute is None or attribute.syntax not in _INDEXED or attribute.key == "objectclass":
            return HeldEntry("", (HeldAttribute(name, (text,)),)).satisfies(conditions)
        bound = self._bound.get(attribute.key)
        if bound is None:
            bound = self._bound[attribute.key] = binding.bind(conditions)
        return tree.matches(bound, _as_indexed(index_of({attribute.name: (text,)}))) is True


class MatchedProjection(Projection):
    """A projection that shows picked values alone; what has none of them isn't shown."""

    def __init__(self, reading: Reading, names: Tree, selection: Selection, matched: Matched) -> None:
        super().__init__(reading, names, selection, types_only=False)
        self._matched = matched

    def encode(self, entry: Entry) -> bytes:
        """Return the entry's answer with the values that are picked."""
        dn = self.dn_of(entry)
        parts: list[bytes] = []
        for name, values in self.values(entry, dn):
            shown = self.shown(name)
            picked = self._matched.pick(name, values) if shown is not None else []
            if shown is not None and picked:
                parts.append(encode.attribute(shown, picked))
        return encode.entry(dn, parts)


def projection_of(reading: Reading, names: Tree, cards: EncodedCards, request: SearchRequest, matched: Matched | None) -> Projection:
    """Return the projection for a search; where types alone are wanted, there are no values to pick (RFC 3876 section 2)."""
    selection = select(request.attributes)
    if matched is None or request.types_only:
        return Projection(reading, names, selection, types_only=request.types_only, cards=cards)
    return MatchedProjection(reading, names, selection, matched)


def encode_held(entry: HeldEntry, request: SearchRequest, matched: Matched | None) -> bytes:
    """Return the answer for an entry that the door holds."""
    shown = entry if matched is None or request.types_only else matched.narrowed(entry)
    return shown.encode(select(request.attributes), types_only=request.types_only)


def read(control: Control) -> Matched:
    """Read the control. Raises ProtocolError, and TooLarge for too many conditions."""
    value = control.value or b""
    at, end = ber.expect(value, 0, len(value), ber.SEQUENCE)
    if end != len(value):
        raise ProtocolError("something stands behind the filter of values")
    items: list[Filter] = []
    while at < end:
        if value[at] in _SETS:
            raise ProtocolError("a filter of values is a list of conditions, without and, or and not")
        item, at = decode_filter(value, at, end, DEFAULT)
        items.append(item)
        if len(items) > DEFAULT.filter_nodes:
            raise TooLarge(f"a filter of values may have at most {DEFAULT.filter_nodes} parts", DEFAULT.filter_nodes)
    return Matched(items)


def _alternatives(item: Filter) -> tuple[Filter, ...]:
    """Return a condition on one attribute, or on each of those that its name stands for."""
    return item.parts if isinstance(item, tree.Or) else (item,)


def _name_in(condition: Filter) -> str:
    """Return the canonical name that a condition is about, "" for one about nothing or about several."""
    if isinstance(condition, tree.And) and condition.parts:
        # What "less than" comes to: at most, and not equal.
        return _name_in(condition.parts[0])
    name = getattr(condition, "attribute", None) or ""
    attribute = find(name)
    return attribute.key if attribute is not None else name.lower()


def _as_indexed(rows: Iterable[IndexValue]) -> Values:
    return {row.attribute: (row.norm,) for row in rows}
