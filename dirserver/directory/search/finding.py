# SPDX-License-Identifier: GPL-3.0-or-later
"""Searching: a filter is bound once, guarded for each kind of rights, and asked of all books that share them together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from dirserver.access.guard import guard
from dirserver.card.card import Card
from dirserver.directory.sync.following import listed_all
from dirserver.directory.views.asking import Asking
from dirserver.directory.views.binding import bind
from dirserver.directory.views.entry import BookView, Search, SearchResult
from dirserver.directory.views.presenting import etag_of, listed_reach, present, reach_of, shown_card
from dirserver.directory.views.spelling import spelled_out
from dirserver.errors import BadInput
from dirserver.model.change import Listed
from dirserver.model.entry import State
from dirserver.model.filter import Filter
from dirserver.model.fold import fold
from dirserver.model.names import Href
from dirserver.store.entries import entries
from dirserver.store.entries.entries import Reach
from dirserver.store.finding import search as store_search
from dirserver.store.finding.search import BoundSearch, Part


def find(asking: Asking, views: Sequence[BookView], search: Search) -> SearchResult:
    """Answer a search over these books."""
    return _run(asking, views, search, bind(search.filter), "")


def find_typed(asking: Asking, views: Sequence[BookView], search: Search, text: str) -> SearchResult:
    """Answer a search whose filter is in bound form already; entries whose name is or begins with the text come first."""
    return _run(asking, views, search, search.filter, fold(text))


def found(asking: Asking, view: BookView, wanted: Filter, limit: int | None) -> Iterator[Listed]:
    """Stream what a filter finds in a book; by name where the limit leaves some, else in the order of lists."""
    return listed_all(asking, view, store_search.listed(asking.tx, _in_book(asking, view, wanted, limit)))


def found_cards(asking: Asking, view: BookView, wanted: Filter, *, by_name: bool) -> Iterator[tuple[Listed, Card]]:
    """Stream what a filter finds in a book with the cards as the asker may see them, by name or in the order of lists."""
    form = asking.served.form.key
    for stored in store_search.whole(asking.tx, _in_book(asking, view, wanted, None), by_name=by_name):
        row, entry_view = spelled_out(asking.tx, (stored,))[0].row, asking.view_on(view.book, stored.row)
        listed = Listed(Href(row.href), etag_of(row.digest, entry_view.fingerprint, form), row.modified_us // 1_000_000)
        yield listed, shown_card(entry_view, row.card)


def _in_book(asking: Asking, view: BookView, wanted: Filter, limit: int | None) -> BoundSearch:
    is_by_name = asking.rights_in(view).guards_for("cn") is None
    return BoundSearch(parts_of(asking, (view,), bind(wanted), State.ACTIVE), limit=limit, is_by_name=is_by_name)


def uuids(asking: Asking, view: BookView, wanted: Filter) -> Iterator[str]:
    """Stream the UUIDs of what a filter finds in a book."""
    return (row.uuid for row in store_search.listed(asking.tx, _in_book(asking, view, wanted, None)))


def matched(asking: Asking, view: BookView, wanted: Filter, among: tuple[str, ...]) -> frozenset[str]:
    """Return the UUIDs of those entries of a book, in whatever state, that a filter is true of for the asker."""
    parts = parts_of(asking, (view,), bind(wanted), State.ACTIVE)
    return frozenset(row.uuid for row in store_search.listed(asking.tx, BoundSearch(parts, state=None, among=among)))


def total(asking: Asking, views: Sequence[BookView], bound: Filter) -> int:
    """Count what a bound filter finds in these books."""
    return store_search.count(asking.tx, BoundSearch(parts_of(asking, views, bound, State.ACTIVE)))


def _run(asking: Asking, views: Sequence[BookView], search: Search, bound: Filter, word: str) -> SearchResult:
    last = entries.by_uuid(asking.tx, search.after) if search.after else None
    if search.after and last is None:
        raise BadInput("the entry that the search was to go on behind is gone for good; begin anew")
    question = BoundSearch(
        parts=parts_of(asking, views, bound, search.with_state),
        state=search.with_state,
        limit=search.limit,
        offset=search.offset,
        after=last.id if last is not None else None,
        time_limit_s=search.time_limit_s,
        word=word,
        among=search.among,
        is_by_name=all(asking.rights_in(view).guards_for("cn") is None for view in views),
    )
    found = store_search.run(asking.tx, question)
    return SearchResult(present(asking, found.entries, with_managers=search.with_managers, within=views), found.stopped_by)


def parts_of(asking: Asking, views: Sequence[BookView], bound: Filter, state: State) -> tuple[Part, ...]:
    """Return what is to be asked of which books: those that show the asker the same are asked together."""
    alike: defaultdict[str, list[BookView]] = defaultdict(list)
    for view in views:
        if state is State.ACTIVE or view.may_delete:
            alike[view.fingerprint].append(view)
    return tuple(
        Part(tuple(view.book.id for view in same), _reach(asking, same[0], state), guard(bound, asking.rights_in(same[0])))
        for same in alike.values()
    )


def _reach(asking: Asking, view: BookView, state: State) -> Reach:
    # Stewards look for a label in the trash to bring it back.
    if state is State.ACTIVE:
        return listed_reach(asking, view)
    return reach_of(asking.rights_in(view), label=view.label.id if view.label is not None else None)
