# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups of people as the asker may see them, and changing them; their cards follow (``teaming``)."""

from __future__ import annotations

import uuid as uuids

from dirserver.card.packed import unpack
from dirserver.directory.groups.teaming import TeamLedger, retold, team_card
from dirserver.directory.ledger import adding
from dirserver.directory.ledger.drafting import next_row, touched
from dirserver.directory.views.asking import Asking
from dirserver.directory.views.entry import Draft, Entry, Group, Member, moment
from dirserver.directory.views.presenting import display_of, seen_on, shows
from dirserver.directory.views.spelling import spelled_out
from dirserver.errors import BadInput, NotAllowed, NotFound
from dirserver.model.audit import Action, Event
from dirserver.model.book import Book
from dirserver.model.change import What
from dirserver.model.entry import Kind, State
from dirserver.model.fold import fold
from dirserver.store.entries import books, entries
from dirserver.store.entries.entries import EntryRow, Stored
from dirserver.store.rights import teams
from dirserver.store.rights.teams import TeamRow, Told

_PEOPLE = "people"


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


def own(asking: Asking) -> tuple[str, ...]:
    """Return the UUIDs of the groups that the asker's own entry is in."""
    return tuple(row.uuid for row in _own_rows(asking))


def own_group(asking: Asking, uuid: str) -> Group:
    """Return the group of that UUID if the asker is in it; NotFound otherwise."""
    row = next((row for row in _own_rows(asking) if row.uuid == uuid), None)
    if row is None:
        raise NotFound("you are in no such group")
    return _group(asking, row)


def _own_rows(asking: Asking) -> tuple[TeamRow, ...]:
    person = asking.standing.person
    return teams.of_member(asking.tx, person) if person is not None else ()


def may_keep(asking: Asking) -> bool:
    """Tell whether the asker may change groups."""
    return asking.standing.is_system or asking.standing.is_admin


def require_keeper(asking: Asking) -> None:
    """Raise NotAllowed unless the asker may change groups."""
    if not may_keep(asking):
        raise NotAllowed("only administrators may change groups")


def _group(asking: Asking, row: TeamRow) -> Group:
    by_id = {book.id: book for book in books.listed(asking.tx)}
    found: dict[int, list[EntryRow]] = {}
    for stored in entries.names(asking.tx, teams.members(asking.tx, row.id)):
        found.setdefault(stored.row.book_id, []).append(stored.row)
    members = [
        Member(one.uuid, seen.slug, one.name, display_of(seen.view, one))
        for book_id, rows in found.items()
        if (book := by_id.get(book_id)) is not None
        for one, seen in zip(rows, seen_on(asking, book, rows), strict=True)
        if shows(seen.view, one)
    ]
    members.sort(key=lambda member: (fold(member.display), member.uuid))
    made, changed = moment(row.created_us), moment(row.modified_us)
    return Group(
        *(row.uuid, row.name, row.description, row.mail, tuple(members), made, row.created_by, changed, row.modified_by),
        needs_second_factor=row.needs_second_factor,
    )


def add(asking: Asking, ledger: TeamLedger, name: str, description: str, mail: str) -> None:
    """Make an empty group. BadInput for a name that can't be one, Conflict if it is taken."""
    require_keeper(asking)
    people = _claimed(asking, ledger)
    name = ledger.free_team_name(name)
    uuid = str(uuids.uuid4())
    teams.add(ledger.tx, Told(name, fold(name), description, mail), ledger.by, uuid)
    ledger.tell_team(Action.GROUP_ADDED, uuid)
    row = teams.by_uuid(ledger.tx, uuid)
    if people is not None and row is not None:
        _mirror(ledger, people, row)


def change(asking: Asking, ledger: TeamLedger, group: str, *, name: str | None, description: str | None, mail: str | None) -> None:
    """Call a group otherwise, or say something else of it; None leaves it. BadInput, Conflict as in ``add``.

    Who is in it and what was granted to it stay.
    """
    require_keeper(asking)
    _claimed(asking, ledger)
    row = _row(asking, group)
    name = row.name if name is None else ledger.free_team_name(name, row)
    told = Told(
        name,
        fold(name),
        row.description if description is None else description,
        row.mail if mail is None else mail,
    )
    if told == Told(row.name, fold(row.name), row.description, row.mail):
        return
    teams.change(ledger.tx, row.id, told, ledger.by)
    ledger.tell_team(Action.GROUP_CHANGED, row.uuid)
    stored = _entry_of(ledger, row)
    if stored is not None:
        prepared = next_row(stored.row, retold(unpack(stored.row.card), row, told), What.CHANGED, ledger.stamp(stored.row.book_id))
        ledger.change(stored, prepared.row, says=prepared)


