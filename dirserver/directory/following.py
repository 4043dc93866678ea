# SPDX-License-Identifier: GPL-3.0-or-later
"""Following a book: listings, sync tokens and what changed since one (RFC 6578).

A token is never invalid. One that was written for another View, another epoch or by nobody gets the *universal delta*:
everything that shows, and every href that ever was and doesn't show now. Whoever follows tokens therefore ends with exactly
what it may see, however its token came about.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from dirserver.access.rights import Rights
from dirserver.directory.asking import Asking
from dirserver.directory.entry import BookView
from dirserver.directory.presenting import etag_of, reach_of
from dirserver.model.change import Changes, Listed, SyncToken
from dirserver.model.names import Href
from dirserver.store import books, changes, entries
from dirserver.store.entries import ListedRow


def token(asking: Asking, view: BookView) -> SyncToken:
    """Return where the book stands now, for this View in the asker's form: a new form makes every ETag new, so its token begins anew."""
    book = books.by_id(asking.tx, view.book.id)
    return token_in(asking, view if book is None else replace(view, book=book))


def token_in(asking: Asking, view: BookView) -> SyncToken:
    """Return where the book stood when it was looked up, for this View in the asker's form."""
    return SyncToken(view.book.uuid, view.book.epoch, view.book.number, view.fingerprint + asking.served.mark)


def listing(asking: Asking, view: BookView) -> Iterator[Listed]:
    """Stream what shows, by href."""
    rights = asking.rights_on(view.book)
    for row in entries.listing(asking.tx, view.book.id, reach_of(rights)):
        yield _listed(rights, row, asking.served.form.key)


def changed_since(asking: Asking, view: BookView, since: SyncToken | None, limit: int | None) -> Changes:
    """Return what a client that stood at ``since`` must do; ``limit`` cuts only where the answer can go on from."""
    now = token(asking, view)
    if since is None or (since.book, since.epoch, since.view) != (now.book, now.epoch, now.view) or since.number > now.number:
        return _everything(asking, view, now, with_tombstones=since is not None)
    logged = changes.since(asking.tx, view.book.id, since.number, None if limit is None else limit + 1)
    is_truncated = limit is not None and len(logged) > limit
    if is_truncated and limit is not None:
        logged = logged[:limit]
        # The log is cut between two numbers, never within one: the rest of the last number comes again next time.
        last = logged[-1].number
        first_of_last = next(index for index, one in enumerate(logged) if one.number == last)
        if first_of_last == 0:
            logged = changes.since(asking.tx, view.book.id, since.number)
            logged = tuple(one for one in logged if one.number == last)
            reached = last
        else:
            logged, reached = logged[:first_of_last], logged[first_of_last - 1].number
        now = SyncToken(now.book, now.epoch, reached, now.view)
    hrefs = [one.href for one in logged]
    visible = {listed.href: listed for listed in _listed_among(asking, view, hrefs)}
    return Changes(now, tuple(visible.values()), tuple(Href(href) for href in hrefs if href not in visible), is_truncated)


def etags(asking: Asking, view: BookView, hrefs: Sequence[str]) -> tuple[Listed, ...]:
    """Return those of ``hrefs`` that show."""
    return tuple(_listed_among(asking, view, hrefs))


def _everything(asking: Asking, view: BookView, now: SyncToken, *, with_tombstones: bool) -> Changes:
    visible = tuple(listing(asking, view))
    gone: tuple[Href, ...] = ()
    if with_tombstones:
        shown = {listed.href for listed in visible}
        gone = tuple(Href(href) for href in changes.ever(asking.tx, view.book.id) if href not in shown)
    return Changes(now, visible, gone)


def _listed_among(asking: Asking, view: BookView, hrefs: Sequence[str]) -> Iterator[Listed]:
    rights = asking.rights_on(view.book)
    return (_listed(rights, row, asking.served.form.key) for row in entries.listed(asking.tx, view.book.id, reach_of(rights), hrefs))


def _listed(rights: Rights, row: ListedRow, form: str) -> Listed:
    view = rights.on(row.uuid, row.manager)
    return Listed(Href(row.href), etag_of(row.digest, view.fingerprint, form), row.modified_us // 1_000_000)
