# SPDX-License-Identifier: GPL-3.0-or-later
"""Search (RFC 4511 section 4.5): from a base, a scope and a filter to entries.

The door itself answers for the root DSE, the subschema, containers and groups; people and contacts are the directory's.
Everything of one search comes from one reading, so it is of one moment.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from dirserver.directory.reading import Reading
from dirserver.directory.views.entry import Entry, Search, Stop
from dirserver.ldap.controls import assertion, paging
from dirserver.ldap.controls.controls import NONE, Controls, attached
from dirserver.ldap.controls.controls import page as page_control
from dirserver.ldap.controls.matched import Matched, encode_held, projection_of
from dirserver.ldap.controls.paging import Position
from dirserver.ldap.reach import Reach
from dirserver.ldap.search import in_order
from dirserver.ldap.search.budget import Budget
from dirserver.ldap.search.listing import Listing
from dirserver.ldap.search.ranking import best_first
from dirserver.ldap.session import Session, Site
from dirserver.ldap.tree import subordinates
from dirserver.ldap.tree.containers import nearest_existing
from dirserver.ldap.tree.dit import Fixed, Tree, read_dn
from dirserver.ldap.tree.extensible import rdns_of, simplify, uses_place
from dirserver.ldap.tree.held import HeldEntry, bind
from dirserver.ldap.tree.projection import Projection
from dirserver.ldap.tree.references import References
from dirserver.ldap.tree.schema import subschema
from dirserver.ldap.tree.scopes import covered
from dirserver.ldap.wire import encode
from dirserver.ldap.wire.message import Code, Response, Result, Scope, SearchRequest
from dirserver.model.dn import DN
from dirserver.model.filter import And, Equality, Filter
from dirserver.model.names import Slug
from dirserver.model.order import SortKey

_Part = tuple[Filter, tuple[Slug, ...]]

_PAGE = 500
_NO_ANONYMOUS = "sign in first: bind with your login, your mail address or your DN, and a password"


def answer_at_once(site: Site, request: SearchRequest, controls: Controls = NONE) -> list[bytes] | None:
    """Return the whole answer if it needs no directory (root DSE, subschema), else None. Anybody may have these."""
    base, scope = _covered(site, request)
    if scope is not Scope.BASE:
        return None
    place = site.tree.locate(base)
    if place is Fixed.ROOT:
        entry = site.reaches.root
    elif place is Fixed.SUBSCHEMA:
        entry = subschema()
    else:
        return None
    assertion.require_held(entry, controls.assertion)
    found = [encode_held(entry, request, controls.matched)] if entry.satisfies(simplify(request.filter)) else []
    done = encode.result(Response.SEARCH_DONE, Result())
    return [*found, in_order.of_one(controls, done, len(found))]


def answer(site: Site, session: Session, request: SearchRequest, controls: Controls = NONE) -> Iterator[bytes]:
    """Yield each entry, then the result, without message numbers. Raises errors of our tree."""
    page, wish = controls.page, in_order.wish_of(controls)
    if session.principal.is_anonymous and not site.config.ldap.anonymous:
        yield encode.result(Response.SEARCH_DONE, Result(Code.INSUFFICIENT_ACCESS_RIGHTS, _NO_ANONYMOUS))
        return
    base, scope = _covered(site, request)
    limit = min(request.size_limit or site.limits.size_limit, site.limits.size_limit)
    seconds = min(request.time_limit_s or site.limits.time_limit_s, site.limits.time_limit_s)
    if wish.refusal is not None:
        yield attached(encode.result(Response.SEARCH_DONE, wish.refusal), *wish.told)
        return
    if page is not None and page.size == 0:
        # RFC 2696 section 3: with a cookie the client has enough of it; without, it asks whether pages are to be had.
        yield attached(encode.result(Response.SEARCH_DONE, Result()), *wish.told, page_control(b""))
        return
    is_begun = page is not None and page.cookie and not wish.keys
    position = paging.read(page.cookie, request, session.principal) if page is not None and is_begun else Position()
    budget = Budget.of(limit - position.told, seconds)
    with site.directory.reading(session.principal) as reading:
        place = site.tree.locate(base)
        reach = None if place is None else site.reaches.of(reading, place, scope, is_counting=subordinates.are_asked_for(request))
        if reach is None:
            matched = nearest_existing(reading, site.tree, base)
            yield encode.result(Response.SEARCH_DONE, Result(Code.NO_SUCH_OBJECT, "there is no entry of this name", matched))
            return
        assertion.require(reading, site.tree, place, controls.assertion)
        if wish.keys:
            yield from _in_order(site, reading, request, reach, controls, budget, by=wish.keys)
            return
        is_ranked = page is None and ranks(request)
        projection = projection_of(reading, site.tree, site.cards, request, controls.matched)
        held = _found_held(request, reach.held, controls.matched, budget, position)
        parts = parts_of(site.tree, request, reach, References(reading, site.tree))
        # One more than a page holds is looked for, to know whether there is another.
        most = _PAGE if page is None else min(_PAGE, page.size + 1)
        found = itertools.chain(held, _found(reading, parts, projection, budget, position, most=most, is_ranked=is_ranked))
        if page is None:
            yield from found
            yield attached(encode.result(Response.SEARCH_DONE, budget.result), *wish.told)
            return
        yield from itertools.islice(found, page.size)
        reached = position.copy()
        # One more is looked for, to know whether there is another page.
        cookie = paging.write(reached, request, session.principal) if next(found, None) is not None else b""
    yield attached(encode.result(Response.SEARCH_DONE, budget.result), *wish.told, page_control(cookie))


def ranks(request: SearchRequest) -> bool:
    """Tell whether the client takes so few entries that they should be the best."""
    return 0 < request.size_limit <= _PAGE


def _in_order(
    site: Site, reading: Reading, request: SearchRequest, reach: Reach, controls: Controls, budget: Budget, *, by: tuple[SortKey, ...]
) -> Iterator[bytes]:
    projection = projection_of(reading, site.tree, site.cards, request, controls.matched)
    parts = [Search(wanted, books) for wanted, books in parts_of(site.tree, request, reach, References(reading, site.tree))]
    ordered = reading.ordered(parts, by, time_limit_s=max(budget.seconds, 0.0))
    if ordered is None:
        yield in_order.cut_short(controls)
        return

    def encoded(entry: Entry | HeldEntry) -> bytes:
        if isinstance(entry, HeldEntry):
            return encode_held(entry, request, controls.matched)
        return projection.encode(entry)

    held = [entry for _, entry in numbered_held(request, reach.held)]
    asked = in_order.Asked(request, reading.principal, by, reading.change_number(), encoded)
    yield from in_order.answer(asked, Listing(ordered, held, by), controls, budget)


def _covered(site: Site, request: SearchRequest) -> tuple[DN, Scope]:
    return covered(site.tree, read_dn(request.base), request, widens_base=site.config.ldap.widen_base_search)


def _found(
    reading: Reading, parts: Iterator[_Part], projection: Projection, budget: Budget, position: Position, *, most: int, is_ranked: bool
) -> Iterator[bytes]:
    """Yield what the directory finds behind a position, which goes along: when an entry is yielded, it stands behind it.

    ``most``: how many to ask for at once. ``is_ranked``: the client takes so few, and all at once, that they should be the best.
    """
    for number, (wanted, books) in enumerate(parts if budget.code is Code.SUCCESS else ()):
        if number < position.part or budget.code is not Code.SUCCESS:
            continue
        if number > position.part:
            position.part, position.after = number, ""
        if is_ranked and budget.left:
            yield from _best_in_books(reading, wanted, books, projection, budget)
        else:
            yield from _found_in_books(reading, wanted, books, projection, budget, position, most=most)


def parts_of(tree: Tree, request: SearchRequest, reach: Reach, references: References) -> Iterator[_Part]:
    """Yield what is to be asked of which books, in the order in which it is answered."""
    if reach.one is not None:
        slug, uuid = reach.one
        yield And((Equality("entryUUID", uuid), references.translate(simplify(request.filter, _rdns(tree, slug))))), (slug,)
    elif reach.books and uses_place(request.filter):
        for slug in reach.books:
            yield references.translate(simplify(request.filter, _rdns(tree, slug))), (slug,)
    elif reach.books:
        yield references.translate(simplify(request.filter)), reach.books


def _found_held(
    request: SearchRequest, entries: tuple[HeldEntry, ...], matched: Matched | None, budget: Budget, position: Position
) -> Iterator[bytes]:
    for number, entry in numbered_held(request, entries, position.held):
        if not budget.take():
            return
        position.held, position.told = number, position.told + 1
        yield encode_held(entry, request, matched)


def numbered_held(request: SearchRequest, entries: tuple[HeldEntry, ...], start: int = 0) -> Iterator[tuple[int, HeldEntry]]:
    """Yield those of our own entries that the filter finds, each with its number from 1."""
    uses_names = uses_place(request.filter)
    wanted = bind(simplify(request.filter))
    for number, entry in enumerate(entries[start:], start + 1):
        here = bind(simplify(request.filter, rdns_of(DN.parse(entry.dn)))) if uses_names else wanted
        if entry.matches(here):
            yield number, entry


def _found_in_books(
    reading: Reading, wanted: Filter, books: tuple[Slug, ...], projection: Projection, budget: Budget, position: Position, *, most: int
) -> Iterator[bytes]:
    """Yield what the directory finds, page by page, so that a long answer never stands in memory as a whole."""
    while budget.code is Code.SUCCESS:
        if budget.seconds <= 0:
            budget.code = Code.TIME_LIMIT_EXCEEDED
            return
        # With nothing left, one more entry is looked for only to know whether the limit cuts anything off.
        page = min(most, max(budget.left, 1))
        found = reading.search(Search(wanted, books, limit=page, after=position.after, time_limit_s=budget.seconds, with_managers=False))
        for entry in found.entries:
            if not budget.take():
                return
            position.after, position.told = entry.uuid, position.told + 1
            yield projection.encode(entry)
        if found.stopped_by is Stop.TIME:
            budget.code = Code.TIME_LIMIT_EXCEEDED
        if found.stopped_by is not Stop.SIZE:
            return


def _best_in_books(reading: Reading, wanted: Filter, books: tuple[Slug, ...], projection: Projection, budget: Budget) -> Iterator[bytes]:
    """Yield as much as the limit lets through of what the directory finds, the best of it first."""
    if budget.seconds <= 0:
        budget.code = Code.TIME_LIMIT_EXCEEDED
        return
    entries, stopped_by = best_first(reading, Search(wanted, books, limit=budget.left, time_limit_s=budget.seconds, with_managers=False))
    for entry in entries:
        budget.take()
        yield projection.encode(entry)
    if stopped_by is not None:
        budget.code = Code.TIME_LIMIT_EXCEEDED if stopped_by is Stop.TIME else Code.SIZE_LIMIT_EXCEEDED


def _rdns(tree: Tree, slug: Slug) -> frozenset[tuple[str, str]]:
    return rdns_of(DN.parse(tree.book_dn(slug)))
