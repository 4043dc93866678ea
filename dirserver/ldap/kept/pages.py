# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages of everybody (RFC 2696), or of all who have an attribute, from the roll: what copies the directory asks so, over and over.

It comes to what ``search.search`` comes to, with the same cookies, so that a list that is begun in one way goes on in the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dirserver.ldap.controls import controls, paging
from dirserver.ldap.controls.paging import Position
from dirserver.ldap.search.search import numbered_held
from dirserver.ldap.tree.references import essence, is_everybody
from dirserver.ldap.wire import encode
from dirserver.ldap.wire.message import Message, Response, Result, SearchRequest
from dirserver.model.attribute import find
from dirserver.model.filter import And, Equality, Filter, Present

if TYPE_CHECKING:
    from dirserver.directory.roll.at_once import AtOnce
    from dirserver.ldap.kept.at_once import Plan
    from dirserver.ldap.session import Session, Site

_MOST = 1_000
"""Longer pages take the reactor's thread too long."""
_DONE = encode.result(Response.SEARCH_DONE, Result())


def is_page(message: Message) -> bool:
    """Tell whether a request wants a page, and nothing else that a control could want."""
    return len(message.controls) == 1 and message.controls[0].oid == controls.PAGED_RESULTS


def listed(
    at_once: AtOnce, site: Site, session: Session, message: Message, request: SearchRequest, plan: Plan
) -> tuple[list[int], bytes] | None:
    """Return the places on a page and the result behind them; None for another question, or where a limit may end it.

    Raises as a search does.
    """
    wanted = controls.read(message).page
    attribute = _attribute_in(request.filter)
    if wanted is None or attribute is None or not 0 < wanted.size <= _MOST or any(numbered_held(request, plan.held)):
        return None
    position = paging.read(wanted.cookie, request, session.principal) if wanted.cookie else Position()
    limit = min(request.size_limit or site.limits.size_limit, site.limits.size_limit)
    if position.part or limit - position.told <= wanted.size:
        return None
    after = at_once.place_of(plan.look.roll, position.after) if position.after else 0
    found = None if after is None else at_once.listed(plan.look, attribute, after, wanted.size + 1)
    if found is None:
        return None
    cookie = b""
    if len(found) > wanted.size:
        found.pop()
        last = Position(position.told + len(found), position.held, 0, plan.look.roll.rows[found[-1]].uuid)
        cookie = paging.write(last, request, session.principal)
    return found, controls.attached(_DONE, controls.page(cookie))


def _attribute_in(wanted: Filter) -> str | None:
    """Return which attribute all who are wanted have, "" for everybody; None for another question."""
    parts = [part for part in (wanted.parts if isinstance(wanted, And) else (wanted,)) if not is_everybody(part)]
    match parts:
        case []:
            return ""
        case [Present(attribute)] if essence(Equality(attribute, "x")) is not None:
            known = find(attribute)
            # Everybody has one, whatever else may be asked about it.
            return "" if known is not None and known.key == "uid" else attribute
        case _:
            return None
