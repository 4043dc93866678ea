# SPDX-License-Identifier: GPL-3.0-or-later
"""Labels: a group entry of a book, and the same name in the CATEGORIES of its members, are one thing.

Whoever changes one side, through whichever door, the other follows in the same transaction as an ordinary change. Truth is table
``labelled``; a group's card holds MEMBER lines as they were last written, and what came and went since is put in when it is read
(``spelled_out``), so a label with ten thousand members costs a new one no more than a small label does. A group of the trash has
no members: its card keeps their lines, and they come back with it. See ``docs/decisions``.
"""

from __future__ import annotations

import secrets
import uuid as uuids
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from dirserver.card.card import Card
from dirserver.card.groups import categories_of, member_keys, new_group, with_categories
from dirserver.card.packed import pack, unpack
from dirserver.card.projection import attributes
from dirserver.directory.groups.label_sharing import LabelKeeper
from dirserver.directory.ledger.drafting import Prepared, new_row, next_row, touched
from dirserver.directory.ledger.ledger import Ledger
from dirserver.directory.views.entry import Draft
from dirserver.directory.views.spelling import APART, spelled_out
from dirserver.model.book import Book, BookKind
from dirserver.model.change import What
from dirserver.model.entry import Kind, State
from dirserver.store.entries import labels, renderings
from dirserver.store.entries.changes import NewChange
from dirserver.store.entries.entries import EntryRow, Stored
from dirserver.store.entries.labels import Touch


