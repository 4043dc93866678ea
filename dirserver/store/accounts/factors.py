# SPDX-License-Identifier: GPL-3.0-or-later
"""Second factors: sealed seeds of codes, hashes of recovery codes, and what an account has and must have."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

from sqlalchemy import bindparam, delete, exists, func, insert, select, update

from dirserver.store.accounts.accounts import ACCOUNT, SESSION, AccountRow, SessionRow
from dirserver.store.engine.opening import ReadTx, WriteTx
from dirserver.store.engine.prepared import Prepared
from dirserver.store.schema.factor_tables import half_sign_in, passkey, recovery_code, totp_seed
from dirserver.store.schema.tables import account, membership, session, team


@dataclass(frozen=True, slots=True)
class SeedRow:
    """One seed; ``confirmed_us`` is None while it is being set up."""

    id: int
    account_id: int
    key_id: str
    sealed: str
    last_step: int
    created_us: int
    confirmed_us: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """What an account has of a second factor, whether one of its groups asks for it, and whether its password is too short without."""

    has_codes: bool
    passkeys: int
    recovery_codes: int
    is_required: bool
    has_short_password: bool = False

    @property
    def is_on(self) -> bool:
        """True where a sign-in takes two steps."""
        return self.has_codes or self.passkeys > 0

    @property
    def bars_main_password(self) -> bool:
        """True where the main password alone is not enough: it opens nothing but the way to what is missing."""
        return self.is_on or self.is_required or self.has_short_password

    @property
    def must_lengthen(self) -> bool:
        """True where the password was chosen beside a second factor that is gone, and is too short without."""
        return self.has_short_password and not (self.is_on or self.is_required)


NOTHING = Standing(has_codes=False, passkeys=0, recovery_codes=0, is_required=False)
"""How it stands with an account that isn't there."""


@dataclass(frozen=True, slots=True)
class HalfRow:
    """A sign-in whose first step is done; ``digest`` is the keyed hash of its secret."""

    digest: str
    account_id: int
    stamp: int
    failures: int
    expires_us: int


_SEED = tuple(totp_seed.c[field.name] for field in fields(SeedRow))
_HALF = tuple(half_sign_in.c[field.name] for field in fields(HalfRow))
_is_confirmed = totp_seed.c.confirmed_us.is_not(None)
_FACTORS = (
    exists(select(totp_seed.c.id).where(totp_seed.c.account_id == account.c.id, _is_confirmed)),
    select(func.count()).where(passkey.c.account_id == account.c.id).scalar_subquery(),
    select(func.count()).where(recovery_code.c.account_id == account.c.id).scalar_subquery(),
    exists(
        select(team.c.id)
        .join(membership, membership.c.team_id == team.c.id)
        .where(membership.c.entry_uuid == account.c.entry_uuid, team.c.needs_second_factor)
    ),
    account.c.has_short_password,
)
_STANDING = Prepared(select(*_FACTORS).where(account.c.id == bindparam("account")), "account")
# With every page, so in one question.
_SIGNED_IN = Prepared(
    select(*SESSION, *ACCOUNT, *_FACTORS)
    .select_from(session.join(account, account.c.id == session.c.account_id))
    .where(session.c.digest == bindparam("digest")),
    "digest",
)


def standing(tx: ReadTx, account_id: int) -> Standing:
    """Return what an account has and must have."""
    row = _STANDING.one(tx, account_id)
    return NOTHING if row is None else Standing(*row)


def note_length(tx: WriteTx, account_id: int, *, is_short: bool) -> None:
    """Write down whether an account's main password is too short without a second factor."""
    tx.connection.execute(update(account).where(account.c.id == account_id).values(has_short_password=is_short))


def signed_in(tx: ReadTx, digest: str) -> tuple[SessionRow, AccountRow, Standing] | None:
    """Return a session with its account and what that has and must have; None if there is none."""
    row = _SIGNED_IN.one(tx, digest)
    if row is None:
        return None
    first, second = len(SESSION), len(SESSION) + len(ACCOUNT)
    return SessionRow(*row[:first]), AccountRow(*row[first:second]), Standing(*row[second:])


def seed(tx: ReadTx, account_id: int, *, is_confirmed: bool) -> SeedRow | None:
    """Return the seed that is in use, or the one that is being set up."""
    question = select(*_SEED).where(totp_seed.c.account_id == account_id, _is_confirmed == is_confirmed)
    row = tx.connection.execute(question.order_by(totp_seed.c.id.desc()).limit(1)).one_or_none()
    return None if row is None else SeedRow(*row)


