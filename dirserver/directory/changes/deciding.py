# SPDX-License-Identifier: GPL-3.0-or-later
"""Proposals as those see them who made them and those who decide on them; deciding, and saying which fields wait for whom.

Who may decide on a field is shown what it was, is and shall be, also where their View hides it: nobody consents to what they
can't see. It shows to nobody else.
"""

from __future__ import annotations

from collections.abc import Iterable

from dirserver.access.approving import STEWARDS, approver_of, may_decide
from dirserver.access.require import require_level
from dirserver.access.view import field_name
from dirserver.card.media import digests
from dirserver.card.packed import unpack
from dirserver.directory.changes.proposal import Proposal, fragment, with_field
from dirserver.directory.changes.putting import save
from dirserver.directory.ledger.drafting import checked
from dirserver.directory.ledger.ledger import Ledger
from dirserver.directory.ledger.news import News
from dirserver.directory.views.asking import Asking
from dirserver.directory.views.entry import BookView, Photo, moment
from dirserver.directory.views.presenting import display_of
from dirserver.errors import BadInput, Conflict, NotAllowed, NotFound, Stale
from dirserver.model.approval import Approval, Approver, Stage
from dirserver.model.audit import Action, Event
from dirserver.model.book import Book, BookKind, Level
from dirserver.model.change import What
from dirserver.model.entry import State
from dirserver.model.names import Slug
from dirserver.model.notice import NoticeKind
from dirserver.model.principal import Door
from dirserver.store.accounts import accounts
from dirserver.store.delivery import notices
from dirserver.store.entries import blobs, books, entries, proposals
from dirserver.store.entries.entries import Stored
from dirserver.store.entries.proposals import ProposalRow
from dirserver.store.rights import approvals

MOST_REASON = 1_000
"""Longest reason, in characters."""


