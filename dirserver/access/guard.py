# SPDX-License-Identifier: GPL-3.0-or-later
"""Guarding a bound filter: what the asker may not read is Undefined, so that no answer depends on a hidden value."""

from __future__ import annotations

from dirserver.access.rights import Rights
from dirserver.model.filter import And, AnyOf, Filter, Guard, Guarded, Not, Or, Undefined


def guard(bound: Filter, rights: Rights) -> Filter:
    """Return ``bound`` with each assertion limited to the entries on which its attribute may be read."""
    match bound:
        case And(parts):
            return And(tuple(guard(part, rights) for part in parts))
        case Or(parts):
            return Or(tuple(guard(part, rights) for part in parts))
        case Not(part):
            return Not(guard(part, rights))
        case AnyOf():
            return _guard_any_of(bound, rights)
        case Undefined() | Guarded():
            return bound
        case _:
            return _limited(bound, rights.guards_for((bound.attribute or "").removesuffix(";r")))


def _limited(assertion: Filter, guards: frozenset[Guard | int] | None) -> Filter:
    if guards is None:
        return assertion
    return Guarded(guards, assertion) if guards else Undefined()


def _guard_any_of(bound: AnyOf, rights: Rights) -> Filter:
    # A word in a search box: hidden attributes drop out of the question rather than making it Undefined.
    by_guards: dict[frozenset[Guard | int] | None, set[str]] = {}
    for attribute in bound.attributes:
        by_guards.setdefault(rights.guards_for(attribute.removesuffix(";r")), set()).add(attribute)
    by_guards.pop(frozenset(), None)
    return Or(tuple(_limited(AnyOf(frozenset(names), bound.text), guards) for guards, names in by_guards.items()))
