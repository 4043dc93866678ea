# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a new account belongs: to the person of its login in the company's book, and to a book of its own."""

from __future__ import annotations

from dataclasses import replace

from dirserver.model.book import BookKind
from dirserver.model.names import Slug
from dirserver.store.accounts import accounts
from dirserver.store.accounts.accounts import AccountRow
from dirserver.store.engine.opening import WriteTx
from dirserver.store.entries import books, entries
from dirserver.store.entries.books import NewBook


def settle(tx: WriteTx, row: AccountRow) -> int:
    """Store a new account, with the entry of its login if there is one, and with a personal book where it has none; return its id."""
    people = books.by_slug(tx, "people")
    person = entries.by_name(tx, people.id, row.login_key) if people is not None else None
    account_id = accounts.add(tx, replace(row, entry_uuid=person.row.uuid if person is not None else None))
    slug = f"~{row.login}"
    if books.by_slug(tx, slug) is None:
        books.add(tx, NewBook(Slug(slug), BookKind.PERSONAL, "Contacts", "", account_id, row.created_us))
    return account_id