class Proposals:
    """What waits, and what became of it, as far as it concerns the asker."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self._books: dict[int, Book | None] = {}

    def rules(self, book: BookView) -> tuple[Approval, ...]:
        """Return which fields of one's own entry of this book wait for whom."""
        return tuple(self._asking.approvals.get(book.book.slug, ()))

    def waits_for(self, book: BookView, name: str) -> Approver | None:
        """Return whose consent a field (in any spelling) of one's own entry needs; None where it needs nobody's."""
        if self._asking.rights_on(book.book).view.may_write(name):
            return None
        return approver_of(self.rules(book), self._asking.classes, name)

    def is_decider(self) -> bool:
        """Tell whether the asker is one of those who may have to decide on something: what the menu asks with every page."""
        asking, standing = self._asking, self._asking.standing
        if not asking.approvals:
            return False
        is_lead = standing.person is not None and entries.leads(asking.tx, standing.person)
        for slug, rules in asking.approvals.items():
            book = books.by_slug(asking.tx, slug)
            if book is not None and any(
                may_decide(standing, asking.rights_on(book), rule.approver, rule.field, "", standing.person if is_lead else None)
                for rule in rules
            ):
                return True
        return False

    def to_decide(self) -> tuple[Proposal, ...]:
        """Return what waits for the asker's consent, oldest first."""
        return tuple(one for one in self._shown(proposals.waiting(self._asking.tx)) if one.may_decide)

    def mine(self) -> tuple[Proposal, ...]:
        """Return what the asker proposed for their own entry, newest first."""
        person, account_id = self._asking.standing.person, self._asking.standing.account_id
        rows = proposals.of_entry(self._asking.tx, person) if person else ()
        return tuple(self._shown(row for row in rows if row.account_id == account_id))

    def waiting_on(self, uuid: str) -> tuple[Proposal, ...]:
        """Return what waits for an entry, as far as the asker proposed it or may decide on it."""
        return tuple(one for one in self._shown(proposals.waiting_on(self._asking.tx, uuid)) if one.is_own or one.may_decide)

    def one(self, number: int) -> Proposal:
        """Return one proposal. NotFound where it is neither the asker's nor theirs to decide on."""
        row = proposals.by_id(self._asking.tx, number)
        for shown in self._shown((row,) if row is not None else ()):
            if shown.is_own or shown.is_decider:
                return shown
        raise NotFound(f"there is no proposal {number}")

    def photo(self, proposal: Proposal, digest: str) -> Photo:
        """Return a photo that a proposal (which the asker was given) is about. NotFound for any other."""
        known = {each for card in (proposal.before, proposal.after, proposal.now) for each in digests(card)}
        found = blobs.fetch(self._asking.tx, digest) if digest in known else None
        if found is None:
            raise NotFound("this proposal has no such photo")
        return Photo(found.digest, found.media_type, found.data)

    def _shown(self, rows: Iterable[ProposalRow]) -> list[Proposal]:
        given = list(rows)
        stored = {one.row.uuid: one for one in entries.names(self._asking.tx, sorted({row.entry_uuid for row in given}))}
        logins: dict[int, str] = {}
        found = []
        for row in given:
            entry, book = stored.get(row.entry_uuid), self._book(row.book_id)
            if entry is None or book is None or entry.row.book_id != book.id:
                continue
            if row.account_id not in logins:
                account = accounts.by_id(self._asking.tx, row.account_id)
                logins[row.account_id] = account.login if account is not None else ""
            found.append(self._proposal(row, entry, book, logins[row.account_id]))
        return found

    def _proposal(self, row: ProposalRow, stored: Stored, book: Book, login: str) -> Proposal:
        asking = self._asking
        approver = approver_of(asking.approvals.get(book.slug, ()), asking.classes, row.field) or STEWARDS
        rights, standing = asking.rights_on(book), asking.standing
        return Proposal(
            number=row.id,
            entry=row.entry_uuid,
            book=Slug(book.slug),
            name=stored.row.name,
            display=display_of(asking.view_on(book, stored.row), stored.row),
            field_name=row.field,
            stage=Stage(row.state),
            approver=approver,
            before=unpack(row.before),
            after=unpack(row.after),
            now=fragment(unpack(stored.row.card), row.field),
            by=login,
            at=moment(row.made_us),
            door=Door(row.made_door),
            decided_at=moment(row.decided_us) if row.decided_us is not None else None,
            decided_by=row.decided_by,
            reason=row.reason,
            is_own=bool(standing.account_id) and row.account_id == standing.account_id,
            is_decider=may_decide(standing, rights, approver, row.field, stored.row.uuid, stored.row.manager),
        )

    def _book(self, number: int) -> Book | None:
        if number not in self._books:
            self._books[number] = books.by_id(self._asking.tx, number)
        return self._books[number]


