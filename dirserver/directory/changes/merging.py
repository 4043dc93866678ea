# SPDX-License-Identifier: GPL-3.0-or-later
"""Two entries of one person become one; and back, with nothing lost either way.

One stays and takes over what the other said, as far as it was chosen; the other goes to the trash, whole, and the table ``merged``
says into what. Whoever names the other as manager or secretary names the survivor; groups that it was in, the survivor is in. All
of it is one batch, so that undoing it is undoing a batch. See ``docs/decisions/0028``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dirserver.access.stewardship import may_merge, require_merging
from dirserver.card.card import Card
from dirserver.card.combine import Side, combine
from dirserver.card.media import digests
from dirserver.card.packed import unpack
from dirserver.card.patch import patch
from dirserver.card.projection import attributes, uuid_of
from dirserver.directory.changes import moving, putting
from dirserver.directory.groups import grouping
from dirserver.directory.groups.teaming import TeamLedger
from dirserver.directory.ledger.drafting import checked, touched
from dirserver.directory.views.asking import Asking
from dirserver.directory.views.presenting import shows
from dirserver.errors import BadInput, Conflict, NotAllowed, NotFound, Stale
from dirserver.model.audit import Action, Event
from dirserver.model.book import Book
from dirserver.model.change import What
from dirserver.model.entry import Kind, State
from dirserver.model.modification import Modification, Operation
from dirserver.store.accounts import accounts
from dirserver.store.entries import books, entries, index, merges
from dirserver.store.entries.batches import BatchRow
from dirserver.store.entries.entries import Stored
from dirserver.store.entries.merges import MergedRow
from dirserver.store.rights import teams

KIND = "merge"
"""What batches of merges are called."""
_REFERENCES = ("manager", "secretary")


@dataclass(frozen=True, slots=True)
class Merge:
    """What is to be merged, by UUIDs; ``choices`` go by the ids of ``card.combine.lines``, revisions are those that were looked at."""

    kept: str
    other: str
    choices: Mapping[str, Side] = field(default_factory=dict)
    revisions: tuple[int, int] | None = None


def merge(asking: Asking, ledger: TeamLedger, wanted: Merge) -> Stored:
    """Make one entry of two, and return it. NotFound, NotAllowed, Stale, Conflict (accounts), BadInput (of two books)."""
    if wanted.kept == wanted.other:
        raise BadInput("an entry can't be merged with itself")
    _claim(ledger, wanted)
    kept, other = (_active(asking, uuid) for uuid in (wanted.kept, wanted.other))
    if kept.row.book_id != other.row.book_id:
        raise BadInput("only entries of one book can be merged; move one of them first")
    if Kind.GROUP in {kept.row.kind, other.row.kind}:
        raise BadInput("a group can't be merged; move its members")
    if wanted.revisions is not None and wanted.revisions != (kept.row.revision, other.row.revision):
        raise Stale("one of the two was changed in the meantime; look at them again before you merge them")
    if accounts.of_entries(ledger.tx, (other.row.uuid,)):
        raise Conflict(f"somebody signs in as '{other.row.display}' ({other.row.name}): that entry has to be the one that stays")
    batch = ledger.batch or ledger.begin_batch(KIND, f"{other.row.uuid} {kept.row.uuid}")
    joined = _groups(asking, ledger, kept, other)
    before = (unpack(kept.row.card), unpack(other.row.card))
    card = _without_self(combine(*before, wanted.choices), kept, other)
    ledger.change(other, touched(other.row, What.TRASHED, ledger.stamp(other.row.book_id)), state=State.TRASHED)
    stored = kept
    if card != before[0]:
        made, media = checked(card, frozenset(digests(before[0])) | frozenset(digests(before[1])))
        stored = putting.save(ledger, kept, made, media, What.CHANGED)
    _refer(ledger, other.row.uuid, kept.row.uuid)
    merges.add(ledger.tx, MergedRow(batch, other.row.uuid, kept.row.uuid, joined))
    ledger.record(Event(Action.ENTRY_MERGED, f"entry:{kept.row.uuid}", f"entry:{other.row.uuid}"))
    return stored


def may_undo(asking: Asking, batch: BatchRow) -> bool:
    """Tell whether the asker may undo a batch: who may merge in each book that it changed, or, of one's own batch, in any of them."""
    if asking.standing.is_system or asking.standing.is_admin:
        return True
    found = [books.by_id(asking.tx, number) for number in merges.books_of(asking.tx, batch.id)]
    may = [book is not None and may_merge(asking.rights_on(book).view) for book in found]
    return bool(may) and (all(may) or (any(may) and batch.actor == asking.principal.login))


