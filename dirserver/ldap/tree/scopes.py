# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a search begins and how far it goes, when that isn't quite what the client wrote (RFC 4511 sections 4.5.1.1 and 4.5.1.2)."""

from __future__ import annotations

from dirserver.ldap.tree.dit import Fixed, Tree
from dirserver.ldap.wire.message import Scope, SearchRequest
from dirserver.model import filter as tree
from dirserver.model.attribute import OWN_FIELD, find
from dirserver.model.dn import DN
from dirserver.model.filter import Filter

_OF_SOMEBODY = frozenset({"uid", "anr", "name"})
_AT_TOP = frozenset({Fixed.ROOT, Fixed.SUFFIX})


def covered(names: Tree, base: DN, request: SearchRequest, *, widens_base: bool) -> tuple[DN, Scope]:
    """Return the base and the scope that are meant. ``widens_base``: a search for somebody at the suffix alone means all below it."""
    if widens_base and request.scope is Scope.BASE and names.locate(base) in _AT_TOP and asks_for_somebody(request.filter):
        # Thunderbird's simple set-up writes a URL without a scope, which RFC 4516 reads as base: it would find nobody.
        return names.suffix, Scope.SUBTREE
    if base.rdns or request.scope is Scope.BASE:
        return base, request.scope
    # Clients without a configured base mean everything; the naming context is the only thing below the root (AD does so too).
    return names.suffix, Scope.SUBTREE if request.scope is Scope.SUBTREE else Scope.BASE


def asks_for_somebody(wanted: Filter) -> bool:
    """Tell whether a filter asks about something that people have, and not only for what any entry has, such as a class."""
    match wanted:
        case tree.And(parts) | tree.Or(parts):
            return any(asks_for_somebody(part) for part in parts)
        case tree.Not(part):
            return asks_for_somebody(part)
        case (
            tree.Present(attribute)
            | tree.Equality(attribute)
            | tree.Substrings(attribute)
            | tree.Approximate(attribute)
            | tree.AtLeast(attribute)
            | tree.AtMost(attribute)
        ):
            return _is_of_somebody(attribute)
        case tree.Extensible(attribute=str(attribute)):
            return _is_of_somebody(attribute)
        case _:
            return False


def _is_of_somebody(attribute: str) -> bool:
    known = find(attribute)
    return attribute.lower() in _OF_SOMEBODY if known is None else known.key in _OF_SOMEBODY or known.field != OWN_FIELD
