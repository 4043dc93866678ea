# SPDX-License-Identifier: GPL-3.0-or-later
"""Catching up: what a client that stands at a token has to do, at once or a few rows at a time."""

from __future__ import annotations

from dataclasses import replace

from dirserver.directory.sync.following import gone, listing, starts_over_at, token
from dirserver.directory.sync.paging import next_of_changes, next_of_listing
from dirserver.directory.views.asking import Asking
from dirserver.directory.views.entry import BookView
from dirserver.model.change import Changes, Phase, SyncToken

_IN_A_LISTING = frozenset({Phase.LISTING, Phase.LISTING_ALL, Phase.GONE})


def changed_since(asking: Asking, view: BookView, since: SyncToken | None, limit: int | None) -> Changes:
    """Return what a client that stood at ``since`` must do; a ``limit`` counts rows, and the token says where to go on."""
    now = token(asking, view)
    if since is None or starts_over_at(now, since):
        if limit is not None:
            phase = Phase.LISTING if since is None else Phase.LISTING_ALL
            return next_of_listing(asking, view, now, replace(now, phase=phase), limit)
        return Changes(now, tuple(listing(asking, view)), tuple(gone(asking, view)) if since is not None else ())
    if since.phase in _IN_A_LISTING:
        return next_of_listing(asking, view, now, since, limit)
    if since.number == now.number and since.phase is Phase.DONE:
        # Nearly every poll: the book's own row says that the log has nothing new.
        return Changes(now, (), ())
    return next_of_changes(asking, view, now, since, limit)
