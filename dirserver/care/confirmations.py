# SPDX-License-Identifier: GPL-3.0-or-later
"""Is it still correct? Whoever knows is asked by mail, again after a while, and in the end the stewards are told. Decision 0036.

Who knows: of somebody with an account, themselves; of a contact, who changed it last, else who made it. One letter a week to one
account at most, with up to ``_MOST_IN_A_LETTER`` entries; a round writes ``_MOST_LETTERS`` at most, those first whom nobody has confirmed
for longest, so that setting mail up doesn't ask a whole company in one night.

A letter's link is a random secret of which a keyed hash is kept. It confirms what the letter is about, as its account and as far as that
may change the entries, once, until the next letter; it signs nobody in and shows names alone.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from dirserver.care.ages import DAY_US
from dirserver.care.stewards import accounts_of
from dirserver.config import CareSettings
from dirserver.directory.directory import Directory
from dirserver.directory.views.entry import moment
from dirserver.errors import NotAuthenticated, NotFound
from dirserver.identity.keys import keyed_hash
from dirserver.identity.sealing import Sealer
from dirserver.model.audit import Action, Event
from dirserver.model.book import Level
from dirserver.model.fold import fold
from dirserver.model.letter import SEALED_FOR, Letter, Matter
from dirserver.model.names import Slug
from dirserver.model.principal import Door, Principal
from dirserver.store.accounts import accounts
from dirserver.store.accounts.accounts import AccountRow
from dirserver.store.care import audit, confirmations
from dirserver.store.care.confirmations import Border, Due
from dirserver.store.delivery import outbox
from dirserver.store.engine.opening import ReadTx, Store
from dirserver.store.entries import books

_WEEK_DAYS = 7
_MOST_LETTERS = 500
_MOST_IN_A_LETTER = 25
_AT_ONCE = 2_000
_USED_UP = "this link was used already or is too old"


@dataclass(frozen=True, slots=True)
class Round:
    """What a round did: letters written, entries asked about, entries told to stewards."""

    letters: int = 0
    entries: int = 0
    overdue: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """An entry that a link is about, as its account sees it; ``is_open``: nobody has confirmed it since."""

    uuid: str
    book: Slug
    name: str
    display: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Question:
    """What a link asks: whom, about which entries, and until when. ``is_own``: about nobody but themselves."""

    login: str
    asked: tuple[Asked, ...]
    until: datetime
    is_own: bool


class Confirmations:
    """Asking over one store. Safe for threads. ``key`` is the installation's secret, ``clock`` gives microseconds since 1970."""

    def __init__(self, store: Store, directory: Directory, settings: CareSettings, key: bytes, *, clock: Callable[[], int]) -> None:
        self._store = store
        self._directory = directory
        self._settings = settings
        self._key = key
        self._sealer = Sealer(key, SEALED_FOR)
        self._clock = clock

    # Asking

    def ask(self) -> Round:
        """Ask whom it is time to ask, and tell stewards of what nobody answers; nothing where there is no mail."""
        with self._store.reading() as tx:
            if not tx.has_mail or not self._settings.ask_again_after_days:
                return Round()
        border = self._border()
        by_account, nobody = self._sorted(border)
        letters = entries = 0
        for account_id, dues in by_account.items():
            asked, unable = self._write(border, account_id, dues)
            letters, entries = letters + bool(asked), entries + asked
            nobody += unable
        # Of an imported book that may be everybody: some at once, so that no other writer waits for long.
        for start in range(0, len(nobody), _AT_ONCE):
            with self._store.writing() as tx:
                confirmations.note(tx, nobody[start : start + _AT_ONCE], None, "", self._clock(), 0)
        return Round(letters, entries, self._escalate(border))

    def _border(self) -> Border:
        now, settings = self._clock(), self._settings
        return Border(now - settings.confirm_after_days * DAY_US, now - _nights(settings.ask_again_after_days), most=settings.ask_times)

    def _sorted(self, border: Border) -> tuple[dict[int, list[Due]], list[Due]]:
        by_account: dict[int, list[Due]] = {}
        nobody: list[Due] = []
        logins: dict[str, AccountRow | None] = {}
        with self._store.reading() as tx, closing(confirmations.due(tx, border)) as pages:
            for page in pages:
                persons = _persons(tx, page)
                for due in page:
                    row = persons.get(due.uuid) or self._responsible(tx, due, logins)
                    if row is None:
                        nobody.append(due)
                    elif row.id in by_account:
                        if len(by_account[row.id]) < _MOST_IN_A_LETTER:
                            by_account[row.id].append(due)
                    elif len(by_account) < _MOST_LETTERS and self._may_be_asked(tx, row):
                        by_account[row.id] = [due]
                if len(by_account) >= _MOST_LETTERS:
                    break
        return by_account, nobody

    def _responsible(self, tx: ReadTx, due: Due, known: dict[str, AccountRow | None]) -> AccountRow | None:
        for login in (due.modified_by, due.created_by):
            if not login:
                continue
            if login not in known:
                row = accounts.by_login_or_mail(tx, fold(login))
                known[login] = row if row is not None and self._is_reachable(row) else None
            if known[login] is not None:
                return known[login]
        return None

    def _is_reachable(self, row: AccountRow) -> bool:
        return bool(row.mail) and row.is_open_at(self._clock())

    def _may_be_asked(self, tx: ReadTx, row: AccountRow) -> bool:
        last = confirmations.last_letter(tx, row.id)
        return last is None or last <= self._clock() - _nights(min(_WEEK_DAYS, self._settings.ask_again_after_days))

    def _write(self, border: Border, account_id: int, dues: Sequence[Due]) -> tuple[int, list[Due]]:
        """Write a letter; return about how many entries it asks, and those that its account couldn't change."""
        with self._store.reading() as tx:
            row = accounts.by_id(tx, account_id)
        if row is None:
            return 0, []
        able = self._changeable(row, dues)
        unable = [due for due in dues if due.uuid not in able]
        lifetime_s = self._settings.ask_again_after_days * 86_400
        secret = secrets.token_urlsafe(32)
        with self._store.writing() as tx:
            # Another node may be at it too: who comes second finds that they were asked.
            row = accounts.lock(tx, account_id)
            if row is None or not self._is_reachable(row) or not self._may_be_asked(tx, row):
                return 0, []
            asked = confirmations.still_due(tx, border, [due.entry_id for due in dues if due.uuid in able])
            if not asked:
                return 0, unable
            is_own = len(asked) == 1 and asked[0].uuid == row.entry_uuid
            matter = Matter.CONFIRM_OWN if is_own else Matter.CONFIRM_CONTACTS
            now = self._clock()
            if not outbox.post(tx, Letter(matter, count=len(asked), sealed=self._sealer.seal(secret), lifetime_s=lifetime_s), row, now):
                return 0, []
            confirmations.note(tx, asked, account_id, self._digest(secret), now, now + lifetime_s * 1_000_000)
            audit.record(tx, Event(Action.CONFIRMATION_ASKED, f"account:{row.uuid}", count=len(asked)), Principal.system(), now)
        return len(asked), unable

    def _changeable(self, row: AccountRow, dues: Sequence[Due]) -> frozenset[str]:
        found = set()
        try:
            with self._directory.reading(_principal(row)) as reading:
                for due in dues:
                    try:
                        entry = reading.find(due.uuid)
                    except NotFound:
                        continue
                    if entry.view.level >= Level.EDIT:
                        found.add(due.uuid)
        except NotAuthenticated:
            return frozenset()
        return frozenset(found)

    def _escalate(self, border: Border) -> int:
        with self._store.writing() as tx:
            now = self._clock()
            counts = confirmations.escalate(tx, border, now)
            for book_id, count in counts.items():
                book = books.by_id(tx, book_id)
                if book is None:
                    continue
                letter = Letter(Matter.CONFIRM_OVERDUE, {"book": book.name, "slug": book.slug}, count=count)
                for row in accounts_of(tx, book):
                    outbox.post(tx, letter, row, now)
                audit.record(tx, Event(Action.CONFIRMATION_OVERDUE, f"book:{book.slug}", count=count), Principal.system(), now)
        return sum(counts.values())

    # Answering

    def question(self, secret: str) -> Question | None:
        """Return what a link asks; None if it is used up, too old, or none of ours, or its account is closed."""
        now = self._clock()
        with self._store.reading() as tx:
            linked = confirmations.of_link(tx, self._digest(secret), now)
            row = accounts.by_id(tx, linked[0].account_id) if linked else None
        if row is None or not row.is_open_at(now):
            return None
        asked = []
        with self._directory.reading(_principal(row)) as reading:
            for one in linked:
                try:
                    entry = reading.find(one.uuid)
                except NotFound:
                    continue
                asked.append(Asked(entry.uuid, entry.book, entry.name, entry.display, one.is_open and entry.view.level >= Level.EDIT))
        is_own = [one.uuid for one in asked] == [row.entry_uuid]
        return Question(row.login, tuple(asked), moment(linked[0].expires_us), is_own)

    def answer(self, secret: str, uuids: Collection[str]) -> int:
        """Confirm these of what a link asks about, as who was asked, and use it up; return how many that were. NotFound as above."""
        now, digest = self._clock(), self._digest(secret)
        with self._store.reading() as tx:
            linked = confirmations.of_link(tx, digest, now)
            row = accounts.by_id(tx, linked[0].account_id) if linked else None
        if row is None or not row.is_open_at(now):
            raise NotFound(_USED_UP)
        with self._directory.writing(_principal(row)) as writing:
            return writing.confirm_by_link(digest, uuids)

    def _digest(self, secret: str) -> str:
        return keyed_hash(self._key, "confirmation", secret)


def _nights(days: int) -> int:
    # One night's round may come a little earlier than the one of so many days before did.
    return days * DAY_US - DAY_US // 4


def _principal(row: AccountRow) -> Principal:
    return Principal(Door.WEB, row.id, row.login, credential="link")


def _persons(tx: ReadTx, page: Sequence[Due]) -> Mapping[str, AccountRow]:
    rows = accounts.of_entries(tx, [due.uuid for due in page])
    return {row.entry_uuid: row for row in rows if row.entry_uuid is not None and row.is_active and row.mail}