@dataclass(slots=True)
class LabelLedger(Ledger):
    """The account of a transaction that keeps labels and categories equal."""

    keeper: LabelKeeper | None = None
    _books: dict[int, Book] = field(default_factory=dict)
    _touched: set[int] = field(default_factory=set)

    def take(self, book: Book, number: int) -> None:
        """Take note of a book that is locked."""
        self._books[book.id] = book
        Ledger.take(self, book, number)

    def add(self, prepared: Sequence[Prepared]) -> tuple[Stored, ...]:
        """Store new entries: those that a group waits for are labelled, and their categories make labels."""
        prepared = self._awaited(prepared)
        added = Ledger.add(self, prepared)
        joining: dict[int, dict[str, dict[int, str]]] = {}
        for stored, one in zip(added, prepared, strict=True):
            if not self._keeps_labels(stored.row) or stored.row.kind == Kind.GROUP:
                continue
            for name in categories_of(one.card):
                joining.setdefault(stored.row.book_id, {}).setdefault(name, {})[stored.id] = _spelled(one.card, stored.row)
        for stored, one in zip(added, prepared, strict=True):
            if self._keeps_labels(stored.row) and stored.row.kind == Kind.GROUP:
                self._follow_group(None, stored, one.card)
        for book_id, by_name in joining.items():
            self._join(book_id, by_name)
        return added

    def change(self, before: Stored, after: EntryRow, *, says: Prepared | None = None, state: State | None = None) -> Stored:
        """Store a new revision, and what follows from it for labels and their members."""
        if state is not None and state != after.state:
            after = after._replace(state=state)
        if before.row.kind == Kind.GROUP:
            whole = spelled_out(self.tx, (before,))[0]
            if whole.row.card != before.row.card:
                # The history, the trash and who changes its name only keep the members that it has now.
                labels.write_card(self.tx, before.id, whole.row.card)
                after = after._replace(card=whole.row.card) if after.card == before.row.card else after
            before = whole
        stored = Ledger.change(self, before, after, says=says)
        if not self._keeps_labels(after):
            if before.row.state != after.state:
                self._touch(labels.labels_of(self.tx, stored.id), after.book_id)
            return stored
        was_group, is_group = before.row.kind == Kind.GROUP, after.kind == Kind.GROUP
        if not was_group or not is_group:
            self._follow_person(None if was_group else before, None if is_group else stored, before)
        if was_group or is_group:
            self._follow_group(before if was_group else None, stored if is_group else None, unpack(after.card), label_id=stored.id)
        return stored

    # From the members' side

    def _follow_person(self, before: Stored | None, after: Stored | None, either: Stored) -> None:
        old = _categories(before)
        new = _categories(after)
        book_id = either.row.book_id
        left = [name for name in old if name not in new]
        if left:
            for label in labels.named(self.tx, book_id, left):
                self._require_keeper_of(label)
                labels.leave(self.tx, label.id, [either.id], self.stamp(book_id).number)
                self._touch([label.id], book_id)
        joined = [name for name in new if name not in old]
        if joined and after is not None:
            spelled = _spelled(unpack(after.row.card), after.row)
            self._join(book_id, {name: {after.id: spelled} for name in joined})
        if before is not None and after is not None and before.row.state != after.row.state:
            self._touch(labels.labels_of(self.tx, after.id), book_id)

    def _join(self, book_id: int, by_name: dict[str, dict[int, str]]) -> None:
        """Put entries (id to spelling of their UIDs) into the labels of these names, which are made where they are missing."""
        present: dict[str, Stored] = {}
        for label in labels.named(self.tx, book_id, by_name):
            present.setdefault(label.row.display, label)
        for name, spelled in by_name.items():
            found = present.get(name)
            label = found if found is not None else self._made(book_id, name)
            self._require_keeper_of(label)
            labels.write(self.tx, label.id, spelled, is_member=True)
            if found is not None:
                self._touch([label.id], book_id)

    def _made(self, book_id: int, name: str) -> Stored:
        """Return a label of this name: out of the trash, where it left its members, or a new one."""
        discarded = labels.named(self.tx, book_id, (name,), State.TRASHED)
        if discarded:
            last = discarded[-1]
            row = touched(last.row, What.RESTORED, self.stamp(book_id))._replace(href=f"{uuids.uuid4()}.vcf", state=State.ACTIVE)
            name_key = last.row.uuid if row.name_key != last.row.uuid else row.name_key
            return Ledger.change(self, last, row._replace(name=name_key, name_key=name_key))
        card = new_group(str(uuids.uuid4()), name)
        prepared = new_row(self._books[book_id], Draft(card), self.stamp(book_id))
        return Ledger.add(self, (prepared,))[0]

    def _awaited(self, prepared: Sequence[Prepared]) -> Sequence[Prepared]:
        """Return new entries with the categories of the groups whose cards name them already: iOS sends a group before its members."""
        waited: dict[tuple[int, str], list[str]] = {}
        for book_id in {one.row.book_id for one in prepared if self._keeps_labels(one.row)}:
            uids = [one.row.uid for one in prepared if one.row.book_id == book_id and one.row.kind != Kind.GROUP]
            for uid, name in labels.awaiting(self.tx, book_id, uids):
                if name not in self._out_of_reach(book_id):
                    waited.setdefault((book_id, uid), []).append(name)
        if not waited:
            return prepared
        return [_with_categories(one, waited.get((one.row.book_id, one.row.uid), ())) for one in prepared]

    # From the group's side

    def _follow_group(self, before: Stored | None, after: Stored | None, card: Card, *, label_id: int = 0) -> None:
        label_id = after.id if after is not None else label_id
        either = after or before
        if either is None:
            return
        rows = labels.members(self.tx, (label_id,)).get(label_id, ())
        current = {one.entry_id: one.uid for one in rows if one.is_member}
        is_active = after is not None and after.row.state == State.ACTIVE
        was_active = before is not None and before.row.state == State.ACTIVE
        wanted: dict[int, Stored] = {}
        if is_active and not (was_active and before is not None and after is not None and before.row.card == after.row.card):
            found = labels.by_uids(self.tx, either.row.book_id, member_keys(card))
            wanted = {stored.id: stored for stored in found}
            # Who is in the trash keeps the labels: the card couldn't name them.
            hidden = [one.entry_id for one in rows if one.is_member and not one.is_active]
            wanted |= {stored.id: stored for stored in labels.by_ids(self.tx, hidden)}
        elif is_active:
            return
        old = before.row.display.strip() if before is not None and was_active else None
        new = after.row.display.strip() if after is not None and is_active else None
        left = [entry_id for entry_id in current if entry_id not in wanted]
        joined = {entry_id: stored for entry_id, stored in wanted.items() if entry_id not in current}
        if left or joined or _names_others(before, after):
            self._require_keeper_of(either)
        labels.leave(self.tx, label_id, left, self.stamp(either.row.book_id).number)
        spelled = {entry_id: _spelled(unpack(stored.row.card), stored.row) for entry_id, stored in joined.items()}
        labels.write(self.tx, label_id, spelled, is_member=True)
        if old is not None:
            changed = left if old == new else list(current)
            self._relabel(labels.by_ids(self.tx, changed), either.row.book_id, removed=old, added=new, staying=wanted)
        if new is not None:
            self._relabel(tuple(joined.values()), either.row.book_id, removed=None, added=new, staying=wanted)

    def _relabel(self, found: Iterable[Stored], book_id: int, *, removed: str | None, added: str | None, staying: Collection[int]) -> None:
        """Change the categories of members; a name that another group of theirs has too stays."""
        found = tuple(found)
        others: set[int] = set()
        if removed is not None and found:
            namesakes = [label.id for label in labels.named(self.tx, book_id, (removed,))]
            others = {one.entry_id for rows in labels.members(self.tx, namesakes).values() for one in rows if one.is_member}
        stamp = self.stamp(book_id)
        for stored in found:
            card = unpack(stored.row.card)
            names = (added,) if added and stored.id in staying else ()
            gone = (removed,) if removed is not None and stored.id not in others else ()
            relabelled = with_categories(card, added=names, removed=gone)
            if relabelled == card:
                # Another label of this name says the same of it: who follows this one hears of it all the same.
                self._changes[book_id].append(NewChange(stored.id, stored.row.href, What.CHANGED))
                continue
            says = next_row(stored.row, relabelled, What.CHANGED, stamp)
            bare = stored.row.digest.partition(APART)[0]
            Ledger.change(self, stored, says.row._replace(digest=f"{bare}{APART}{secrets.token_hex(8)}"), says=says)

    def _touch(self, label_ids: Iterable[int], book_id: int) -> None:
        """Let groups show in the change log and with a new ETag, once for each transaction."""
        new = [label_id for label_id in label_ids if label_id not in self._touched]
        self._touched.update(new)
        stamp = self.stamp(book_id)
        at = stamp.at_us
        rows = labels.by_ids(self.tx, new)
        touches = [
            Touch(one.id, secrets.token_hex(16), stamp.number, max(at, one.row.modified_us), stamp.principal.login, stamp.principal.door)
            for one in rows
        ]
        labels.touch(self.tx, touches)
        renderings.forget(self.tx, new)
        self._changes[book_id] += [NewChange(one.id, one.row.href, What.CHANGED) for one in rows]

    def _require_keeper_of(self, label: Stored) -> None:
        if self.keeper is not None:
            self.keeper.require(self._books[label.row.book_id], label.id, label.row.display)

    def _out_of_reach(self, book_id: int) -> frozenset[str]:
        return self.keeper.names_out_of_reach(self._books[book_id]) if self.keeper is not None else frozenset()

    def _keeps_labels(self, row: EntryRow) -> bool:
        # In the people's book, groups are the company's, and categories words like any other.
        return self._books[row.book_id].kind is not BookKind.PEOPLE


def _names_others(before: Stored | None, after: Stored | None) -> bool:
    """Tell whether the card of a group names other members than before: those whom nobody knows yet come in with their first card."""
    if before is None or after is None or before.row.card == after.row.card:
        return False
    return set(member_keys(unpack(before.row.card))) != set(member_keys(unpack(after.row.card)))


def _categories(stored: Stored | None) -> tuple[str, ...]:
    # Most cards have none, and unpacking costs more than looking.
    if stored is None or '"CATEGORIES"' not in stored.row.card.upper():
        return ()
    return categories_of(unpack(stored.row.card))


def spelling_of(row: EntryRow) -> str:
    """Return the UID of an entry as its card spells it."""
    return _spelled(unpack(row.card), row)


def _spelled(card: Card, row: EntryRow) -> str:
    return card.uid or row.uid


def _with_categories(one: Prepared, names: Sequence[str]) -> Prepared:
    card = with_categories(one.card, added=names)
    if not names or card == one.card:
        return one
    return Prepared(one.row._replace(card=pack(card)), card, attributes(card), one.media)
