# SPDX-License-Identifier: GPL-3.0-or-later
"""Changing the directory: one transaction, as one principal. It is committed whole or not at all.

Every change of an entry makes a new revision, keeps the one before in the history, renews the index and is written to the
change log under the number that this transaction takes from the book. A change that changes nothing is none.
"""

from __future__ import annotations

import uuid as uuid_maker
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from dirserver.access.require import require_level, require_writable
from dirserver.access.view import View, field_name
from dirserver.card.card import Card
from dirserver.card.groups import new_group
from dirserver.card.media import digests
from dirserver.card.packed import unpack
from dirserver.card.patch import patch
from dirserver.card.photo import normalise_photo
from dirserver.card.social import with_services
from dirserver.directory.changes import keeping, merging, moving, purging, putting, undoing
from dirserver.directory.changes.confirming import confirm_linked, note_confirmed
from dirserver.directory.changes.deciding import Decisions
from dirserver.directory.changes.holding import Gate
from dirserver.directory.changes.merging import Merge
from dirserver.directory.changes.moving import Spot
from dirserver.directory.changes.proposal import Proposal
from dirserver.directory.changes.putting import Conditions, check_match
from dirserver.directory.commenting import Commenting
from dirserver.directory.departing import Departures
from dirserver.directory.groups import grouping, tagging
from dirserver.directory.groups.teaming import TeamLedger
from dirserver.directory.ledger import adding
from dirserver.directory.ledger.drafting import checked, touched
from dirserver.directory.shelving import Shelving
from dirserver.directory.telling import Readings
from dirserver.directory.views.asking import Asking
from dirserver.directory.views.entry import BookView, Draft, Entry, Group, Put, Undone
from dirserver.directory.views.presenting import shown_card, with_media
from dirserver.directory.views.spelling import spelled_out
from dirserver.errors import BadInput, NotFound, Stale
from dirserver.model.audit import Action, Event
from dirserver.model.book import Book, Level
from dirserver.model.change import What
from dirserver.model.entry import Kind, State
from dirserver.model.modification import Modification, Operation
from dirserver.model.names import BatchId, ETag, Href
from dirserver.model.profile import Rule
from dirserver.store.entries import books, entries
from dirserver.store.entries.entries import Stored
from dirserver.store.rights import profiles

_PHOTO = "jpegphoto"
_SOCIAL = "socialprofile"


@dataclass(frozen=True, slots=True)
class Taken:
    """An entry that is on its way to another place."""

    book: Book
    stored: Stored


