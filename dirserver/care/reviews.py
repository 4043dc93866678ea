# SPDX-License-Identifier: GPL-3.0-or-later
"""Stewards are told now and again what lies in the trash of their books: before it is removed for good, if it ever is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from dirserver.care.ages import DAY_US
from dirserver.care.stewards import accounts_of
from dirserver.config import CareSettings
from dirserver.directory.views.entry import moment
from dirserver.model.letter import Letter, Matter
from dirserver.store.care import confirmations
from dirserver.store.delivery import outbox
from dirserver.store.engine.opening import Store
from dirserver.store.entries import books, purges
from dirserver.store.entries.purges import Lying


class Reviews:
    """Telling stewards over one store. ``clock`` gives microseconds since 1970."""

    def __init__(self, store: Store, settings: CareSettings, *, clock: Callable[[], int]) -> None:
        self._store = store
        self._settings = settings
        self._clock = clock

    def tell(self) -> int:
        """Write to the stewards of each book whose trash wasn't told of for long, and return how many books those are."""
        every, now = self._settings.trash_review_days, self._clock()
        with self._store.reading() as tx:
            if not tx.has_mail or not every:
                return 0
            told = confirmations.trash_last_told(tx)
            # What is removed before they are told again.
            full = purges.lying(tx, now - (self._settings.trash_days - every) * DAY_US if self._settings.trash_days else 0)
        count = 0
        for one in full:
            last = told.get(one.book_id)
            if last is not None and last > now - every * DAY_US:
                continue
            with self._store.writing() as tx:
                book = books.by_id(tx, one.book_id)
                if book is None or not confirmations.tell_trash(tx, one.book_id, now, last):
                    continue
                for row in accounts_of(tx, book):
                    outbox.post(tx, self._letter(one, book.name, book.slug, now), row, now)
                count += 1
        return count

    def _letter(self, one: Lying, name: str, slug: str, now_us: int) -> Letter:
        words = {"book": name, "slug": slug}
        if not one.due or one.first_us is None:
            return Letter(Matter.TRASH_REVIEW, words, count=one.count)
        first = max(moment(one.first_us) + timedelta(days=self._settings.trash_days), moment(now_us)).date()
        last = (moment(now_us) + timedelta(days=self._settings.trash_review_days)).date()
        return Letter(Matter.TRASH_DUE, {**words, "first": first.isoformat(), "last": last.isoformat()}, count=one.due)
