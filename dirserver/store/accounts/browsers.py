# SPDX-License-Identifier: GPL-3.0-or-later
"""Browsers that accounts signed in from before, as keyed hashes."""

from __future__ import annotations

from sqlalchemy import delete, insert, select, update

from dirserver.store.engine.opening import ReadTx, WriteTx
from dirserver.store.schema.outbox_tables import known_browser

_KEPT_US = 400 * 24 * 3600 * 1_000_000


def see(tx: WriteTx, account_id: int, digest: str, at_us: int) -> bool:
    """Note that an account signs in from a browser, and tell whether it did so before, within about a year."""
    browser = known_browser.c
    tx.connection.execute(delete(known_browser).where(browser.account_id == account_id, browser.seen_us < at_us - _KEPT_US))
    is_known = tx.connection.execute(update(known_browser).where(browser.digest == digest).values(seen_us=at_us)).rowcount == 1
    if not is_known:
        tx.connection.execute(insert(known_browser).values(digest=digest, account_id=account_id, seen_us=at_us))
    return is_known


def seen(tx: ReadTx, account_id: int) -> tuple[int, ...]:
    """Return when an account signed in last from each browser that is known, newest first."""
    question = select(known_browser.c.seen_us).where(known_browser.c.account_id == account_id).order_by(known_browser.c.seen_us.desc())
    return tuple(tx.connection.execute(question).scalars())
