# SPDX-License-Identifier: GPL-3.0-or-later
"""addressbook-query (RFC 6352 section 8.6): SQL finds, the card decides, the limit cuts."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from dirserver.model.change import Listed
from radicale_dirserver.reports.card_match import matches_card
from radicale_dirserver.reports.filter_plan import plan
from radicale_dirserver.tree.books import is_gateway
from radicale_dirserver.tree.entries import BATCH, Entries
from radicale_dirserver.tree.rows import Item
from radicale_dirserver.wire.multistatus import Rows, truncation_row
from radicale_dirserver.wire.queries import AddressbookQuery

GATEWAY_LIMIT = 1_000
"""The most that one search of the gateway returns: it is there to look people up, not to copy them."""


def addressbook_query(entries: Entries, query: AddressbookQuery) -> Iterator[Rows]:
    """Return the rows of the cards that match, and a 507 row when a limit cut them."""
    limit = query.limit
    if is_gateway(entries.place):
        limit = min(limit or GATEWAY_LIMIT, GATEWAY_LIMIT)
    found = _matching(entries, query, limit)
    writer = entries.writer(query.properties)
    kept = found if limit is None else itertools.islice(found, limit)
    while batch := list(itertools.islice(kept, BATCH)):
        if writer.needs_body:
            yield from entries.card_rows([each.href for each in batch], writer)
        else:
            yield from (writer.row(Item(*each)) for each in batch)
    if limit is not None and next(found, None) is not None:
        yield truncation_row(entries.path)


def _matching(entries: Entries, query: AddressbookQuery, limit: int | None) -> Iterator[Listed]:
    """Stream what matches, one more than the limit at least where there is more. What a limit leaves comes by name."""
    wanted = plan(query.filter)
    if wanted.is_exact:
        return entries.reading.found(entries.view, wanted.filter, None if limit is None else limit + 1)
    found = entries.reading.found_cards(entries.view, wanted.filter, by_name=limit is not None)
    return (listed for listed, card in found if matches_card(query.filter, card))