class Decisions(Proposals):
    """Deciding on proposals, as the asker."""

    def __init__(self, asking: Asking, ledger: Ledger) -> None:
        super().__init__(asking)
        self._ledger = ledger

    def approve(self, number: int, *, seen: str | None = None) -> Proposal:
        """Make the change that was proposed; the history has it under the name of who consents.

        Raises NotFound, NotAllowed, Conflict if it was decided on already, and Stale if the field has changed since it was proposed:
        then ``seen`` has to say what it is now (``Proposal.seen``).
        """
        proposal, stored = self._claimed(number)
        if (proposal.is_stale and seen is None) or (seen is not None and seen != proposal.seen):
            raise Stale(f"'{proposal.field_name}' has changed since this was proposed; look at it again before you approve")
        before = unpack(stored.row.card)
        card, media = checked(
            with_field(before, proposal.field_name, proposal.after), frozenset({*digests(before), *digests(proposal.after)})
        )
        changed = save(self._ledger, stored, card, media, What.CHANGED) if card != before else stored
        self._close(proposal, Stage.APPROVED, revision=changed.row.revision)
        return proposal

    def refuse(self, number: int, reason: str) -> Proposal:
        """Leave the field as it is, and tell who proposed it why."""
        text = reason.strip()
        if len(text) > MOST_REASON:
            raise BadInput(f"the reason is longer than {MOST_REASON} characters")
        proposal, _ = self._claimed(number)
        self._close(proposal, Stage.REFUSED, reason=text)
        return proposal

    def withdraw(self, number: int) -> None:
        """Take one's own proposal back."""
        proposal = self.one(number)
        if not proposal.is_own:
            raise NotAllowed("only who proposed it can take it back")
        self._close(proposal, Stage.WITHDRAWN)

    def let_wait(self, book: BookView, name: str, approver: Approver) -> None:
        """Let changes of a field, or of a class of fields, of one's own entry wait for somebody. NotAllowed, NotFound, BadInput."""
        self._require_owner(book)
        if book.book.kind is not BookKind.PEOPLE:
            raise BadInput("only people have an entry of their own: approvals are kept for the people's book")
        wanted = self._field(name)
        approvals.put(self._ledger.tx, book.book.id, wanted, approver)
        self._ledger.record(Event(Action.APPROVAL_SET, f"book:{book.book.slug}", str(approver), (wanted,)))

    def let_pass(self, book: BookView, name: str) -> None:
        """Let changes of a field, or of a class of fields, wait for nobody any more. NotAllowed, NotFound."""
        self._require_owner(book)
        wanted = self._field(name)
        if not approvals.drop(self._ledger.tx, book.book.id, wanted):
            raise NotFound(f"nothing is said about approvals of '{name}'")
        self._ledger.record(Event(Action.APPROVAL_SET, f"book:{book.book.slug}", "", (wanted,)))

    def _require_owner(self, book: BookView) -> None:
        require_level(self._asking.rights_on(book.book).view, Level.OWN, book.name)

    def _field(self, name: str) -> str:
        classes = set(self._asking.classes.of_field.values()) | {"private"}
        wanted = name.strip().lower()
        return wanted if wanted in classes else field_name(name.strip())

    def _claimed(self, number: int) -> tuple[Proposal, Stored]:
        row = proposals.by_id(self._asking.tx, number)
        book = self._book(row.book_id) if row is not None else None
        if book is None:
            raise NotFound(f"there is no proposal {number}")
        self._ledger.claim(book)
        proposal = self.one(number)
        if proposal.stage is not Stage.WAITING:
            raise Conflict(f"proposal {number} was decided on already")
        if not proposal.may_decide:
            raise NotAllowed("somebody else has to decide on this")
        stored = entries.by_uuid(self._asking.tx, proposal.entry)
        if stored is None or stored.row.state != State.ACTIVE:
            raise NotFound("there is no such entry")
        return proposal, stored

    def _close(self, proposal: Proposal, stage: Stage, *, reason: str = "", revision: int | None = None) -> None:
        ledger, about = self._ledger, f"proposal:{proposal.number}"
        done = proposals.decide(
            ledger.tx, proposal.number, stage, by=ledger.principal.login, at_us=ledger.at_us, reason=reason, revision=revision
        )
        if not done:
            raise Conflict(f"proposal {proposal.number} was decided on already")
        notices.forget(ledger.tx, (NoticeKind.TO_DECIDE,), about)
        ledger.record(Event(_DEEDS[stage], f"entry:{proposal.entry}", about, (proposal.field_name,)))
        row = proposals.by_id(ledger.tx, proposal.number)
        if stage is not Stage.WITHDRAWN and row is not None:
            kind = NoticeKind.APPROVED if stage is Stage.APPROVED else NoticeKind.REFUSED
            ledger.tell((row.account_id,), News(kind, about, (proposal.field_name,), remark=reason))


_DEEDS = {
    Stage.APPROVED: Action.PROPOSAL_APPROVED,
    Stage.REFUSED: Action.PROPOSAL_REFUSED,
    Stage.WITHDRAWN: Action.PROPOSAL_WITHDRAWN,
}
