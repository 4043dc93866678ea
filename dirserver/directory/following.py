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
from dirserver.directory.presenting import etag_of, listed_reach
from dirserver.model.change import Changes, Listed, SyncToken
from dirserver.model.names import Href
from dirserver.store import books, changes, lists
from dirserver.store.entries import ListedRow
from dirserver.store.lists import Shown


def token(asking: Asking, view: BookView) -> SyncToken:
    """Return where the book stands now, for this View in the asker's form: a new form makes every ETag new, so its token begins anew."""
    book = books.by_id(asking.tx, view.book.id)
    return token_in(asking, view if book is None else replace(view, book=book))


def token_in(asking: Asking, view: BookView) -> SyncToken:
    """Return where the book stood when it was looked up, for this View in the asker's form."""
    return SyncToken(view.book.uuid, view.book.epoch, view.book.number, view.fingerprint + asking.served.mark)


def listing(asking: Asking, view: BookView) -> Iterator[Listed]:
    """Stream what shows, in no order."""
    rights = asking.rights_on(view.book)
    form = asking.served.form.key
    return (listed_of(rights, row, form) for row in lists.whole(asking.tx, view.book.id, listed_reach(asking, rights)))


def changed_since(asking: Asking, view: BookView, since: SyncToken | None, limit: int | None) -> Changes:
    """Return what a client that stood at ``since`` must do; ``limit`` cuts only where the answer can go on from."""
    now = token(asking, view)
    if _starts_over(now, since):
        return _everything(asking, view, now, with_tombstones=since is not None)
    assert since is not None, "who has no token starts over"  # noqa: S101 -- for the type checker
    if since.number == now.number:
        # Nearly every poll: the book's own row says that the log has nothing new.
        return Changes(now, (), ())
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


def starts_over(asking: Asking, view: BookView, since: SyncToken | None) -> bool:
    """Tell whether who stood at ``since`` has to be told everything."""
    return _starts_over(token(asking, view), since)


def gone(asking: Asking, view: BookView) -> Iterator[Href]:
    """Stream every href that ever was in the book and doesn't show now."""
    return map(Href, lists.gone(asking.tx, view.book.id, listed_reach(asking, asking.rights_on(view.book)), -1))


def _starts_over(now: SyncToken, since: SyncToken | None) -> bool:
    if since is None:
        return True
    return (since.book, since.epoch, since.view) != (now.book, now.epoch, now.view) or since.number > now.number


def etags(asking: Asking, view: BookView, hrefs: Sequence[str]) -> tuple[Listed, ...]:
    """Return those of ``hrefs`` that show."""
    return tuple(_listed_among(asking, view, hrefs))


def _everything(asking: Asking, view: BookView, now: SyncToken, *, with_tombstones: bool) -> Changes:
    return Changes(now, tuple(listing(asking, view)), tuple(gone(asking, view)) if with_tombstones else ())


def _listed_among(asking: Asking, view: BookView, hrefs: Sequence[str]) -> Iterator[Listed]:
    rights = asking.rights_on(view.book)
    return (
        listed_of(rights, row, asking.served.form.key) for row in lists.named(asking.tx, view.book.id, listed_reach(asking, rights), hrefs)
    )


def listed_of(rights: Rights, row: ListedRow | Shown, form: str) -> Listed:
    """Return how an entry stands in a listing, in a form (its key)."""
    view = rights.on(row.uuid, row.manager)
    return Listed(Href(row.href), etag_of(row.digest, view.fingerprint, form), row.modified_us // 1_000_000)
