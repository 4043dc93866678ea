# SPDX-License-Identifier: GPL-3.0-or-later
"""What a mirror is to hold: the entries that a search finds now, as parts that can be followed one by one.

A part is a book with the question that is put to it. Its ``mark`` is the same as long as only the book's own changes can change
the answer: another View, epoch, filter or selection makes another mark, and then the part is told anew. Containers and groups, which
the door itself holds, are few and have no change log: they are compared as a whole.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from dirserver.directory.reading import Reading
from dirserver.directory.views.entry import BookView
from dirserver.ldap.mirror.cookie import MARK_LENGTH, Point
from dirserver.ldap.search.search import numbered_held, parts_of
from dirserver.ldap.session import Site
from dirserver.ldap.tree.dit import Fixed, read_dn
from dirserver.ldap.tree.held import HeldEntry
from dirserver.ldap.tree.places import find_book, listed_books
from dirserver.ldap.tree.references import References
from dirserver.ldap.tree.scopes import covered
from dirserver.ldap.tree.selection import Selection, select
from dirserver.ldap.wire.message import SearchRequest
from dirserver.model.filter import Filter
from dirserver.model.names import Slug

_FORMAT = 1
"""Grows when an entry is shown otherwise than before: then every mirror begins anew."""
_REFERENCES = frozenset({"manager", "secretary"})


@dataclass(frozen=True, slots=True)
class Part:
    """One book; ``wanted`` None where it isn't searched but entries of others may refer to its own."""

    view: BookView
    wanted: Filter | None
    point: Point


class Held(NamedTuple):
    """One of the door's own entries, ``encoded`` as it is told; ``digest`` says whether it is still the same."""

    dn: str
    digest: bytes
    encoded: bytes


@dataclass(frozen=True, slots=True)
class Content:
    """What there is to mirror at one moment; ``held`` by UUID."""

    access: int
    parts: Mapping[Slug, Part]
    held: Mapping[str, Held]

    @property
    def number(self) -> int:
        """What grows with every change of a book: containers and groups may change with any of them."""
        return sum(part.point.number for part in self.parts.values())

    @property
    def held_points(self) -> tuple[Point, Point]:
        """Which containers, groups and books there are (no filter need find a book's container), and what the held ones hold."""
        return Point(_mark("held", sorted(self.held), sorted(self.parts))), Point(
            _mark("holding", sorted((uuid, held.digest) for uuid, held in self.held.items()))
        )

    @property
    def points(self) -> tuple[Point, ...]:
        """All that a cookie has to name, always in the same order."""
        return (*self.held_points, *(part.point for part in self.parts.values()))

    def remembered(self) -> Content:
        """Return it without what is of no use for the next look: a group may have thousands of members."""
        return replace(self, held={uuid: held._replace(encoded=b"") for uuid, held in self.held.items()})


def content_of(site: Site, reading: Reading, request: SearchRequest) -> Content | None:
    """Return what a search covers; None if its base isn't there, or is one of those that aren't mirrored (root DSE, subschema)."""
    base, scope = covered(site.tree, read_dn(request.base), request, widens_base=site.config.ldap.widen_base_search)
    place = site.tree.locate(base)
    reach = None if place is None or place in {Fixed.ROOT, Fixed.SUBSCHEMA} else site.reaches.of(reading, place, scope)
    if reach is None:
        return None
    selection = select(request.attributes)
    wanted = {slug: asked for asked, slugs in parts_of(site.tree, request, reach, References(reading, site.tree)) for slug in slugs}
    views = {slug: view for slug in wanted if (view := find_book(reading, slug)) is not None}
    if selection.has_user or _REFERENCES & selection.named.keys():
        views |= {view.slug: view for view in listed_books(reading)}
    shown = (repr((_FORMAT, selection, request.types_only, reading.principal.account_id)), _teams(reading, selection, wanted))
    parts = {}
    for view in sorted(views.values(), key=lambda view: view.book.id):
        token = reading.token(view)
        asked = wanted.get(view.slug)
        mark = _mark(token.book, token.epoch, token.view, view.slug, asked, shown)
        parts[view.slug] = Part(view, asked, Point(mark, token.number))
    held = {_uuid_of(entry): _held(entry, selection, types_only=request.types_only) for _, entry in numbered_held(request, reach.held)}
    return Content(reading.access_number(), parts, held)


def _held(entry: HeldEntry, selection: Selection, *, types_only: bool) -> Held:
    encoded = entry.encode(selection, types_only=types_only)
    return Held(entry.dn, hashlib.sha256(encoded).digest()[:16], encoded)


def _teams(reading: Reading, selection: Selection, wanted: Mapping[Slug, Filter]) -> str:
    # Who is in a group has no change log: where it is shown or asked for, entries are told anew when groups change.
    is_asked = selection.name_for("memberOf", is_operational=True) is not None or any("memberOf" in repr(one) for one in wanted.values())
    return reading.teams_mark() if is_asked else ""


def _uuid_of(entry: HeldEntry) -> str:
    return next(held.values[0] for held in entry.attributes if held.name == "entryUUID")


def _mark(*told: object) -> str:
    return hashlib.sha256(repr(told).encode("utf-8", "surrogatepass")).hexdigest()[:MARK_LENGTH]
