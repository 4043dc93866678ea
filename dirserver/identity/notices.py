# SPDX-License-Identifier: GPL-3.0-or-later
"""Telling people by mail what happened to their account: a letter in the outbox, in the transaction of the deed.

Where and by whom is what the audit trail writes down too: ``model.origin``.
"""

from __future__ import annotations

from dirserver.model.letter import Letter, Matter
from dirserver.model.origin import current_origin
from dirserver.store.accounts import accounts
from dirserver.store.accounts.accounts import AccountRow
from dirserver.store.delivery import outbox
from dirserver.store.engine.opening import WriteTx


def tell_password_changed(tx: WriteTx, row: AccountRow, at_us: int) -> None:
    """Tell that an account has another password."""
    _tell(tx, Matter.PASSWORD_CHANGED, row, at_us)


def tell_device_added(tx: WriteTx, row: AccountRow, label: str, at_us: int) -> None:
    """Tell that a device password was made."""
    _tell(tx, Matter.DEVICE_ADDED, row, at_us, label=label)


def tell_second_factor_changed(tx: WriteTx, account_id: int, what: str, at_us: int) -> None:
    """Tell of a change to the second factor; ``what`` is a key of ``mail.texts.SECOND_FACTOR_CHANGES``."""
    row = accounts.by_id(tx, account_id)
    if row is not None:
        _tell(tx, Matter.SECOND_FACTOR_CHANGED, row, at_us, what=what)


def tell_new_browser(tx: WriteTx, row: AccountRow, browser: str, at_us: int) -> None:
    """Tell of a sign-in by a browser that was not seen before; ``browser`` is what it calls itself, in words."""
    _tell(tx, Matter.NEW_BROWSER, row, at_us, browser=browser or "?")


def _tell(tx: WriteTx, matter: Matter, row: AccountRow, at_us: int, **words: str) -> None:
    outbox.post(tx, Letter(matter, {"where": current_origin().address, **words}), row, at_us)
