# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a request asks how many entries are below others: counting costs, so it is done only then."""

from __future__ import annotations

from dirserver.ldap.wire.message import SearchRequest
from dirserver.model import filter as tree
from dirserver.model.filter import Filter

_NAMES = frozenset({"hassubordinates", "numsubordinates"})


def are_asked_for(request: SearchRequest) -> bool:
    """Tell whether hasSubordinates or numSubordinates could be in the answer, or decide about it."""
    return any(name == "+" or is_about_them(name) for name in request.attributes) or _mentions(request.filter)


def is_about_them(description: str) -> bool:
    """Tell whether an attribute description is one of the two."""
    return description.lower() in _NAMES


def _mentions(wanted: Filter) -> bool:
    match wanted:
        case tree.And(parts) | tree.Or(parts):
            return any(_mentions(part) for part in parts)
        case tree.Not(part):
            return _mentions(part)
        case tree.Undefined() | tree.AnyOf() | tree.Guarded():
            return False
        case _:
            return wanted.attribute is not None and is_about_them(wanted.attribute)
