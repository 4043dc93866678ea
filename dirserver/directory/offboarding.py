# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody leaves: in one transaction nothing of theirs opens a door any more, and what hung on them is handed over or named.

What a phone holds already nobody can take back: which devices may hold a copy is part of what is told.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from dirserver.card.media import digests
from dirserver.card.packed import unpack
from dirserver.card.patch import patch
from dirserver.card.projection import attributes, uuid_of
from dirserver.directory.changes import moving, putting
from dirserver.directory.groups import grouping
from dirserver.directory.groups.teaming import TeamLedger
from dirserver.directory.ledger.drafting import checked, touched
from dirserver.directory.views.asking import Asking
from dirserver.directory.views.entry import moment
from dirserver.directory.views.spelling import spelled_out
from dirserver.errors import BadInput
from dirserver.model.audit import Action, Event
from dirserver.model.book import Book, BookKind, Level
from dirserver.model.change import What
from dirserver.model.entry import State
from dirserver.model.grant import Grant, Subject, SubjectKind
from dirserver.model.modification import Modification, Operation
from dirserver.store.accounts import accounts, factors, tokens
from dirserver.store.accounts.accounts import AccountRow
from dirserver.store.delivery import subscriptions
from dirserver.store.engine.opening import ReadTx
from dirserver.store.entries import books, entries, index
from dirserver.store.entries.entries import Stored
from dirserver.store.rights import label_grants, permissions, teams

_REFERENCES = ("manager", "secretary")
_ALL = ("*",)


@dataclass(frozen=True, slots=True)
class Copy:
    """What had access and may still hold a copy. ``what`` is ``device password`` or ``token``."""

    what: str
    label: str
    scope: str
    last_used_at: datetime | None
    last_used_address: str


@dataclass(frozen=True, slots=True)
class Referral:
    """An entry that names the one who left; ``successor`` is the login that it names instead, None if somebody has to see to it."""

    attribute: str
    name: str
    display: str
    successor: str | None


@dataclass(frozen=True, slots=True)
class Offboarded:
    """What was done. ``books`` are those that the successor may use now."""

    login: str
    is_archived: bool
    groups: tuple[str, ...]
    revoked: tuple[str, ...]
    books: tuple[str, ...]
    referrals: tuple[Referral, ...]
    copies: tuple[Copy, ...]


def offboard(asking: Asking, ledger: TeamLedger, login: str, handover_to: str | None) -> Offboarded:
    """Close an account for good and hand over what hung on it. NotFound, BadInput; a second time only what is left is done."""
    found = accounts.of_name(ledger.tx, login)
    person = found.entry_uuid
    # Locks in the order of every other writing: books, then accounts. What is read after them stands.
    moving.claim(ledger, *books_of(ledger, person))
    leaver = accounts.lock(ledger.tx, found.id) or found
    successor = successor_of(ledger.tx, leaver, handover_to)
    copies = _copies(ledger.tx, leaver)
    _close(ledger, leaver)
    groups = teams.names_of(ledger.tx, person) if person else ()
    for name in groups:
        grouping.leave(asking, ledger, name, person or "")
    done = Offboarded(
        login=leaver.login,
        is_archived=_archive(ledger, person),
        groups=tuple(groups),
        revoked=_revoke(ledger, leaver),
        books=_share(ledger, leaver, successor),
        referrals=_refer(ledger, person, successor),
        copies=copies,
    )
    about = f"account:{successor.uuid}" if successor is not None else ""
    ledger.record(Event(Action.ACCOUNT_OFFBOARDED, f"account:{leaver.uuid}", about))
    return done


def successor_of(tx: ReadTx, leaver: AccountRow, login: str | None) -> AccountRow | None:
    """Return who takes over. NotFound, BadInput if nobody can be that."""
    if login is None:
        return None
    row = accounts.of_name(tx, login)
    if row.id == leaver.id or not row.is_active:
        raise BadInput(f"nothing can be handed over to '{login}': " + ("that is who leaves" if row.id == leaver.id else "it is closed"))
    return row


def books_of(ledger: TeamLedger, person: str | None) -> tuple[Book, ...]:
    """Return the books that change: that of the person, that of the groups' cards, those of who names the person."""
    stored = entries.by_uuid(ledger.tx, person) if person else None
    found = [books.by_slug(ledger.tx, slug) for slug in {"people", *(slug for slug, _ in _referring(ledger.tx, person))}]
    if stored is not None:
        found.append(books.by_id(ledger.tx, stored.row.book_id))
    return tuple({book.id: book for book in found if book is not None}.values())


def _referring(tx: ReadTx, person: str | None) -> list[tuple[str, str]]:
    # What others keep for themselves is theirs: it is neither changed nor told.
    return sorted(one for one in index.referring(tx, [person]) if not one[0].startswith("~")) if person else []


