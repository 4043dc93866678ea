# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers in an order: whole, page by page (RFC 2696 with RFC 2891), or as a window on a list (virtual list views)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from dirserver.directory.views.entry import Entry
from dirserver.ldap.controls import listview, sorting
from dirserver.ldap.controls.controls import Controls, Page, attached, page
from dirserver.ldap.controls.listview import ListView
from dirserver.ldap.controls.paging import mark
from dirserver.ldap.controls.sorting import Unsortable, key_of
from dirserver.ldap.search.budget import Budget
from dirserver.ldap.search.listing import Listing, Spot
from dirserver.ldap.tree.errors import Refused
from dirserver.ldap.tree.held import HeldEntry
from dirserver.ldap.wire import encode
from dirserver.ldap.wire.message import Code, Response, Result, SearchRequest
from dirserver.model.attribute import ATTRIBUTES
from dirserver.model.order import TIMES, Key, SortKey
from dirserver.model.principal import Principal

_LOOK_EVERY = 200
_NO_WINDOW = "the list view can't be shown; its control says why"

Encode = Callable[[Entry | HeldEntry], bytes]


@dataclass(frozen=True, slots=True)
class Wish:
    """What comes of the wish for an order: ``keys`` to sort by, none for any order; or ``refusal``, which ends the search.

    ``told`` are the controls that go with the result when there are no keys.
    """

    keys: tuple[SortKey, ...] = ()
    told: tuple[bytes, ...] = ()
    refusal: Result | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One search that is to be answered in order."""

    request: SearchRequest
    principal: Principal
    by: tuple[SortKey, ...]
    moment: int
    encode: Encode


def wish_of(controls: Controls) -> Wish:
    """Return what comes of the controls: what can't be sorted by fails the search only if it must be sorted (RFC 2891 section 2)."""
    if controls.sort is None:
        if controls.view is None:
            return Wish()
        missing = listview.answer(Code.SORT_CONTROL_MISSING)
        return Wish((), (missing,), Result(Code.LIST_VIEW_ERROR, "a list view needs an order: send the control of sorting too"))
    keys = sorting.understood(controls.sort)
    if not isinstance(keys, Unsortable):
        return Wish(keys)
    told = (sorting.answer(keys),)
    if controls.view is not None:
        return Wish((), (*told, listview.answer(Code.INAPPROPRIATE_MATCHING)), Result(Code.LIST_VIEW_ERROR, keys.message))
    return Wish((), told, Result(Code.UNAVAILABLE_CRITICAL_EXTENSION, keys.message) if controls.sort.is_critical else None)


def of_one(controls: Controls, done: bytes, count: int) -> bytes:
    """Return the end of an answer of one entry or none: that is in any order, and one page."""
    wish = wish_of(controls)
    told = list(wish.told)
    if wish.refusal is not None:
        return attached(encode.result(Response.SEARCH_DONE, wish.refusal), *told)
    if wish.keys:
        told.append(sorting.answer(None))
    if controls.view is not None:
        told.append(listview.answer(Code.SUCCESS, count, count))
    if controls.page is not None:
        told.append(page(b""))
    return attached(done, *told)


def cut_short(controls: Controls) -> bytes:
    """Return the end of an answer that would have taken too long to sort."""
    told = [sorting.answer(Unsortable(Code.TIME_LIMIT_EXCEEDED, ""))]
    if controls.view is not None:
        told.append(listview.answer(Code.TIME_LIMIT_EXCEEDED))
    result = Result(Code.TIME_LIMIT_EXCEEDED, "sorting so much takes longer than the time limit; ask for something narrower")
    return attached(encode.result(Response.SEARCH_DONE, result), *told)


def answer(asked: Asked, listing: Listing, controls: Controls, budget: Budget) -> Iterator[bytes]:
    """Yield the entries in order, then the result."""
    sorted_ = sorting.answer(None)
    if controls.view is not None:
        yield from _window(asked, listing, controls.view, budget)
    elif controls.page is not None:
        yield from _page(asked, listing, controls.page, budget)
    else:
        yield from _taken(asked, listing.stretch(0, len(listing)), budget)
        yield attached(encode.result(Response.SEARCH_DONE, budget.result), sorted_)