class Writing(Shelving):
    """One transaction of changes. Whatever it raises changes nothing."""

    def __init__(self, asking: Asking, ledger: TeamLedger) -> None:
        super().__init__(asking, ledger)
        self._gate = Gate(asking, ledger)

    @property
    def proposals(self) -> Decisions:
        """What waits for somebody's consent, and deciding on it."""
        return Decisions(self._asking, self._ledger)

    @property
    def held(self) -> tuple[Proposal, ...]:
        """What of the changes in this transaction waits for somebody's consent instead of being made."""
        return tuple(map(self.proposals.one, dict.fromkeys(self._gate.held)))

    @property
    def notices(self) -> Readings:
        """What the asker was told of."""
        return Readings(self._asking, self._ledger)

    @property
    def comments(self) -> Commenting:
        """What the asker may read of comments, and writing them."""
        return Commenting(self._asking, self._ledger)

    @property
    def departures(self) -> Departures:
        """Letting people go. NotAllowed for who isn't an operator."""
        self._require_operator("let somebody go")
        return Departures(self._asking, self._ledger)

    # New entries

    def add(self, book: BookView, draft: Draft) -> Entry:
        """Make an entry. UidTaken, Conflict or NotAllowed if that can't be."""
        adding.require_add(self._asking, book.book, draft.card)
        stored, _ = adding.add(self._ledger, book.book, draft)
        return self._as_shown(stored)

    def add_all(self, book: BookView, drafts: Iterable[Draft]) -> int:
        """Make many entries and return how many; as ``add`` each, but hundreds in one step."""

        def allowed() -> Iterable[Draft]:
            for draft in drafts:
                adding.require_add(self._asking, book.book, draft.card)
                yield draft

        require_level(self._asking.rights_on(book.book).view, Level.EDIT, book.name)
        return adding.add_all(self._ledger, book.book, allowed())

    def put(self, book: BookView, href: Href, card: Card, *, if_match: ETag | None = None, must_be_new: bool = False) -> Put:
        """Write a whole card as a CardDAV client does (RFC 6352 section 6.3.2); what the client couldn't see is kept.

        Raises Stale if ``if_match`` is not the ETag that the client would be shown now, or ``must_be_new`` and it isn't.
        """
        conditions = Conditions(if_match, must_be_new=must_be_new)
        return putting.put(self._gate, book.book, href, card, conditions)

    def tell_again(self, book: BookView, href: Href) -> None:
        """Let the next synchronization of everybody who follows the book hear of ``href``, though nothing has changed.

        For a program that believes to have changed what it may not: it is shown what is there, or that nothing is. NotFound if
        the book doesn't show.
        """
        putting.tell_again(self._asking, self._ledger, book.book, href)

    # Elsewhere

    def take(self, book: BookView, href: Href, target: BookView, *, if_match: ETag | None = None, is_move: bool) -> Taken:
        """Take an entry up to ``place`` it in ``target``; one that moves leaves its book, where it lies in the trash.

        Raises NotFound, Stale, and NotAllowed for a move without the level to delete it or where parts of it are hidden.
        """
        moving.claim(self._ledger, book.book, target.book)
        stored = moving.taken(self._asking, self._ledger, book.book, href, if_match)
        if is_move:
            moving.release(self._asking, self._ledger, book.book, stored)
        return Taken(book.book, stored)

    def place(self, taken: Taken, target: BookView, href: Href, *, name: str | None = None, may_replace: bool = True) -> bool:
        """Put down what was taken up, as the asker sees it and under ``name`` (uid); tell whether the place was free.

        Raises Stale, Conflict, NotAllowed, UidTaken.
        """
        return moving.place(self._asking, self._ledger, taken.stored, taken.book, target.book, Spot(href, name, may_replace))

    # Changes

    def modify(self, uuid: str, modifications: Sequence[Modification], *, if_revision: int | None = None) -> Entry:
        """Change single attributes; everything else in the card stays. A photo's octets are decoded and made anew.

        What needs somebody's consent waits for it: see ``held``.

        Raises Stale if ``if_revision`` is not the current one, NotAllowed naming the first attribute that may not be changed.
        """
        stored, view = self._claimed(uuid, Level.EDIT)
        if if_revision is not None and stored.row.revision != if_revision:
            raise Stale("somebody changed this entry in the meantime; look at it again before you save")
        require_writable(view, (one.attribute for one in modifications))
        before = unpack(stored.row.card)
        with_photo = any(field_name(one.attribute) == _PHOTO for one in modifications)
        base = with_media(self._asking.tx, before) if with_photo else before
        card = patch(base, [_with_small_photo(one) for one in modifications])
        if any(field_name(one.attribute) == _SOCIAL for one in modifications):
            card = with_services(card)
        return self._save(stored, before, card, known=frozenset(digests(before)))

    def replace_card(self, uuid: str, card: Card) -> Entry:
        """Write a whole card over an entry, as ``put`` does."""
        stored, view = self._claimed(uuid, Level.EDIT)
        return self._put(stored, view, card)

    def confirm(self, uuid: str, *, if_revision: int | None = None) -> None:
        """Say that an entry is right as it is. Raises Stale if ``if_revision`` is not the current one."""
        stored, _ = self._claimed(uuid, Level.EDIT)
        if if_revision is not None and stored.row.revision != if_revision:
            raise Stale("somebody changed this entry in the meantime; look at it again before you confirm it")
        note_confirmed(self._ledger, stored)

    def confirm_by_link(self, digest: str, uuids: Collection[str]) -> int:
        """Confirm what a letter asked about, and use its link up; see ``directory.changes.confirming``."""
        return confirm_linked(self._asking, self._ledger, digest, uuids)

    def rename(self, uuid: str, name: str) -> Entry:
        """Give an entry another name (uid); Conflict if it is taken."""
        stored, _ = self._claimed(uuid, Level.DELETE)
        return self._as_shown(keeping.rename(self._ledger, stored, name))

    # States

    def trash(self, uuid: str, *, if_match: ETag | None = None) -> None:
        """Delete an entry: it leaves every list, and can be restored."""
        stored, view = self._claimed(uuid, Level.DELETE)
        check_match(self._asking, stored, view, if_match)
        tagging.require_not_last(self._asking, self._book_of(stored), stored)
        self._ledger.change(stored, touched(stored.row, What.TRASHED, self._ledger.stamp(stored.row.book_id)), state=State.TRASHED)

    def archive(self, uuid: str) -> None:
        """Put an entry out of sight without deleting it."""
        stored, _ = self._claimed(uuid, Level.DELETE)
        tagging.require_not_last(self._asking, self._book_of(stored), stored)
        self._ledger.change(stored, touched(stored.row, What.ARCHIVED, self._ledger.stamp(stored.row.book_id)), state=State.ARCHIVED)

    def restore(self, uuid: str) -> Entry:
        """Bring an archived or deleted entry back; Conflict if its name, UID or href has gone to another one."""
        stored, _ = self._claimed(uuid, Level.DELETE)
        if stored.row.state == State.ACTIVE:
            return self._as_shown(stored)
        keeping.require_free(self._asking.tx, stored.row, apart_from=stored.id)
        changed = self._ledger.change(
            stored, touched(stored.row, What.RESTORED, self._ledger.stamp(stored.row.book_id)), state=State.ACTIVE
        )
        return self._as_shown(changed)

    def purge(self, uuid: str) -> None:
        """Remove for good what lies in the trash: entry and history; see ``directory.changes.purging``."""
        purging.purge(self._asking, self._ledger, uuid.lower())

    def merge(self, wanted: Merge) -> Entry:
        """Make one entry of two, and return the one that stays; a batch of its own where none has begun: ``directory.changes.merging``."""
        return self._as_shown(merging.merge(self._asking, self._ledger, wanted))

    def revert(self, uuid: str, revision: int) -> Entry:
        """Make the card what it was at ``revision``, as far as the asker may write; that is a new revision."""
        stored, view = self._claimed(uuid, Level.EDIT)
        past = next((one for one in entries.past(self._asking.tx, stored.id) if one.revision == revision), None)
        if past is None:
            if revision == stored.row.revision:
                return self._as_shown(stored)
            raise NotFound(f"this entry has no revision {revision}")
        known = frozenset(digests(unpack(past.card)))
        return self._put(stored, view, shown_card(view, past.card), what=What.RESTORED, known=known)

    # Labels

    def add_label(self, book: BookView, name: str) -> Entry:
        """Make an empty label of a shared or personal book; Conflict if there is one of that name. BadInput, NotAllowed."""
        name = tagging.require_name(self._asking, book, name)
        return self.add(book, Draft(new_group(str(uuid_maker.uuid4()), name)))

    def rename_label(self, uuid: str, name: str) -> Entry:
        """Call a label otherwise, on all that have it; Conflict if there is one of that name: those are merged."""
        stored, _ = self._claimed(uuid, Level.EDIT)
        if stored.row.display == name:
            return self._as_shown(stored)
        name = tagging.require_name(self._asking, self.book(self._as_shown(stored).book), name)
        return self.modify(uuid, (Modification("cn", Operation.REPLACE, (name,)),))

    def merge_labels(self, uuid: str, into: str) -> Entry:
        """Give all that have one label another one in its place, and put the first into the trash."""
        old, _ = self._claimed(uuid, Level.DELETE)
        new, _ = self._claimed(into, Level.EDIT)
        tagging.require_mergeable(old, new)
        self._begin("labels", f"{old.row.display} into {new.row.display}")
        before = unpack(new.row.card)
        self._save(new, before, tagging.joined(before, unpack(old.row.card)), known=frozenset(digests(before)))
        self.trash(uuid)
        return self._as_shown(self._stored(into))

    def label(self, book: BookView, uuids: Sequence[str], *, added: Sequence[str] = (), removed: Sequence[str] = ()) -> int:
        """Give entries of a book labels (by name) and take others off, as one batch; return how many changed. NotFound, NotAllowed."""
        note = f"{', '.join([*added, *(f'not {name}' for name in removed)])[:200]} in {book.slug}"
        changed = 0
        for entry in tagging.entries_in(self._asking, book, uuids):
            names = tagging.relabelled(entry.card, added, removed)
            if names is not None:
                self._begin("labels", note)
                self.modify(entry.uuid, (Modification("categories", Operation.REPLACE, names),))
                changed += 1
        return changed

    def _begin(self, kind: str, note: str) -> None:
        if self._ledger.batch is None:
            self.begin_batch(kind, note)

    # Batches

    def begin_batch(self, kind: str, note: str, *, series: BatchId | None = None) -> BatchId:
        """Let the changes that follow in this transaction belong together; ``series`` joins it to batches of other transactions."""
        return self._ledger.begin_batch(kind, note, series)

    def undo_batch(self, batch: BatchId) -> Undone:
        """Make every entry of a batch, or of all in a series, what it was before; those changed again since are skipped and named.

        For operators, and for who may change and delete everything in the books that it changed.
        """
        rows = undoing.named(self._ledger, batch)
        merging.require_undoable(self._asking, self._ledger, rows)
        undone = undoing.undo(self._ledger, batch, rows)
        merging.give_back_groups(self._asking, self._ledger, rows)
        return undone

    # Groups and what clients get

    def set_profile(self, rule: Rule) -> None:
        """Let this be all that is said for a subject about a family of clients; without settings nothing is. NotFound, NotAllowed."""
        self._require_operator("set profiles")
        profiles.put(self._ledger.tx, rule)
        self._ledger.record(Event(Action.PROFILE_SET, f"profile:{rule.subject.tier}", profiles.target_of(self._ledger.tx, rule.subject)))

    def add_group(self, name: str, *, description: str = "", mail: str = "") -> Group:
        """Make an empty group."""
        grouping.add(self._asking, self._ledger, name, description, mail)
        return self.group(name)

    def change_group(self, group: str, *, name: str | None = None, description: str | None = None, mail: str | None = None) -> Group:
        """Give a group another name, or say something else of it; None leaves it as it is."""
        grouping.change(self._asking, self._ledger, group, name=name, description=description, mail=mail)
        return self.group(group if name is None else name)

    def require_second_factor(self, group: str, *, is_required: bool) -> None:
        """Say whether the members of a group have to sign in with a second factor."""
        grouping.require_second_factor(self._asking, self._ledger, group, is_required=is_required)

    def drop_group(self, name: str) -> None:
        """Remove a group."""
        grouping.drop(self._asking, self._ledger, name)

    def add_member(self, group: str, uuid: str) -> None:
        """Put an entry into a group."""
        grouping.join(self._asking, self._ledger, group, self._stored(uuid).row.uuid)

    def remove_member(self, group: str, uuid: str) -> None:
        """Take an entry out of a group."""
        grouping.leave(self._asking, self._ledger, group, uuid.lower())

    def renew_epochs(self) -> None:
        """Give every book a new epoch, as after a restore from backup: tokens of before get everything anew."""
        self._require_operator("renew the epochs")
        books.renew_epochs(self._ledger.tx)

    # Who is told

    def spare(self, book: BookView, subscriptions: Sequence[str] | None) -> None:
        """Take it that these subscriptions of the asker (None: all) know of what this transaction changes in a book."""
        self._ledger.spare(book.book.id, subscriptions)

    # What all of them rest on

    def _put(self, stored: Stored, view: View, card: Card, *, what: What = What.CHANGED, known: frozenset[str] = frozenset()) -> Entry:
        laid = putting.lay_over(self._gate, stored, view, card, what=what, known=known)
        return self._as_shown(laid.stored)

    def _save(self, stored: Stored, before: Card, card: Card, *, known: frozenset[str]) -> Entry:
        kept, media = checked(card, known)
        adding.require_label_left(self._asking, self._book_of(stored), before, kept)
        kept = self._gate.passed(stored, (before, kept), media)
        if kept == before:
            return self._as_shown(stored)
        return self._as_shown(putting.save(self._ledger, stored, kept, media, What.CHANGED, by=self._asking))

    def _claimed(self, uuid: str, level: Level) -> tuple[Stored, View]:
        # The lock on the book comes first: what is read after it can't change under this transaction.
        first = self._stored(uuid)
        book = self._book_of(first)
        self._ledger.claim(book)
        stored = spelled_out(self._asking.tx, (self._stored(uuid),))[0]
        view = self._view_on(stored)
        require_level(view, level, self._asking.name_of(book))
        if stored.row.kind == Kind.GROUP:
            require_writable(view, ("categories",))
        return stored, view

    def _view_on(self, stored: Stored) -> View:
        return self._asking.view_on(self._book_of(stored), stored.row)


def _with_small_photo(modification: Modification) -> Modification:
    if field_name(modification.attribute) != _PHOTO:
        return modification
    values = []
    for value in modification.values:
        if isinstance(value, str):
            raise BadInput("a photo is given as octets, not as text")
        values.append(normalise_photo(value))
    return Modification(modification.attribute, modification.operation, tuple(values))