def require_undoable(asking: Asking, ledger: TeamLedger, rows: Sequence[BatchRow]) -> None:
    """Raise NotAllowed if the asker may not undo batches, or where undoing them would change who is in a group and the asker may not."""
    if not (all(may_undo(asking, row) for row in rows) if rows else grouping.may_keep(asking)):
        raise NotAllowed("only administrators, and who may change and delete everything in the books of a batch, may undo it")
    if any(one.groups for one in _merges(ledger, rows)):
        grouping.require_keeper(asking)


def give_back_groups(asking: Asking, ledger: TeamLedger, rows: Sequence[BatchRow]) -> None:
    """Take survivors out of the groups that they joined by the merges of batches; who was absorbed is in them still."""
    for row in _merges(ledger, rows):
        for uuid in row.groups:
            team = teams.by_uuid(ledger.tx, uuid)
            if team is not None:
                grouping.leave(asking, ledger, team.name, row.survivor_uuid)


def _merges(ledger: TeamLedger, rows: Sequence[BatchRow]) -> list[MergedRow]:
    return [one for row in rows for one in merges.of_batch(ledger.tx, row.id)]


def _claim(ledger: TeamLedger, wanted: Merge) -> None:
    """Lock the books that change: that of both, those of who names the other, and the people's for the groups' cards."""
    found = [books.by_slug(ledger.tx, slug) for slug in {"people", *(slug for slug, _ in _referring(ledger, wanted.other))}]
    for uuid in (wanted.kept, wanted.other):
        stored = entries.by_uuid(ledger.tx, uuid)
        if stored is not None:
            found.append(books.by_id(ledger.tx, stored.row.book_id))
    moving.claim(ledger, *{book.id: book for book in found if book is not None}.values())


def _referring(ledger: TeamLedger, uuid: str) -> list[tuple[str, str]]:
    # What others keep for themselves is theirs: it is neither changed nor told.
    return sorted(one for one in index.referring(ledger.tx, [uuid]) if not one[0].startswith("~"))


def _active(asking: Asking, uuid: str) -> Stored:
    stored = entries.by_uuid(asking.tx, uuid)
    book = books.by_id(asking.tx, stored.row.book_id) if stored is not None else None
    if stored is None or book is None or not shows(asking.view_on(book, stored.row), stored.row) or stored.row.state != State.ACTIVE:
        raise NotFound("there is no such entry")
    _require(asking, book, stored)
    return stored


def _require(asking: Asking, book: Book, stored: Stored) -> None:
    require_merging(asking.view_on(book, stored.row), asking.name_of(book))


def _groups(asking: Asking, ledger: TeamLedger, kept: Stored, other: Stored) -> tuple[str, ...]:
    """Let the survivor be in the groups of the other, and return those that it joined. NotAllowed for who may not say who is in one."""
    there = set(teams.names_of(ledger.tx, kept.row.uuid))
    known = {team.name: team.uuid for team in teams.listed(ledger.tx)}
    joined = []
    for name in teams.names_of(ledger.tx, other.row.uuid):
        if name not in there:
            grouping.join(asking, ledger, name, kept.row.uuid)
            joined.append(known[name])
    return tuple(joined)


def _without_self(card: Card, kept: Stored, other: Stored) -> Card:
    """Nobody is their own manager."""
    both = {kept.row.uuid, other.row.uuid}
    values = attributes(card)
    changes = []
    for name in _REFERENCES:
        left = tuple(value for value in values.get(name, ()) if uuid_of(value) not in both)
        if left != tuple(values.get(name, ())):
            changes.append(Modification(name, Operation.REPLACE, left))
    return patch(card, changes) if changes else card


def _refer(ledger: TeamLedger, old: str, new: str) -> None:
    for slug, uuid in _referring(ledger, old):
        book, stored = books.by_slug(ledger.tx, slug), entries.by_uuid(ledger.tx, uuid)
        if book is None or stored is None:
            continue
        ledger.claim(book)
        before = unpack(stored.row.card)
        values = attributes(before)
        changes = []
        for name in _REFERENCES:
            named = tuple(dict.fromkeys(f"urn:uuid:{new}" if uuid_of(value) == old else value for value in values.get(name, ())))
            if named != tuple(values.get(name, ())):
                changes.append(Modification(name, Operation.REPLACE, tuple(one for one in named if uuid_of(one) != stored.row.uuid)))
        if changes:
            card, media = checked(patch(before, changes), frozenset(digests(before)))
            putting.save(ledger, stored, card, media, What.CHANGED)