def every_seed(tx: ReadTx) -> tuple[SeedRow, ...]:
    """Return all seeds."""
    return tuple(SeedRow(*row) for row in tx.connection.execute(select(*_SEED).order_by(totp_seed.c.id)))


def add_seed(tx: WriteTx, row: SeedRow) -> None:
    """Keep a seed that is being set up (its ``id`` is ignored), in place of another such one."""
    drop_seeds(tx, row.account_id, is_confirmed=False)
    values = {field.name: getattr(row, field.name) for field in fields(row) if field.name != "id"}
    tx.connection.execute(insert(totp_seed).values(values))


def confirm_seed(tx: WriteTx, row: SeedRow, step: int, at_us: int) -> None:
    """Take a seed into use, in place of the one that was."""
    drop_seeds(tx, row.account_id, is_confirmed=True)
    tx.connection.execute(update(totp_seed).where(totp_seed.c.id == row.id).values(confirmed_us=at_us, last_step=step))


def use_step(tx: WriteTx, seed_id: int, step: int) -> bool:
    """Use up a time step and all before it; False if it was used already, by whatever process."""
    question = update(totp_seed).where(totp_seed.c.id == seed_id, totp_seed.c.last_step < step).values(last_step=step)
    return tx.connection.execute(question).rowcount == 1


def reseal(tx: WriteTx, seed_id: int, key_id: str, sealed: str) -> None:
    """Store the same seed under another key."""
    tx.connection.execute(update(totp_seed).where(totp_seed.c.id == seed_id).values(key_id=key_id, sealed=sealed))


def drop_seeds(tx: WriteTx, account_id: int, *, is_confirmed: bool) -> bool:
    """Remove the seed that is in use, or the one that is being set up; False if there is none."""
    question = delete(totp_seed).where(totp_seed.c.account_id == account_id, _is_confirmed == is_confirmed)
    return tx.connection.execute(question).rowcount > 0


def replace_codes(tx: WriteTx, account_id: int, digests: Iterable[str]) -> None:
    """Keep these recovery codes in place of all that an account had."""
    tx.connection.execute(delete(recovery_code).where(recovery_code.c.account_id == account_id))
    rows = [{"digest": digest, "account_id": account_id} for digest in digests]
    if rows:
        tx.connection.execute(insert(recovery_code), rows)


def use_code(tx: WriteTx, account_id: int, digest: str) -> bool:
    """Use up a recovery code; False if the account has none of that hash (any more)."""
    question = delete(recovery_code).where(recovery_code.c.account_id == account_id, recovery_code.c.digest == digest)
    return tx.connection.execute(question).rowcount == 1


def drop_all(tx: WriteTx, account_id: int) -> None:
    """Remove all that an account has of a second factor, and its sign-ins that are half done."""
    for table in (totp_seed, recovery_code, passkey, half_sign_in):
        tx.connection.execute(delete(table).where(table.c.account_id == account_id))


def add_half(tx: WriteTx, row: HalfRow, now_us: int) -> None:
    """Keep a sign-in that is half done; those that are too old go."""
    tx.connection.execute(delete(half_sign_in).where(half_sign_in.c.expires_us < now_us))
    tx.connection.execute(insert(half_sign_in).values({field.name: getattr(row, field.name) for field in fields(row)}))


def half(tx: ReadTx, digest: str) -> HalfRow | None:
    """Return a sign-in that is half done, or None."""
    row = tx.connection.execute(select(*_HALF).where(half_sign_in.c.digest == digest)).one_or_none()
    return None if row is None else HalfRow(*row)


def use_half(tx: WriteTx, digest: str) -> bool:
    """Use up a sign-in that is half done; False if somebody else just did."""
    return tx.connection.execute(delete(half_sign_in).where(half_sign_in.c.digest == digest)).rowcount == 1


def fail_half(tx: WriteTx, digest: str, most: int) -> None:
    """Count a wrong second step; after ``most`` of them the first step has to be done again."""
    is_it = half_sign_in.c.digest == digest
    tx.connection.execute(update(half_sign_in).where(is_it).values(failures=half_sign_in.c.failures + 1))
    tx.connection.execute(delete(half_sign_in).where(is_it, half_sign_in.c.failures >= most))
