# SPDX-License-Identifier: GPL-3.0-or-later
"""sync-collection (RFC 6578). No token is ever refused: a 403 valid-sync-token stops Thunderbird for good.

A token that isn't ours (macOS makes some up, servers were restored, people moved accounts) is answered with all that there
is and all that ever went: whatever the client holds, it ends with what the server has.
"""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

from dirserver.directory.glancing import MOST
from dirserver.model.change import Changes, SyncToken
from radicale_dirserver.tree.entries import BATCH, Entries
from radicale_dirserver.tree.held import Question
from radicale_dirserver.tree.rows import Item
from radicale_dirserver.wire.multistatus import Rows, status_row, token_row, truncation_row
from radicale_dirserver.wire.queries import SyncQuery

FOREIGN = SyncToken("", "", 0, "")
"""Stands for any token that no book gave out."""


def sync_collection(entries: Entries, query: SyncQuery, question: Question) -> Iterator[Rows]:
    """Return the rows of what changed since the token, and the new token at the end. Says until when holds that nothing has."""
    since = None if not query.token else SyncToken.parse(query.token) or FOREIGN
    if query.limit is None and entries.reading.starts_over(entries.view, since):
        yield from _everything(entries, query, with_gone=since is not None)
        return
    yield from _told(entries, query, entries.reading.changes(entries.view, since, query.limit), question)


def sync_at_hand(entries: Entries, query: SyncQuery, question: Question) -> Iterator[Rows] | None:
    """Return the rows as ``sync_collection`` does, of what takes a few statements: few changes, and no cards. Else None."""
    since = SyncToken.parse(query.token) if query.token else None
    if since is None or query.limit is not None or entries.writer(query.properties).needs_body:
        return None
    if entries.reading.starts_over(entries.view, since):
        return None
    changes = entries.reading.changes(entries.view, since, MOST)
    return None if changes.is_truncated else _told(entries, query, changes, question)


def _told(entries: Entries, query: SyncQuery, changes: Changes, question: Question) -> Iterator[Rows]:
    if changes.is_nothing:
        # Nearly every poll: it will have the same answer until the book moves on.
        question.marks = (entries.reading.mark(entries.view),)
    elif changes.changed:
        yield from _changed(entries, query, changes)
    for gone in changes.gone:
        yield status_row(entries.path + gone, HTTPStatus.NOT_FOUND)
    if changes.is_truncated:
        yield truncation_row(entries.path)
    yield token_row(changes.token)


def _changed(entries: Entries, query: SyncQuery, changes: Changes) -> Iterator[Rows]:
    writer = entries.writer(query.properties)
    if not writer.needs_body:
        yield from (writer.row(Item(*each)) for each in changes.changed)
        return
    for start in range(0, len(changes.changed), BATCH):
        names = [each.href for each in changes.changed[start : start + BATCH]]
        yield from entries.card_rows(names, writer)


def _everything(entries: Entries, query: SyncQuery, *, with_gone: bool) -> Iterator[Rows]:
    """Return what shows, what doesn't any more, and the token of now: as it comes, for nothing here may grow with the book."""
    yield from entries.rows(query.properties)
    if with_gone:
        for name in entries.reading.gone(entries.view):
            yield status_row(entries.path + name, HTTPStatus.NOT_FOUND)
    yield token_row(entries.reading.token(entries.view))
