# SPDX-License-Identifier: GPL-3.0-or-later
"""Following a book a few rows at a time (RFC 6578 section 3.6): a first sync, a foreign token, many changes under one number.

Where an answer is cut, its token says how far it came. A listing goes on by href and ends under the number at which it began:
what changed meanwhile, told or not, comes with the sync after it.
"""

from __future__ import annotations

import itertools
from dataclasses import replace

from dirserver.directory.sync.following import listed_all, listed_among
from dirserver.directory.views.asking import Asking
from dirserver.directory.views.entry import BookView
from dirserver.directory.views.presenting import listed_reach
from dirserver.model.change import Changes, Listed, Phase, SyncToken
from dirserver.model.names import Href
from dirserver.store.entries import changes, lists

_MOST = 10_000
"""Rows of a listing that goes on, where the client names no limit any more."""


def next_of_listing(asking: Asking, view: BookView, now: SyncToken, at: SyncToken, limit: int | None) -> Changes:
    """Return what of a listing comes after ``at``: what shows, then (in phases that say so) what doesn't any more.

    The last of it is cut too where the book has moved on since the listing began: the client asks again at once, and is up to date.
    """
    has_moved = at.number < now.number
    left = _MOST if limit is None else limit
    reach = listed_reach(asking, view)
    changed: tuple[Listed, ...] = ()
    if at.phase is not Phase.GONE:
        rows = tuple(lists.page(asking.tx, view.book.id, reach, at.after, left + 1))
        changed = tuple(listed_all(asking, view, rows[:left]))
        if len(rows) > left:
            return Changes(replace(at, after=rows[left - 1].href), changed, (), is_truncated=True)
        if at.phase is Phase.LISTING:
            return Changes(_done(at), changed, (), is_truncated=has_moved)
        at, left = replace(at, phase=Phase.GONE, after=""), left - len(changed)
    hrefs = tuple(itertools.islice(lists.gone_page(asking.tx, view.book.id, reach, at.after, left + 1), left + 1))
    gone = tuple(Href(href) for href in hrefs[:left])
    if len(hrefs) > left:
        return Changes(replace(at, after=gone[-1] if gone else at.after), changed, gone, is_truncated=True)
    return Changes(_done(at), changed, gone, is_truncated=has_moved)


def next_of_changes(asking: Asking, view: BookView, now: SyncToken, since: SyncToken, limit: int | None) -> Changes:
    """Return what changed after ``since``, oldest first; a limit may cut within what happened under one number."""
    after = since.after if since.phase is Phase.CHANGES else None
    most, label = None if limit is None else limit + 1, None if view.label is None else view.label.id
    logged = changes.since(asking.tx, view.book.id, since.number, most, after=after, label=label)
    is_truncated = limit is not None and len(logged) > limit
    if is_truncated:
        logged = logged[:limit]
        now = replace(now, number=logged[-1].number, phase=Phase.CHANGES, after=logged[-1].href)
    hrefs = [one.href for one in logged]
    visible = {listed.href: listed for listed in listed_among(asking, view, hrefs)}
    return Changes(now, tuple(visible.values()), tuple(Href(href) for href in hrefs if href not in visible), is_truncated)


def _done(at: SyncToken) -> SyncToken:
    return replace(at, phase=Phase.DONE, after="")
