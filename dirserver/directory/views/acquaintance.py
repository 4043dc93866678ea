# SPDX-License-Identifier: GPL-3.0-or-later
"""What who asks is called in a letter: as its reader sees them, for a letter must not tell a name that the reader's View hides."""

from __future__ import annotations

from dirserver.access.rights import resolve
from dirserver.directory.views.asking import Asking, standing_of
from dirserver.directory.views.presenting import display_of, shows
from dirserver.model.entry import State
from dirserver.model.principal import Door, Principal
from dirserver.store.accounts import accounts
from dirserver.store.accounts.accounts import AccountRow
from dirserver.store.entries import books, entries
from dirserver.store.rights import label_grants


def called_by(asking: Asking, reader: AccountRow) -> str:
    """Return what an open account calls who asks: by their entry where that shows to it, else by their login.

    Who has no entry is called by the name of the account.
    """
    login = asking.principal.login
    account_id = asking.standing.account_id
    account = accounts.by_id(asking.tx, account_id) if account_id else None
    if account is None:
        return login
    if not account.entry_uuid:
        return account.name or login
    stored = entries.by_uuid(asking.tx, account.entry_uuid)
    book = books.by_id(asking.tx, stored.row.book_id) if stored is not None else None
    if stored is None or book is None or stored.row.state != State.ACTIVE:
        return login
    standing = standing_of(asking.tx, Principal(Door.CLI, reader.id))
    rights = resolve(standing, book, asking.grants.get(book.slug, ()), asking.classes, asking.on_labels(book))
    carried = label_grants.carried(asking.tx, rights.labelled, (stored.row.uuid,)) if rights.labelled else {}
    view = rights.on(stored.row.uuid, stored.row.manager, carried.get(stored.row.uuid, ()))
    return display_of(view, stored.row) if shows(view, stored.row) else login