def _window(asked: Asked, listing: Listing, view: ListView, budget: Budget) -> Iterator[bytes]:
    attribute = ATTRIBUTES[asked.by[0].attribute]

    def place_of(value: bytes) -> int:
        text = value.decode()
        key = key_of(attribute, text)
        if key is None and text.strip():
            raise ValueError
        # Nothing typed yet: the list from its beginning.
        return listing.place(key) if key is not None else 0

    try:
        window = listview.window(view, len(listing), place_of)
    except ValueError:
        yield _no_window(Code.INAPPROPRIATE_MATCHING, len(listing))
        return
    if window is None:
        yield _no_window(Code.OFFSET_RANGE_ERROR, len(listing))
        return
    yield from _taken(asked, listing.stretch(window.start, window.stop), budget)
    context = str(asked.moment).encode()
    shown = listview.answer(Code.SUCCESS, window.target, window.count, context)
    yield attached(encode.result(Response.SEARCH_DONE, budget.result), sorting.answer(None), shown)


def _no_window(code: Code, count: int) -> bytes:
    result = encode.result(Response.SEARCH_DONE, Result(Code.LIST_VIEW_ERROR, _NO_WINDOW))
    return attached(result, sorting.answer(None), listview.answer(code, 0, count))


def _page(asked: Asked, listing: Listing, wanted: Page, budget: Budget) -> Iterator[bytes]:
    told, start = 0, 0
    if wanted.cookie:
        told, spot = read_cookie(wanted.cookie, asked.request, asked.principal, asked.by)
        start = listing.behind(spot)
        budget.left = max(0, budget.left - told)
    stop = min(start + wanted.size, len(listing))
    at = start
    for octets in _taken(asked, listing.stretch(start, stop), budget):
        at += 1
        yield octets
    cookie = b""
    if budget.code is Code.SUCCESS and at < len(listing):
        if budget.left == 0:
            budget.code = Code.SIZE_LIMIT_EXCEEDED
        elif at > start:
            cookie = write_cookie(told + at - start, listing.spot(at - 1), asked)
    yield attached(encode.result(Response.SEARCH_DONE, budget.result), sorting.answer(None), page(cookie))


def _taken(asked: Asked, entries: Iterator[Entry | HeldEntry], budget: Budget) -> Iterator[bytes]:
    for number, entry in enumerate(entries):
        if not budget.take():
            return
        if number % _LOOK_EVERY == 0 and budget.seconds <= 0:
            budget.code = Code.TIME_LIMIT_EXCEEDED
            return
        yield asked.encode(entry)


def write_cookie(told: int, spot: Spot, asked: Asked) -> bytes:
    """Return the cookie of a page that ends at a spot. It tells its holder nothing that they were not told already."""
    position = json.dumps([told, spot.uuid, spot.dn, *spot.keys], separators=(",", ":")).encode()
    return mark(asked.request, asked.principal, asked.by) + position


def read_cookie(cookie: bytes, request: SearchRequest, principal: Principal, by: Sequence[SortKey]) -> tuple[int, Spot]:
    """Return how many were told, and where the page ended. Raises Refused for a cookie of another search (RFC 2696 section 3)."""
    expected = mark(request, principal, tuple(by))
    try:
        position = json.loads(cookie[len(expected) :]) if cookie.startswith(expected) else None
    except (ValueError, RecursionError):
        position = None
    match position:
        case [int(told), str(uuid), str(dn), *keys] if told >= 0 and len(keys) == len(by) and all(map(_fits, keys, by)):
            return told, Spot(tuple(keys), uuid, dn)
        case _:
            raise Refused(Code.UNWILLING_TO_PERFORM, "this cookie belongs to another search; begin with an empty one")


def _fits(key: Key, by: SortKey) -> bool:
    return key is None or (type(key) is (int if by.attribute in TIMES else str))
