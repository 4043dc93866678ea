# SPDX-License-Identifier: GPL-3.0-or-later
"""Searching: a filter is bound once, guarded for each kind of rights, and asked of all books that share them together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from dirserver.access.guard import guard
from dirserver.access.rights import Rights
from dirserver.directory.asking import Asking
from dirserver.directory.binding import bind
from dirserver.directory.entry import BookView, Search, SearchResult
from dirserver.directory.presenting import present, reach_of
from dirserver.model.entry import State
from dirserver.model.filter import Filter
from dirserver.model.fold import fold
from dirserver.store import search as store_search
from dirserver.store.search import BoundSearch, Part


def find(asking: Asking, views: Sequence[BookView], search: Search) -> SearchResult:
    """Answer a search over these books."""
    return _run(asking, views, search, bind(search.filter), "")


def find_typed(asking: Asking, views: Sequence[BookView], search: Search, text: str) -> SearchResult:
    """Answer a search whose filter is in bound form already; entries whose name is or begins with the text come first."""
    return _run(asking, views, search, search.filter, fold(text))


def total(asking: Asking, views: Sequence[BookView], bound: Filter) -> int:
    """Count what a bound filter finds in these books."""
    return store_search.count(asking.tx, BoundSearch(_parts(asking, views, bound, State.ACTIVE)))


def _run(asking: Asking, views: Sequence[BookView], search: Search, bound: Filter, word: str) -> SearchResult:
    question = BoundSearch(
        parts=_parts(asking, views, bound, search.with_state),
        state=search.with_state,
        limit=search.limit,
        offset=search.offset,
        time_limit_s=search.time_limit_s,
        word=word,
        is_by_name=all(asking.rights_on(view.book).guards_for("cn") is None for view in views),
    )
    found = store_search.run(asking.tx, question)
    return SearchResult(present(asking, found.entries), found.stopped_by)


def _parts(asking: Asking, views: Sequence[BookView], bound: Filter, state: State) -> tuple[Part, ...]:
    alike: defaultdict[str, list[tuple[int, Rights]]] = defaultdict(list)
    for view in views:
        if state is State.ACTIVE or view.may_delete:
            alike[view.fingerprint].append((view.book.id, asking.rights_on(view.book)))
    return tuple(Part(tuple(book_id for book_id, _ in books), reach_of(books[0][1]), guard(bound, books[0][1])) for books in alike.values())
