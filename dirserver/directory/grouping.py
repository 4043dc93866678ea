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
from dirserver.store.teams import By, TeamRow, Told


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
    made, changed = moment(row.created_us), moment(row.modified_us)
    return Group(row.uuid, row.name, row.description, row.mail, tuple(members), made, row.created_by, changed, row.modified_by)


def add(asking: Asking, ledger: Ledger, name: str, description: str, mail: str) -> None:
    """Make an empty group. BadInput for a name that can't be one, Conflict if it is taken."""
    require_keeper(asking)
    name = _free_name(asking, name)
    teams.add(ledger.tx, Told(name, fold(name), description, mail), _by(ledger))


def change(asking: Asking, ledger: Ledger, group: str, *, name: str | None, description: str | None, mail: str | None) -> None:
    """Call a group otherwise, or say something else of it; None leaves it. BadInput, Conflict as in ``add``.

    Who is in it and what was granted to it stay.
    """
    require_keeper(asking)
    row = _row(asking, group)
    name = row.name if name is None else _free_name(asking, name, row)
    told = Told(
        name,
        fold(name),
        row.description if description is None else description,
        row.mail if mail is None else mail,
    )
    if told != Told(row.name, fold(row.name), row.description, row.mail):
        teams.change(ledger.tx, row.id, told, _by(ledger))


def _free_name(asking: Asking, name: str, own: TeamRow | None = None) -> str:
    name = name.strip()
    if not fold(name) or not name.isprintable() or len(name) > MAX_NAME:
        raise BadInput(f"'{name[:40]}' can't be the name of a group")
    taken = teams.by_key(asking.tx, fold(name))
    if taken is not None and (own is None or taken.id != own.id):
        raise Conflict(f"there is a group '{name}' already")
    return name


def _by(ledger: Ledger) -> By:
    return By(ledger.principal.login, ledger.at_us)


def drop(asking: Asking, ledger: Ledger, name: str) -> None:
    """Remove a group; what was granted to it is gone with it."""
    require_keeper(asking)
    teams.drop(ledger.tx, _row(asking, name).id)


def join(asking: Asking, ledger: Ledger, name: str, uuid: str) -> None:
    """Put an entry into a group."""
    require_keeper(asking)
    teams.join(ledger.tx, _row(asking, name).id, uuid, _by(ledger))


def leave(asking: Asking, ledger: Ledger, name: str, uuid: str) -> None:
    """Take an entry out of a group."""
    require_keeper(asking)
    teams.leave(ledger.tx, _row(asking, name).id, uuid, _by(ledger))


def _row(asking: Asking, name: str) -> TeamRow:
    row = teams.by_key(asking.tx, fold(name))
    if row is None:
        raise NotFound(f"there is no group '{name}'")
    return row
