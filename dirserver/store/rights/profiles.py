# SPDX-License-Identifier: GPL-3.0-or-later
"""What was said about profiles, as rows: one for each subject and family of clients."""

from __future__ import annotations

from sqlalchemy import delete, insert, select

from dirserver.errors import NotFound
from dirserver.model.client import Family
from dirserver.model.fold import fold
from dirserver.model.grant import Subject, SubjectKind
from dirserver.model.profile import CHOICES, ProfileSubject, Rule, Settings, Tier
from dirserver.store.engine.counters import advance_access
from dirserver.store.engine.opening import ReadTx, WriteTx
from dirserver.store.rights import permissions
from dirserver.store.schema.tables import account, profile, team

_ANY = ""


def listed(tx: ReadTx) -> tuple[Rule, ...]:
    """Return all that was said, in the order: the organisation, groups and accounts by name, any family first."""
    of_group = (profile.c.subject_kind == Tier.GROUP) & (team.c.id == profile.c.subject_id)
    of_account = (profile.c.subject_kind == Tier.ACCOUNT) & (account.c.id == profile.c.subject_id)
    question = select(profile, account.c.login, team.c.name).outerjoin(account, of_account).outerjoin(team, of_group)
    order = list(Tier)
    rules = [
        Rule(
            ProfileSubject(Tier(row.subject_kind), row.login or row.name or ""),
            Family(row.family) if row.family != _ANY else None,
            Settings.of({name: value for name in CHOICES if (value := getattr(row, name)) is not None}),
        )
        for row in tx.connection.execute(question)
    ]
    return tuple(sorted(rules, key=lambda rule: (order.index(rule.subject.tier), fold(rule.subject.name), rule.family or "")))


def put(tx: WriteTx, rule: Rule) -> None:
    """Let this be all that is said for a subject about a family; nothing said is no row. NotFound for an unknown subject."""
    subject_id, family = _subject_id(tx, rule.subject), rule.family or _ANY
    tx.connection.execute(
        delete(profile).where(profile.c.subject_kind == rule.subject.tier, profile.c.subject_id == subject_id, profile.c.family == family)
    )
    said = rule.settings.texts()
    if said:
        tx.connection.execute(insert(profile).values(subject_kind=rule.subject.tier, subject_id=subject_id, family=family, **said))
    advance_access(tx)


def is_for_group(tx: ReadTx, team_id: int) -> bool:
    """Tell whether something was said for a group."""
    question = select(profile.c.subject_id).where(profile.c.subject_kind == Tier.GROUP, profile.c.subject_id == team_id)
    return tx.connection.execute(question.limit(1)).first() is not None


def target_of(tx: ReadTx, subject: ProfileSubject) -> str:
    """Return how the audit trail names a subject."""
    return permissions.target_of(tx, Subject(SubjectKind(subject.tier), subject.name)) if subject.name else str(subject.tier)


def forget_group(tx: WriteTx, team_id: int) -> None:
    """Drop what was said for a group that goes; its number may go to another one."""
    tx.connection.execute(delete(profile).where(profile.c.subject_kind == Tier.GROUP, profile.c.subject_id == team_id))


def _subject_id(tx: ReadTx, subject: ProfileSubject) -> int:
    if subject.tier is Tier.ACCOUNT:
        found = tx.connection.execute(select(account.c.id).where(account.c.login_key == fold(subject.name))).scalar_one_or_none()
    elif subject.tier is Tier.GROUP:
        found = tx.connection.execute(select(team.c.id).where(team.c.name_key == fold(subject.name))).scalar_one_or_none()
    else:
        return 0
    if found is None:
        raise NotFound(f"there is no {subject.tier} '{subject.name}'")
    return int(found)
