# SPDX-License-Identifier: GPL-3.0-or-later
"""The outbox: what people are told by mail, written in the transaction of the deed and delivered afterwards by ``dirserver serve``.

To tell an account something, in any room that has a ``WriteTx``:

    outbox.post(tx, Letter(Matter.ENTRIES_DELETED, {"who": "Bruno", "book": "Clients"}, count=12), account_row, now_us)

It is one more row in the same commit: told if and only if it was done. Where nothing delivers mail ([mail] is not set), or the account
has no address, nothing is written and False is returned. A new matter takes a member of ``model.letter.Matter`` and a text in
``mail/texts.py``. Delivery claims rows for a while, as ``store.delivery.subscriptions`` does.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from sqlalchemy import ColumnElement, and_, delete, func, insert, select, update

from dirserver.model.letter import Letter, Matter
from dirserver.store.accounts.accounts import AccountRow
from dirserver.store.engine.opening import ReadTx, WriteTx
from dirserver.store.schema.outbox_tables import outbox

_US = 1_000_000
_HOUR_US = 3600 * _US
_out = outbox.c
_WITH_SECRETS = tuple(each.value for each in Matter if each.has_secret)
_WAITING: ColumnElement[bool] = _out.done_us.is_(None)


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One letter. ``done_us`` None: it waits; ``reason`` says why the last attempt failed, or why it was given up."""

    id: str
    account_id: int
    recipient: str
    name: str
    login: str
    language: str
    matter: str
    words: str
    count: int
    sealed: str
    created_us: int
    expires_us: int
    due_us: int
    failures: int
    done_us: int | None
    reason: str

    def said(self) -> Mapping[str, str]:
        """Return the words of the letter."""
        words: dict[str, str] = json.loads(self.words)
        return words


_ROW = tuple(_out[each.name] for each in fields(OutboxRow))


def post(tx: WriteTx, letter: Letter, to: AccountRow, at_us: int) -> bool:
    """Let an account be told something if this transaction is committed; False where it can't be told."""
    if not tx.has_mail or not to.mail or _is_too_much(tx, letter, to, at_us):
        return False
    tx.connection.execute(
        insert(outbox).values(
            id=secrets.token_hex(16),
            account_id=to.id,
            recipient=to.mail,
            name=to.name,
            login=to.login,
            language=to.language,
            matter=letter.matter.value,
            words=json.dumps(dict(letter.words), ensure_ascii=False),
            count=letter.count,
            sealed=letter.sealed,
            created_us=at_us,
            expires_us=at_us + letter.lifetime_s * _US,
            due_us=at_us,
        )
    )
    return True


def _is_too_much(tx: ReadTx, letter: Letter, to: AccountRow, at_us: int) -> bool:
    lately = and_(_out.account_id == to.id, _out.matter == letter.matter.value, _out.created_us > at_us - _HOUR_US)
    return int(tx.connection.execute(select(func.count()).where(lately)).scalar_one()) >= letter.most_an_hour


def next_due(tx: ReadTx) -> int | None:
    """Return when the first waiting letter may be sent (or has expired); None when none waits."""
    found = tx.connection.execute(select(func.min(_out.due_us)).where(_WAITING)).scalar_one()
    return None if found is None else int(found)


def claim(tx: WriteTx, claimant: str, now_us: int, until_us: int, limit: int) -> tuple[OutboxRow, ...]:
    """Take up to ``limit`` letters that are due, oldest first, so that nobody else sends them before ``until_us``."""
    question = select(*_ROW).where(_WAITING, _out.due_us <= now_us).order_by(_out.due_us, _out.created_us).limit(limit)
    if not tx.is_sqlite:
        question = question.with_for_update(skip_locked=True)
    found = tuple(OutboxRow(*row) for row in tx.connection.execute(question))
    if found:
        taken = update(outbox).where(_out.id.in_([one.id for one in found]))
        tx.connection.execute(taken.values(claim=claimant, due_us=until_us))
    return found


def settle(tx: WriteTx, claimant: str, letter_id: str, at_us: int, reason: str = "") -> None:
    """Write down that a claimed letter was sent, or with a ``reason`` that it was given up; its secret is forgotten."""
    ours = update(outbox).where(_out.id == letter_id, _out.claim == claimant)
    tx.connection.execute(ours.values(done_us=at_us, reason=reason, sealed="", claim=""))


def put_off(tx: WriteTx, claimant: str, ids: Sequence[str], due_us: int, reason: str, failures: int) -> None:
    """Let claimed letters wait until ``due_us``; ``failures`` is their new count."""
    ours = update(outbox).where(_out.id.in_(ids), _out.claim == claimant)
    tx.connection.execute(ours.values(due_us=due_us, reason=reason, failures=failures, claim=""))


def listed(tx: ReadTx, limit: int = 500) -> tuple[OutboxRow, ...]:
    """Return the letters that wait, then those that are done, newest first."""
    question = select(*_ROW).order_by(_out.done_us.is_(None).desc(), _out.created_us.desc(), _out.id).limit(limit)
    return tuple(OutboxRow(*row) for row in tx.connection.execute(question))


def counted(tx: ReadTx) -> tuple[int, int]:
    """Return how many letters wait, and how many that are still kept were given up."""
    waiting = select(func.count()).select_from(outbox).where(_WAITING)
    failed = select(func.count()).select_from(outbox).where(_out.done_us.is_not(None), _out.reason != "")
    return int(tx.connection.execute(waiting).scalar_one()), int(tx.connection.execute(failed).scalar_one())


def retry(tx: WriteTx, now_us: int, lifetime_us: int) -> int:
    """Let all that waits be tried now, and what was given up for other reasons than its age once more; return how many there are.

    A letter with a secret lost it when it was given up, so it stays where it is.
    """
    again = and_(_out.done_us.is_not(None), _out.reason != "", _out.matter.not_in(_WITH_SECRETS))
    tx.connection.execute(update(outbox).where(again).values(done_us=None, expires_us=now_us + lifetime_us, failures=0))
    return int(tx.connection.execute(update(outbox).where(_WAITING, _out.claim == "").values(due_us=now_us)).rowcount)


def drop_done(tx: WriteTx, sent_before_us: int, failed_before_us: int) -> int:
    """Remove letters that were done with so long ago, and return how many there were."""
    old = ((_out.reason == "") & (_out.done_us < sent_before_us)) | (_out.done_us < failed_before_us)
    return int(tx.connection.execute(delete(outbox).where(old)).rowcount)


def drop_waiting(tx: WriteTx, account_id: int, matters: Sequence[str]) -> None:
    """Take back what an account has not been told yet of these matters: it doesn't hold any more."""
    tx.connection.execute(delete(outbox).where(_WAITING, _out.account_id == account_id, _out.matter.in_(matters)))
