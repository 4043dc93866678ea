# SPDX-License-Identifier: GPL-3.0-or-later
"""addressbook-query (RFC 6352 section 8.6): SQL finds, the card decides, the limit cuts."""

from __future__ import annotations

from collections.abc import Iterator

from dirserver.directory.entry import Entry, Search
from radicale_dirserver.books import is_gateway
from radicale_dirserver.card_match import matches_card
from radicale_dirserver.entries import BATCH, Entries
from radicale_dirserver.filter_plan import plan
from radicale_dirserver.multistatus import truncation_row
from radicale_dirserver.queries import AddressbookQuery
from radicale_dirserver.rows import Item

GATEWAY_LIMIT = 1_000
"""The most that one search of the gateway returns: it is there to look people up, not to copy them."""


def addressbook_query(entries: Entries, query: AddressbookQuery) -> Iterator[str]:
    """Return the rows of the cards that match, and a 507 row when a limit cut them."""
    limit = query.limit
    if is_gateway(entries.place):
        limit = min(limit or GATEWAY_LIMIT, GATEWAY_LIMIT)
    batch: list[Item] = []
    for count, entry in enumerate(_matching(entries, query)):
        if limit is not None and count == limit:
            yield from _written(entries, query, batch)
            yield truncation_row(entries.path)
            return
        batch.append(Item(entry.href, entry.etag, int(entry.modified_at.timestamp())))
        if len(batch) == BATCH:
            yield from _written(entries, query, batch)
            batch = []
    yield from _written(entries, query, batch)


def _written(entries: Entries, query: AddressbookQuery, items: list[Item]) -> Iterator[str]:
    writer = entries.writer(query.properties)
    return map(writer.row, entries.with_bodies([item.href for item in items], entries.form_of(writer)) if writer.needs_body else items)


def _matching(entries: Entries, query: AddressbookQuery) -> Iterator[Entry]:
    """Return what matches, page by page: what lies behind a limit is never loaded."""
    wanted = plan(query.filter)
    size = min(BATCH, query.limit + 1) if query.limit is not None else BATCH
    offset = 0
    while True:
        found = entries.reading.search(Search(wanted, books=(entries.view.slug,), limit=size, offset=offset)).entries
        yield from (entry for entry in found if matches_card(query.filter, entry.card))
        if len(found) < size:
            return
        offset += size
        size = BATCH
