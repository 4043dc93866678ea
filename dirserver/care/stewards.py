# SPDX-License-Identifier: GPL-3.0-or-later
"""Who looks after a book, for doors that offer more to stewards: the rule is ``access.stewardship``'s."""

from __future__ import annotations

from dirserver.access.stewardship import is_steward, may_merge
from dirserver.directory.views.entry import BookView
from dirserver.model.book import Book, Level
from dirserver.model.fold import fold
from dirserver.model.grant import SubjectKind
from dirserver.store.accounts import accounts
from dirserver.store.accounts.accounts import AccountRow
from dirserver.store.delivery import notices
from dirserver.store.engine.opening import ReadTx
from dirserver.store.rights import permissions, teams

_MOST_TOLD = 50


def looks_after(book: BookView) -> bool:
    """Tell whether the asker is a steward of a book."""
    return is_steward(book.in_general)


def may_compare(book: BookView) -> bool:
    """Tell whether the asker may be shown who is alike, and merge them."""
    return may_merge(book.in_general)


def accounts_of(tx: ReadTx, book: Book) -> tuple[AccountRow, ...]:
    """Return the accounts that look after a book, as grants name them; administrators where no grant names anybody."""
    owners = {book.owner_id} if book.owner_id is not None else set[int]()
    persons: set[str] = set()
    for grant in permissions.listed(tx):
        if grant.book != book.slug or grant.level < Level.EDIT:
            continue
        if grant.subject.kind is SubjectKind.ACCOUNT:
            owners.add(accounts.of_name(tx, grant.subject.name).id)
        elif grant.subject.kind is SubjectKind.GROUP and (team := teams.by_key(tx, fold(grant.subject.name))) is not None:
            persons.update(teams.members(tx, team.id))
    found = {row.id: row for row in accounts.of_entries(tx, sorted(persons))}
    found |= {row.id: row for each in sorted(owners) if (row := accounts.by_id(tx, each)) is not None}
    if not found:
        found = {row.id: row for each in notices.administrators(tx) if (row := accounts.by_id(tx, each)) is not None}
    return tuple(row for _, row in sorted(found.items()) if row.is_active and row.mail)[:_MOST_TOLD]


def may_see_trash(book: BookView) -> bool:
    """Tell whether the asker may be shown what was deleted and what was put aside, and bring it back."""
    return book.in_general.level >= Level.DELETE


def may_purge(book: BookView) -> bool:
    """Tell whether the asker may remove for good what lies in the trash of a book."""
    return book.level >= Level.MANAGE
