# SPDX-License-Identifier: GPL-3.0-or-later
"""Which entries could satisfy a filter at all, read from an index.

A plan is a small set of probes whose union holds every entry for which the filter can be True. The whole condition is then
checked on those only, so a search costs what it finds, not what the directory holds. Guards don't matter here: a candidate
is not an answer. Filters without a useful probe (NOT, presence, one or two letters in the middle) are checked on all entries.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from sqlalchemy import BindParameter, Select, Text, and_, bindparam, column, func, literal_column, or_, select, table, text, union
from sqlalchemy.sql.elements import ColumnElement

from dirserver.model.filter import And, AnyOf, Approximate, Equality, Filter, Guarded, Or, Substrings
from dirserver.store.engine.opening import ReadTx
from dirserver.store.entries.index import is_in_haystack, key, trigrams
from dirserver.store.finding.filters import MEMBER_OF, escape_like, prefix_range
from dirserver.store.schema.tables import entry as entry_table
from dirserver.store.schema.tables import gram, haystack, haystack_fresh, membership, team, value

GRAM = 3
COLUMN_ATTRIBUTES = frozenset({"kind", "state", "createtimestamp", "modifytimestamp", "creatorsname", "modifiersname"})


class Cost(IntEnum):
    """How many candidates a probe is thought to bring, in order; lower is better."""

    ONE = 1
    FEW = 2
    SOME = 3
    MANY = 4


@dataclass(frozen=True, slots=True)
class Probe:
    """One look into an index: an exact value, a prefix, a group, or texts that the haystack contains."""

    cost: Cost
    attribute: str = ""
    exact: str | None = None
    prefix: str | None = None
    contained: tuple[str, ...] = ()


Plan = frozenset[Probe]


def plan(bound: Filter) -> Plan | None:
    """Return the probes whose union holds every match of ``bound``, or None where no index helps."""
    match bound:
        case Guarded(_, part):
            return plan(part)
        case Or(parts):
            plans = [plan(part) for part in parts]
            return None if None in plans else frozenset().union(*(found for found in plans if found is not None))
        case And(parts):
            found = [one for one in (plan(part) for part in parts) if one is not None]
            return min(found, key=_cost_of) if found else None
        case AnyOf(_, wanted):
            return _contained((wanted,))
        case Approximate(attribute, wanted):
            return _contained(tuple(wanted.split())) if is_in_haystack(attribute) else None
        case Equality(attribute, wanted) if attribute not in COLUMN_ATTRIBUTES:
            return frozenset({Probe(Cost.SOME if attribute == MEMBER_OF else Cost.ONE, attribute, exact=wanted)})
        case Substrings(attribute, initial, any_, final) if attribute not in COLUMN_ATTRIBUTES:
            return _for_substrings(attribute, initial, any_, final)
        case _:
            return None


def condition(tx: ReadTx, found: Plan) -> ColumnElement[bool]:
    """Return the condition that an entry is among the candidates of a plan."""
    questions = [question(tx, probe) for probe in sorted(found, key=repr)]
    if tx.is_sqlite and (contained := [probe.contained for probe in sorted(found, key=repr) if probe.contained]):
        # For all of them in one: SQLite puts 500 questions together at most.
        questions.append(fresh(contained))
    if not questions:
        return entry_table.c.id < 0
    chosen = questions[0] if len(questions) == 1 else union(*questions)
    return entry_table.c.id.in_(chosen)


def _cost_of(found: Plan) -> tuple[int, int, int]:
    worst = max((probe.cost for probe in found), default=Cost.ONE)
    shortest = min((len(part) for probe in found for part in (*probe.contained, probe.prefix or "")), default=0)
    return (worst, -shortest, len(found))


def _for_substrings(attribute: str, initial: str, any_: tuple[str, ...], final: str) -> Plan | None:
    contained = _contained((*any_, final)) if is_in_haystack(attribute) else None
    if not initial or attribute == MEMBER_OF:
        return contained
    by_prefix = frozenset(
        {Probe(Cost.FEW if len(initial) > GRAM else Cost.MANY if len(initial) == 1 else Cost.SOME, attribute, prefix=initial[:_MAX_PREFIX])}
    )
    return by_prefix if contained is None else min(by_prefix, contained, key=_cost_of)


_MAX_PREFIX = 300


def _contained(parts: Iterable[str]) -> Plan | None:
    useful = tuple(sorted({part for part in parts if len(part) >= GRAM}))
    return frozenset({Probe(Cost.SOME if max(map(len, useful)) == GRAM else Cost.FEW, contained=useful)}) if useful else None


def question(tx: ReadTx, probe: Probe) -> Select[tuple[int]]:
    """Return the ``entry_id`` of each entry that a probe brings; on SQLite, of what is contained ``fresh`` brings the rest."""
    if probe.contained:
        return _containing(tx, probe.contained)
    if probe.attribute == MEMBER_OF:
        return (
            select(entry_table.c.id.label("entry_id"))
            .join(membership, membership.c.entry_uuid == entry_table.c.uuid)
            .join(team, team.c.id == membership.c.team_id)
            .where(team.c.name_key == probe.exact)
        )
    matching = value.c.norm == key(probe.exact) if probe.exact is not None else prefix_range(probe.prefix or "")
    return select(value.c.entry_id).where(value.c.attribute == probe.attribute, matching)


def _containing(tx: ReadTx, parts: tuple[str, ...]) -> Select[tuple[int]]:
    if tx.is_sqlite:
        return indexed("phrase", phrase(parts))
    if tx.connection.execute(text("SELECT to_regclass('ix_haystack_trigram') IS NOT NULL")).scalar_one():
        return select(haystack.c.entry_id).where(*(haystack.c.text.like(f"%{escape_like(part)}%", escape="\\") for part in parts))
    wanted = sorted({run for part in parts for run in trigrams(part)})
    return select(gram.c.entry_id).where(gram.c.gram.in_(wanted)).group_by(gram.c.entry_id).having(func.count() == len(wanted))


def phrase(parts: Iterable[str]) -> str:
    """Return what FTS5 is asked for: all these texts, each of three characters or more."""
    return " AND ".join('"' + part.replace('"', '""') + '"' for part in parts)


def indexed(parameter: str, wanted: str | None = None) -> Select[tuple[int]]:
    """Return what SQLite's trigram index brings for the ``phrase`` in a parameter, given here or later; ``fresh`` brings the rest."""
    fts = table("haystack_fts", column("rowid"))
    value = bindparam(parameter, type_=Text) if wanted is None else bindparam(parameter, wanted, type_=Text, unique=True)
    matches = text(f"haystack_fts MATCH :{parameter}").bindparams(value)
    return select(literal_column("haystack_fts.rowid").label("entry_id")).select_from(fts).where(matches)


def fresh(wanted: Iterable[Iterable[str | BindParameter[str]]]) -> Select[tuple[int]]:
    """Return what has all texts of one of these, of what SQLite's trigram index doesn't hold as it is yet."""
    contains = (and_(*(func.instr(haystack.c.text, part) > literal_column("0") for part in parts)) for parts in wanted)
    # The sum keeps SQLite from walking all texts to look for each whether it waits.
    is_waiting = haystack.c.entry_id == haystack_fresh.c.entry_id + literal_column("0")
    return select(haystack_fresh.c.entry_id).select_from(haystack_fresh.join(haystack, is_waiting)).where(or_(*contains))
