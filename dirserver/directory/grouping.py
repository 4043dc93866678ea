# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups of people as the asker may see them."""

from __future__ import annotations

from dirserver.directory.asking import Asking
from dirserver.directory.drafting import MAX_NAME
from dirserver.directory.entry import Entry, Group, Member, moment
from dirserver.directory.ledger import Ledger
from dirserver.directory.presenting import display_of, shows
from dirserver.errors import BadInput, Conflict, NotAllowed, NotFound
from dirserver.model.fold import fold
from dirserver.model.names import Slug
from dirserver.store import books, entries, teams
from dirserver.store.teams import TeamRow


def groups(asking: Asking) -> tuple[Group, ...]:
    """Return all groups; nobody in particular sees none."""
    if asking.principal.is_anonymous:
        return ()
    return tuple(_group(asking, row) for row in teams.listed(asking.tx))


def group(asking: Asking, name: str) -> Group:
    """Return the group of that name in any case."""
    row = None if asking.principal.is_anonymous else teams.by_key(asking.tx, fold(name))
    if row is None:
        raise NotFound(f"there is no group '{name}'")
    return _group(asking, row)


def names_of(asking: Asking, entry: Entry) -> tuple[str, ...]:
    """Return the names of the groups that an entry is in."""
    return () if asking.principal.is_anonymous else teams.names_of(asking.tx, entry.uuid)


def require_keeper(asking: Asking) -> None:
    """Raise NotAllowed unless the asker may change groups."""
    if not (asking.standing.is_system or asking.standing.is_admin):
        raise NotAllowed("only administrators may change groups")


def _group(asking: Asking, row: TeamRow) -> Group:
    by_id = {book.id: book for book in books.listed(asking.tx)}
    members = [
        Member(stored.row.uuid, Slug(book.slug), stored.row.name, display_of(asking.rights_on(book), stored.row))
        for stored in entries.names(asking.tx, teams.members(asking.tx, row.id))
        if (book := by_id.get(stored.row.book_id)) is not None and shows(asking.rights_on(book), stored.row)
    ]
    members.sort(key=lambda member: (fold(member.display), member.uuid))
    return Group(row.uuid, row.name, row.description, row.mail, tuple(members), moment(row.modified_us))


def add(asking: Asking, ledger: Ledger, name: str, description: str, mail: str) -> None:
    """Make an empty group. BadInput for a name that can't be one, Conflict if it is taken."""
    require_keeper(asking)
    name = name.strip()
    if not fold(name) or not name.isprintable() or len(name) > MAX_NAME:
        raise BadInput(f"'{name[:40]}' can't be the name of a group")
    if teams.by_key(ledger.tx, fold(name)) is not None:
        raise Conflict(f"there is a group '{name}' already")
    teams.add(ledger.tx, name, fold(name), description, mail, ledger.at_us)


def drop(asking: Asking, ledger: Ledger, name: str) -> None:
    """Remove a group; what was granted to it is gone with it."""
    require_keeper(asking)
    teams.drop(ledger.tx, _row(asking, name).id)


def join(asking: Asking, ledger: Ledger, name: str, uuid: str) -> None:
    """Put an entry into a group."""
    require_keeper(asking)
    teams.join(ledger.tx, _row(asking, name).id, uuid, ledger.at_us)


def leave(asking: Asking, ledger: Ledger, name: str, uuid: str) -> None:
    """Take an entry out of a group."""
    require_keeper(asking)
    teams.leave(ledger.tx, _row(asking, name).id, uuid, ledger.at_us)


def _row(asking: Asking, name: str) -> TeamRow:
    row = teams.by_key(asking.tx, fold(name))
    if row is None:
        raise NotFound(f"there is no group '{name}'")
    return row