def require_second_factor(asking: Asking, ledger: TeamLedger, name: str, *, is_required: bool) -> None:
    """Say whether who is in a group signs in with a second factor only, from the next request on."""
    require_keeper(asking)
    row = _row(asking, name)
    if row.needs_second_factor != is_required:
        teams.need_second_factor(ledger.tx, row.id, ledger.by, is_needed=is_required)
        told = "second-factor=required" if is_required else "second-factor=optional"
        ledger.record(Event(Action.GROUP_CHANGED, f"group:{row.uuid}", fields=(told,)))


def drop(asking: Asking, ledger: TeamLedger, name: str) -> None:
    """Remove a group; what was granted to it is gone with it."""
    require_keeper(asking)
    _claimed(asking, ledger)
    row = _row(asking, name)
    teams.drop(ledger.tx, row.id)
    ledger.tell_team(Action.GROUP_DROPPED, row.uuid)
    stored = _entry_of(ledger, row)
    if stored is not None:
        ledger.change(stored, touched(stored.row, What.TRASHED, ledger.stamp(stored.row.book_id)), state=State.TRASHED)


def join(asking: Asking, ledger: TeamLedger, name: str, uuid: str) -> None:
    """Put an entry into a group. BadInput for a group."""
    require_keeper(asking)
    _claimed(asking, ledger)
    row = _row(asking, name)
    stored = entries.by_uuid(ledger.tx, uuid)
    if stored is not None and stored.row.kind == Kind.GROUP:
        raise BadInput("a group can't be in a group")
    if teams.join(ledger.tx, row.id, [uuid], ledger.by):
        ledger.tell_team(Action.MEMBER_ADDED, row.uuid, [uuid])
        if stored is not None:
            ledger.let_join(row.uuid, [stored])


def leave(asking: Asking, ledger: TeamLedger, name: str, uuid: str) -> None:
    """Take an entry out of a group."""
    require_keeper(asking)
    _claimed(asking, ledger)
    row = _row(asking, name)
    stored = entries.by_uuid(ledger.tx, uuid)
    if teams.leave(ledger.tx, row.id, [uuid], ledger.by):
        ledger.tell_team(Action.MEMBER_REMOVED, row.uuid, [uuid])
        if stored is not None:
            ledger.let_leave(row.uuid, stored)


def mirror(asking: Asking, ledger: TeamLedger) -> None:
    """Give a card to each group that has none: those of before there were cards, or before there were people."""
    people = _claimed(asking, ledger)
    if people is not None:
        for row in teams.without_entry(ledger.tx):
            _mirror(ledger, people, row)


def _mirror(ledger: TeamLedger, people: Book, row: TeamRow) -> None:
    members = [one for one in entries.many(ledger.tx, "uuid", people.id, teams.members(ledger.tx, row.id)) if one.row.kind != Kind.GROUP]
    adding.add(ledger, people, Draft(team_card(row, members), uuid=row.uuid))


def _claimed(asking: Asking, ledger: TeamLedger) -> Book | None:
    """Lock the people's book, where there is one, before anything is read: the cards of groups lie in it."""
    people = books.by_slug(asking.tx, _PEOPLE)
    if people is not None:
        ledger.claim(people)
    return people


def _entry_of(ledger: TeamLedger, row: TeamRow) -> Stored | None:
    stored = entries.by_uuid(ledger.tx, row.uuid)
    return spelled_out(ledger.tx, (stored,))[0] if stored is not None and stored.row.state == State.ACTIVE else None


def _row(asking: Asking, name: str) -> TeamRow:
    row = teams.by_key(asking.tx, fold(name))
    if row is None:
        raise NotFound(f"there is no group '{name}'")
    return row
