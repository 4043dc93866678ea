# SPDX-License-Identifier: GPL-3.0-or-later
"""The gate through which every change of an entry goes: what needs somebody's consent is held back and becomes a proposal."""

from __future__ import annotations

from collections.abc import Sequence

from dirserver.access.approving import approver_of, needs_consent
from dirserver.card.card import Card
from dirserver.card.convert import convert
from dirserver.card.media import Media, digests
from dirserver.card.packed import pack, unpack
from dirserver.directory.changes.proposal import changed_fields, fragment, is_same, with_what_waits, without_changes_of
from dirserver.directory.ledger.drafting import checked
from dirserver.directory.ledger.ledger import Ledger
from dirserver.directory.ledger.news import News
from dirserver.directory.views.asking import Asking
from dirserver.directory.views.presenting import display_of
from dirserver.model.approval import Approver, ApproverKind, Stage
from dirserver.model.audit import Action, Event
from dirserver.model.book import Book
from dirserver.model.fold import fold
from dirserver.model.notice import NoticeKind
from dirserver.store.accounts import accounts
from dirserver.store.delivery import notices
from dirserver.store.engine.opening import ReadTx
from dirserver.store.entries import blobs, books, proposals
from dirserver.store.entries.blobs import Blob
from dirserver.store.entries.entries import Stored
from dirserver.store.entries.proposals import ProposalRow
from dirserver.store.rights import teams


class Gate:
    """One transaction's gate; ``held`` are the numbers of the proposals that were made at it, or that said the same before."""

    def __init__(self, asking: Asking, ledger: Ledger) -> None:
        self.asking = asking
        self.ledger = ledger
        self.held: list[int] = []

    def passed(self, stored: Stored, cards: tuple[Card, Card], media: Sequence[Media]) -> Card:
        """Return what of a change (from the first of ``cards`` to the second, which was checked) may be made at once.

        ``media`` are photos that the second refers to.
        """
        before, after = cards
        if self.asking.standing.person != stored.row.uuid or not self.asking.approvals or after == before:
            return after
        book = books.by_id(self.asking.tx, stored.row.book_id)
        waiting = self._waiting(book, stored, before, after) if book is not None else {}
        if book is None or not waiting:
            return after
        if media:
            blobs.add(self.ledger.tx, [Blob(one.digest, one.media_type, one.data) for one in media], self.ledger.at_us)
        for name, approver in waiting.items():
            self._propose(book, stored, (fragment(before, name), fragment(after, name)), (name, approver))
        kept = without_changes_of(frozenset(waiting), before, after)
        if kept == convert(before, kept.version):
            return before
        kept, _ = checked(kept, frozenset(digests(before)) | frozenset(digests(kept)))
        return kept

    def _waiting(self, book: Book, stored: Stored, before: Card, after: Card) -> dict[str, Approver]:
        rules = self.asking.approvals.get(book.slug, ())
        if not rules:
            return {}
        rights, classes = self.asking.rights_on(book), self.asking.classes
        return {
            name: approver
            for name in changed_fields(before, after)
            if (approver := approver_of(rules, classes, name)) is not None and needs_consent(rights, stored.row.uuid, name)
        }

    def _propose(self, book: Book, stored: Stored, cards: tuple[Card, Card], what: tuple[str, Approver]) -> None:
        (before, after), (name, approver) = cards, what
        tx, ledger = self.ledger.tx, self.ledger
        for row in proposals.waiting_on(tx, stored.row.uuid):
            if row.field == name:
                after = with_what_waits(name, before, after, (unpack(row.before), unpack(row.after)))
                if is_same_proposal(row, before, after):
                    self.held.append(row.id)
                    return
                proposals.decide(tx, row.id, Stage.REPLACED, by=ledger.principal.login, at_us=ledger.at_us)
                notices.forget(tx, (NoticeKind.TO_DECIDE,), f"proposal:{row.id}")
        account_id = self.asking.standing.account_id
        made = ProposalRow(
            0,
            stored.row.uuid,
            book.id,
            name,
            Stage.WAITING,
            pack(before),
            pack(after),
            account_id,
            ledger.at_us,
            ledger.principal.door,
        )
        number = proposals.add(tx, made)
        ledger.record(Event(Action.PROPOSAL_MADE, f"entry:{stored.row.uuid}", f"proposal:{number}", (name,)))
        display = display_of(self.asking.view_on(book, stored.row), stored.row)
        ledger.tell(deciders(tx, approver, stored), News(NoticeKind.TO_DECIDE, f"proposal:{number}", (display,)))
        self.held.append(number)


def is_same_proposal(row: ProposalRow, before: Card, after: Card) -> bool:
    """Tell whether a proposal says just this already."""
    return is_same(unpack(row.before), before, row.field) and is_same(unpack(row.after), after, row.field)


def deciders(tx: ReadTx, approver: Approver, stored: Stored) -> tuple[int, ...]:
    """Return the accounts that are told of a proposal; administrators where there is nobody of that name who could decide."""
    found: tuple[int, ...] = ()
    match approver.kind:
        case ApproverKind.MANAGER:
            found = _accounts_of(tx, (stored.row.manager,) if stored.row.manager else ())
        case ApproverKind.GROUP:
            team = teams.by_key(tx, fold(approver.name))
            found = _accounts_of(tx, teams.members(tx, team.id) if team is not None else ())
        case ApproverKind.ACCOUNT:
            row = accounts.by_login_or_mail(tx, fold(approver.name))
            found = (row.id,) if row is not None and row.is_active else ()
        case ApproverKind.STEWARDS:
            pass
    return found or notices.administrators(tx)


def _accounts_of(tx: ReadTx, uuids: Sequence[str]) -> tuple[int, ...]:
    return tuple(row.id for row in accounts.of_entries(tx, uuids) if row.is_active) if uuids else ()
