# SPDX-License-Identifier: GPL-3.0-or-later
"""Bound filters as SQL conditions on ``entry``, with Undefined as NULL.

AND, OR and NOT of SQL have the same truth tables as those of RFC 4511, so the tree maps node by node; a guarded assertion is
``CASE WHEN within THEN assertion END``, NULL where the guard doesn't hold, so a hidden value can't be probed through NOT.
"""

from __future__ import annotations

from sqlalchemy import and_, case, exists, false, func, literal, literal_column, not_, null, or_, select, true
from sqlalchemy.sql.elements import ColumnElement

from dirserver.model.filter import (
    And,
    AnyOf,
    Approximate,
    AtLeast,
    AtMost,
    Equality,
    Extensible,
    Filter,
    Guard,
    Guarded,
    Not,
    Or,
    Present,
    Substrings,
    Undefined,
)
from dirserver.store.entries.entries import carries
from dirserver.store.entries.index import key
from dirserver.store.schema.tables import entry, membership, team, value

MEMBER_OF = "memberof"
_COLUMNS = {
    "kind": entry.c.kind,
    "state": entry.c.state,
    "createtimestamp": entry.c.created_us,
    "modifytimestamp": entry.c.modified_us,
    "creatorsname": entry.c.created_by,
    "modifiersname": entry.c.modified_by,
}
"""Bound attributes that are columns of the entry; the two timestamps hold decimal microseconds."""
_TIMES = frozenset({"createtimestamp", "modifytimestamp"})

Assertion = Present | Equality | Substrings | AtLeast | AtMost | Approximate
_Text = ColumnElement[str]


def condition(bound: Filter, person: str | None) -> ColumnElement[bool]:
    """Return the condition that is TRUE, FALSE or NULL on each entry as ``bound`` is.

    ``person`` is the uuid of the asker's own entry, to which the guards refer.
    """
    match bound:
        case And(parts):
            return and_(true(), *(condition(part, person) for part in parts))
        case Or(parts):
            return or_(false(), *(condition(part, person) for part in parts))
        case Not(part):
            return not_(condition(part, person))
        case Undefined() | Extensible():
            return _undefined()
        case Guarded(guards, part):
            return case((within(guards, person), condition(part, person)), else_=null())
        case AnyOf(attributes, text):
            # With something added to it SQLite takes no look into the index for each attribute: it reads the entry's few values once.
            attribute = value.c.attribute + literal_column("''")
            return _has_value(_contains(_whole(), text), attribute.in_(sorted(attributes)))
        case _:
            return _assertion(bound)


def prefix_range(norm: str) -> ColumnElement[bool]:
    """Return the condition that ``value.norm`` starts with ``norm``, in a form that the index serves."""
    head = key(norm)
    return and_(value.c.norm >= head, value.c.norm < head + "\U0010ffff")


def _assertion(bound: Assertion) -> ColumnElement[bool]:
    attribute = bound.attribute
    if attribute == MEMBER_OF:
        return _is_member(bound)
    if attribute in _COLUMNS:
        return _on_column(bound)
    return _has_value(value.c.attribute == attribute, _on_values(bound))


def _has_value(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    found = exists(select(literal(1)).select_from(value).where(value.c.entry_id == entry.c.id, *conditions).correlate(entry))
    # IS TRUE keeps PostgreSQL from making a join of each: it plans a hundred joins for minutes.
    return found.is_(true())


def _on_values(bound: Assertion) -> ColumnElement[bool]:
    match bound:
        case Equality(_, wanted):
            return value.c.norm == key(wanted)
        case AtLeast(_, wanted):
            return value.c.norm >= key(wanted)
        case AtMost(_, wanted):
            return value.c.norm <= key(wanted)
        case Approximate(_, wanted):
            return and_(true(), *(_contains(_whole(), word) for word in wanted.split()))
        case Substrings(_, initial, (), ""):
            return prefix_range(initial) if len(initial) <= 300 else _like(_whole(), bound)
        case Substrings():
            return _like(_whole(), bound)
        case Present():
            return true()


def _on_column(bound: Assertion) -> ColumnElement[bool]:
    column = _COLUMNS[bound.attribute]
    if isinstance(bound, Present):
        return true()
    if isinstance(bound, Substrings):
        return _undefined() if bound.attribute in _TIMES else _like(column, bound)
    wanted = int(bound.value) if bound.attribute in _TIMES else bound.value
    match bound:
        case AtLeast():
            return column >= wanted
        case AtMost():
            return column <= wanted
        case _:
            return column == wanted


def _is_member(bound: Assertion) -> ColumnElement[bool]:
    question = select(literal(1)).select_from(membership).where(membership.c.entry_uuid == entry.c.uuid).correlate(entry)
    match bound:
        case Present():
            return exists(question)
        case Equality(_, wanted):
            return exists(question.join(team, team.c.id == membership.c.team_id).where(team.c.name_key == wanted))
        case _:
            return _undefined()


def within(guards: frozenset[Guard | int], person: str | None) -> ColumnElement[bool]:
    """Return the condition that an entry is one of those that the guards name, for the asker whose own entry is ``person``."""
    columns = {Guard.SELF: entry.c.uuid, Guard.MANAGED: entry.c.manager}
    relations = sorted((guard for guard in guards if isinstance(guard, Guard)), key=lambda guard: guard.value)
    # IS TRUE matters: an entry without a manager is outside the guard, not undecided.
    parts = [func.coalesce(columns[guard], "") == person for guard in relations if person is not None]
    return or_(false(), *parts, *(carries(label) for label in sorted(guard for guard in guards if not isinstance(guard, Guard))))


def _whole() -> _Text:
    return func.coalesce(value.c.whole, value.c.norm)


def _contains(column: _Text, part: str) -> ColumnElement[bool]:
    return column.like(f"%{escape_like(part)}%", escape="\\")


def _like(column: _Text, bound: Substrings) -> ColumnElement[bool]:
    pattern = "%".join(escape_like(part) for part in (bound.initial, *bound.any_, bound.final))
    return column.like(pattern if bound.any_ or bound.final or bound.initial else "%", escape="\\")


def escape_like(part: str) -> str:
    """Escape what LIKE takes for wildcards, with a backslash."""
    return part.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _undefined() -> ColumnElement[bool]:
    return case((false(), true()), else_=null())
