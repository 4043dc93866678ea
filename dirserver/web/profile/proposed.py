# SPDX-License-Identifier: GPL-3.0-or-later
"""A proposal as pages tell it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dirserver.card.postal import from_ldap
from dirserver.directory.changes.proposal import Proposal
from dirserver.model.approval import Stage
from dirserver.web.entry.fields import BY_ATTRIBUTE, Look, label_of
from dirserver.web.entry.phone import shown
from dirserver.web.profile.own import approver_words
from dirserver.web.shell.languages import gettext, mark

_STAGES = {
    Stage.WAITING: mark("waits"),
    Stage.APPROVED: mark("approved"),
    Stage.REFUSED: mark("not approved"),
    Stage.WITHDRAWN: mark("taken back"),
    Stage.REPLACED: mark("replaced by a newer one"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One attribute now and as it shall be; ``pictures`` are the digests of photos, then there are no values."""

    label: str
    now: tuple[str, ...]
    wanted: tuple[str, ...]
    pictures: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """A proposal in the reader's language."""

    number: int
    name: str
    display: str
    entry: str
    book: str
    by: str
    at: datetime
    stage: str
    is_refused: bool
    approver: str
    decided_by: str
    reason: str
    is_stale: bool
    seen: str
    changes: tuple[Change, ...]


def told(one: Proposal) -> Told:
    """Return a proposal as pages tell it."""
    return Told(
        number=one.number,
        name=one.name,
        display=one.display,
        entry=one.entry,
        book=one.book,
        by=one.by,
        at=one.at,
        stage=gettext(_STAGES[one.stage]),
        is_refused=one.stage is Stage.REFUSED,
        approver=approver_words(one.approver),
        decided_by=one.decided_by,
        reason=one.reason,
        is_stale=one.is_stale,
        seen=one.seen,
        changes=tuple(_change(name, now, wanted) for name, (now, wanted) in one.changes.items()),
    )


def _change(name: str, now: tuple[str, ...], wanted: tuple[str, ...]) -> Change:
    label = gettext(label_of(name))
    if name == "jpegPhoto":
        return Change(label, (), (), ("".join(now[:1]), "".join(wanted[:1])))
    return Change(label, _readable(name, now), _readable(name, wanted))


def _readable(name: str, values: tuple[str, ...]) -> tuple[str, ...]:
    field = BY_ATTRIBUTE.get(name.lower())
    if field is not None and field.look is Look.PHONE:
        return tuple(map(shown, values))
    if field is not None and field.look is Look.POSTAL:
        return tuple(", ".join(from_ldap(value).splitlines()) for value in values)
    return values
