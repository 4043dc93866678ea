# SPDX-License-Identifier: GPL-3.0-or-later
"""The company's groups as cards among its people: a group entry of the book ``people`` and a row of ``team`` are one thing.

They share their UUID. Whichever is written, at whichever door, the other follows in the same transaction: ``grouping`` writes the
entry, and this ledger, through which every entry goes, the group. So sync, pages of it and ETags need to know of nothing new. Who
is in a group decides on rights, hence only those who may change groups may change such a card. See ``docs/decisions/0023``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from dirserver.card.card import Card
from dirserver.card.groups import member_keys, member_value, new_group, with_members
from dirserver.card.packed import pack, unpack
from dirserver.card.patch import patch
from dirserver.card.projection import attributes
from dirserver.directory.groups.labelling import LabelLedger, spelling_of
from dirserver.directory.ledger.auditing import MANY
from dirserver.directory.ledger.drafting import MAX_NAME, Prepared
from dirserver.errors import BadInput, Conflict, NotAllowed
from dirserver.model.audit import Action, Event
from dirserver.model.book import BookKind
from dirserver.model.entry import Kind, State
from dirserver.model.fold import fold
from dirserver.model.modification import Modification, Operation
from dirserver.store.entries import entries, labels
from dirserver.store.entries.entries import EntryRow, Stored
from dirserver.store.rights import teams
from dirserver.store.rights.teams import By, TeamRow, Told


@dataclass(slots=True)
class TeamLedger(LabelLedger):
    """The account of a transaction that keeps groups and their cards equal, besides labels and categories."""

    may_keep_groups: bool = False
    _waiting: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """UIDs that the cards of groups (by id) name and nobody has yet: an import may bring its groups before its people."""

    def add(self, prepared: Sequence[Prepared]) -> tuple[Stored, ...]:
        """Store new entries; a group card among people makes a group."""
        if not any(self._is_team(one.row) for one in prepared):
            return LabelLedger.add(self, prepared)
        self._require_keeper()
        wanted = [member_keys(one.card) if self._is_team(one.row) else () for one in prepared]
        added = LabelLedger.add(self, [self._known_only(one) if self._is_team(one.row) else one for one in prepared])
        for stored, keys in zip(added, wanted, strict=True):
            if self._is_team(stored.row):
                self._follow(stored, keys)
        return added

    def change(self, before: Stored, after: EntryRow, *, says: Prepared | None = None, state: State | None = None) -> Stored:
        """Store a new revision, and what follows from it for a group. Conflict where something was granted to one that would go."""
        if not self._is_team(before.row) and not self._is_team(after):
            return LabelLedger.change(self, before, after, says=says, state=state)
        self._require_keeper()
        if before.row.kind != after.kind:
            raise BadInput("among people a group can't become somebody, nor somebody a group")
        # Before anything is written: who undoes a batch goes on after a Conflict.
        self._require_possible(after, state or State(after.state))
        keys = None
        if says is not None:
            keys = member_keys(says.card)
            says = self._known_only(says)
            after = after._replace(card=says.row.card)
        stored = LabelLedger.change(self, before, after, says=says, state=state)
        self._follow(stored, member_keys(unpack(stored.row.card)) if keys is None else keys)
        return stored

    @property
    def by(self) -> By:
        """Who changes groups, and when."""
        return By(self.principal.login, self.at_us)

    def free_team_name(self, text: str, own: TeamRow | None = None) -> str:
        """Return the text as the name of a group. BadInput if it can't be one, Conflict if another than ``own`` has it."""
        name = text.strip()
        if not fold(name) or not name.isprintable() or len(name) > MAX_NAME:
            raise BadInput(f"'{name[:40]}' can't be the name of a group")
        holder = teams.by_key(self.tx, fold(name))
        if holder is not None and (own is None or holder.id != own.id):
            raise Conflict(f"there is a group '{name}' already")
        return name

    def tell_team(self, action: Action, team_uuid: str, members: Sequence[str] = ()) -> None:
        """Let the audit trail say what became of a group, or of its members: who is in it decides on rights."""
        target = f"group:{team_uuid}"
        if action not in {Action.MEMBER_ADDED, Action.MEMBER_REMOVED}:
            self.record(Event(action, target))
        elif len(members) < MANY:
            for uuid in members:
                self.record(Event(action, target, f"entry:{uuid}"))
        else:
            self.record(Event(action, target, count=len(members)))

    def let_join(self, team_uuid: str, joining: Sequence[Stored]) -> None:
        """Let the card of a group name these people too; those of other books it can't."""
        label = self._card_of(team_uuid)
        found = {one.id: spelling_of(one.row) for one in joining if label is not None and one.row.book_id == label.row.book_id}
        if label is not None and found:
            labels.write(self.tx, label.id, found, is_member=True)
            self._touch([label.id], label.row.book_id)

    def let_leave(self, team_uuid: str, leaving: Stored) -> None:
        """Let the card of a group name somebody no more."""
        label = self._card_of(team_uuid)
        if label is not None and leaving.row.book_id == label.row.book_id:
            labels.leave(self.tx, label.id, [leaving.id], self.stamp(label.row.book_id).number)
            self._touch([label.id], label.row.book_id)

    def close(self) -> None:
        """Let those join whom their groups waited for, then write the change log."""
        for label_id, uids in self._waiting.items():
            for label in labels.by_ids(self.tx, (label_id,)):
                team = teams.by_uuid(self.tx, label.row.uuid)
                found = labels.by_uids(self.tx, label.row.book_id, uids)
                if team is not None and found:
                    teams.join(self.tx, team.id, [one.row.uuid for one in found], self.by)
                    self.tell_team(Action.MEMBER_ADDED, team.uuid, [one.row.uuid for one in found])
                    self.let_join(team.uuid, found)
        LabelLedger.close(self)

    def _is_team(self, row: EntryRow) -> bool:
        return row.kind == Kind.GROUP and self._books[row.book_id].kind is BookKind.PEOPLE

    def _require_keeper(self) -> None:
        if not self.may_keep_groups:
            raise NotAllowed("only administrators may change groups")

    def _card_of(self, team_uuid: str) -> Stored | None:
        stored = entries.by_uuid(self.tx, team_uuid)
        return stored if stored is not None and stored.row.state == State.ACTIVE else None

    def _known_only(self, one: Prepared) -> Prepared:
        """Return a group's card without members that nobody is: what the card says is what the group is."""
        keys = member_keys(one.card)
        known = {stored.row.uid for stored in labels.by_uids(self.tx, one.row.book_id, keys)}
        card = with_members(one.card, {}, [key for key in keys if key not in known])
        return one if card is one.card else Prepared(one.row._replace(card=pack(card)), card, attributes(card), one.media)

    def _follow(self, stored: Stored, keys: Sequence[str]) -> None:
        """Make a group what its card is; ``keys`` are the UIDs of its members."""
        rows, number = labels.members(self.tx, (stored.id,)).get(stored.id, ()), self.stamp(stored.row.book_id).number
        current = {one.entry_id for one in rows if one.is_member}
        team = teams.by_uuid(self.tx, stored.row.uuid)
        if stored.row.state != State.ACTIVE:
            labels.leave(self.tx, stored.id, sorted(current), number)
            if team is not None:
                teams.drop(self.tx, team.id)
                self.tell_team(Action.GROUP_DROPPED, team.uuid)
            return
        team_id = self._named(team, stored)
        wanted = {one.id: one for one in labels.by_uids(self.tx, stored.row.book_id, keys)}
        # Who is out of sight stays: the card couldn't name them.
        hidden = {one.entry_id for one in rows if one.is_member and not one.is_active}
        left = current - wanted.keys() - hidden
        joined = [one for one in wanted.values() if one.id not in current]
        labels.leave(self.tx, stored.id, sorted(left), number)
        labels.write(self.tx, stored.id, {one.id: spelling_of(one.row) for one in joined}, is_member=True)
        gone, come = [one.row.uuid for one in labels.by_ids(self.tx, sorted(left))], [one.row.uuid for one in joined]
        teams.leave(self.tx, team_id, gone, self.by)
        teams.join(self.tx, team_id, come, self.by)
        self.tell_team(Action.MEMBER_REMOVED, stored.row.uuid, gone)
        self.tell_team(Action.MEMBER_ADDED, stored.row.uuid, come)
        known = {one.row.uid for one in wanted.values()}
        self._waiting[stored.id] = tuple(key for key in keys if key not in known)

    def _named(self, team: TeamRow | None, stored: Stored) -> int:
        """Give a group the name, the description and the mail address that its card says; make it where there is none."""
        name = self.free_team_name(stored.row.display, team)
        description, mail = _said(unpack(stored.row.card))
        told = Told(name, fold(name), description, mail)
        if team is None:
            self.tell_team(Action.GROUP_ADDED, stored.row.uuid)
            return teams.add(self.tx, told, self.by, stored.row.uuid)
        if told != Told(team.name, fold(team.name), team.description, team.mail):
            teams.change(self.tx, team.id, told, self.by)
            self.tell_team(Action.GROUP_CHANGED, team.uuid)
        return team.id

    def _require_possible(self, after: EntryRow, state: State) -> None:
        team = teams.by_uuid(self.tx, after.uuid)
        if state == State.ACTIVE:
            self.free_team_name(after.display, team)
        elif team is not None and teams.is_leaned_on(self.tx, team.id):
            raise Conflict(
                f"something is granted to the group '{team.name}', or its clients have a profile: "
                f"take that back first, or remove it with 'dirserver group remove'"
            )


def team_card(team: TeamRow, members: Sequence[Stored]) -> Card:
    """Return the card of a group that has none yet."""
    card = _saying(new_group(team.uuid, team.name), team.description, team.mail)
    return with_members(card, {one.row.uid: member_value(spelling_of(one.row)) for one in members}, ())


def retold(card: Card, before: TeamRow, told: Told) -> Card:
    """Return the card of a group of which something else is told; what else is in the card stays."""
    if told.name != before.name:
        card = patch(card, [Modification(name, Operation.REPLACE, (told.name,)) for name in ("cn", "sn")])
    if (told.description, told.mail) == (before.description, before.mail):
        return card
    return _saying(card, told.description, told.mail)


def _saying(card: Card, description: str, mail: str) -> Card:
    said = (("description", description), ("mail", mail))
    return patch(card, [Modification(name, Operation.REPLACE, (text,) if text else ()) for name, text in said])


def _said(card: Card) -> tuple[str, str]:
    """Return the description and the mail address in a card."""
    values = attributes(card)
    return next(iter(values.get("description", ())), ""), next(iter(values.get("mail", ())), "")