def _copies(tx: ReadTx, leaver: AccountRow) -> tuple[Copy, ...]:
    devices = [
        Copy("device password", row.label, row.scope, _at(row.last_used_us), row.last_used_address)
        for row in accounts.devices(tx, leaver.id)
    ]
    programs = [
        Copy("token", row.label, row.scopes, _at(row.last_used_us), row.last_used_address) for row in tokens.of_account(tx, leaver.id)
    ]
    return (*devices, *programs)


def _at(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else moment(microseconds)


def _close(ledger: TeamLedger, leaver: AccountRow) -> None:
    # Opened again one day, it begins without anything that once opened a door.
    closed = replace(leaver, is_active=False, is_admin=False, password_hash=None, leaves_us=None, successor_id=None)
    accounts.save(ledger.tx, replace(closed, stamp=leaver.stamp + 1))
    accounts.drop_credentials(ledger.tx, leaver.id)
    factors.drop_all(ledger.tx, leaver.id)
    factors.note_length(ledger.tx, leaver.id, is_short=False)
    tokens.drop_of_account(ledger.tx, leaver.id)
    subscriptions.drop_of_account(ledger.tx, leaver.id)


def _archive(ledger: TeamLedger, person: str | None) -> bool:
    stored = entries.by_uuid(ledger.tx, person) if person else None
    if stored is None or stored.row.state != State.ACTIVE:
        return False
    stored = spelled_out(ledger.tx, (stored,))[0]
    ledger.change(stored, touched(stored.row, What.ARCHIVED, ledger.stamp(stored.row.book_id)), state=State.ARCHIVED)
    return True


def _revoke(ledger: TeamLedger, leaver: AccountRow) -> tuple[str, ...]:
    subject = Subject(SubjectKind.ACCOUNT, leaver.login)
    held = [one for one in permissions.listed(ledger.tx) if one.subject == subject]
    for one in held:
        book = books.by_slug(ledger.tx, one.book)
        if book is not None:
            permissions.revoke(ledger.tx, book.id, subject)
            ledger.record(Event(Action.GRANT_REVOKED, f"book:{one.book}", f"account:{leaver.uuid}"))
    on_labels = [one for one in label_grants.listed(ledger.tx) if one.grant.subject == subject]
    for each in on_labels:
        label_grants.revoke(ledger.tx, each.label_id, subject)
        ledger.record(Event(Action.GRANT_REVOKED, f"book:{each.slug}", f"account:{leaver.uuid}"))
    return (*(one.book for one in held), *(each.slug for each in on_labels))


def _share(ledger: TeamLedger, leaver: AccountRow, successor: AccountRow | None) -> tuple[str, ...]:
    """Let the successor use what the leaver owned: a grant, which can be taken back; the owner stays who it was."""
    owned = books.owned(ledger.tx, leaver.id)
    if successor is None:
        return ()
    subject = Subject(SubjectKind.ACCOUNT, successor.login)
    present = {one.book: one.level for one in permissions.listed(ledger.tx) if one.subject == subject}
    for book in owned:
        level = Level.DELETE if book.kind is BookKind.PERSONAL else Level.MANAGE
        if present.get(book.slug, Level.NONE) < level:
            permissions.put(ledger.tx, book.id, Grant(book.slug, subject, level, _ALL, _ALL))
            allowed = (f"level={level.name.lower()}", "reads=*", "writes=*")
            ledger.record(Event(Action.GRANT_GIVEN, f"book:{book.slug}", f"account:{successor.uuid}", allowed))
    return tuple(book.slug for book in owned)


def _refer(ledger: TeamLedger, person: str | None, successor: AccountRow | None) -> tuple[Referral, ...]:
    told: list[Referral] = []
    for slug, uuid in _referring(ledger.tx, person):
        book, stored = books.by_slug(ledger.tx, slug), entries.by_uuid(ledger.tx, uuid)
        if book is not None and stored is not None and person is not None:
            ledger.claim(book)
            told += _hand_over(ledger, spelled_out(ledger.tx, (stored,))[0], person, successor)
    return tuple(told)


def _hand_over(ledger: TeamLedger, stored: Stored, person: str, successor: AccountRow | None) -> list[Referral]:
    card = unpack(stored.row.card)
    values = attributes(card)
    concerned = [name for name in _REFERENCES if any(uuid_of(value) == person for value in values.get(name, ()))]
    other = successor.entry_uuid if successor is not None else None
    # Nobody is their own manager: who takes over from theirs needs another one, whom somebody has to name.
    is_open = successor is None or other is None or other == stored.row.uuid
    if not is_open:
        changes = []
        for name in concerned:
            named = [f"urn:uuid:{other}" if uuid_of(value) == person else value for value in values[name]]
            changes.append(Modification(name, Operation.REPLACE, tuple(dict.fromkeys(named))))
        kept, media = checked(patch(card, changes), frozenset(digests(card)))
        putting.save(ledger, stored, kept, media, What.CHANGED)
    login = successor.login if successor is not None and not is_open else None
    return [Referral(name, stored.row.name, stored.row.display, login) for name in concerned]
