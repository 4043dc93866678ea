# SPDX-License-Identifier: GPL-3.0-or-later
"""The beaten track: what one connection asks again and again, with nothing but the number and the filter another one.

A mail program or phone sends one shape of search all day. Of a request of the shape before, only the filter is read; everything else is
compared, octet by octet. One person by a value is then a look into the roll and a join. What is no such search, or isn't
there yet, goes the way of all requests, which comes to the same answer (``tests/agreement/test_recalled_answers.py``).

For the reactor's thread alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal

import structlog

from dirserver.errors import DirserverError
from dirserver.ldap import access_log, bind
from dirserver.ldap.kept.answers import Kept
from dirserver.ldap.kept.at_once import DONE, Quick, Waiting
from dirserver.ldap.kept.shape import Shape
from dirserver.ldap.session import Session, Site
from dirserver.ldap.wire import encode
from dirserver.ldap.wire.ber import element
from dirserver.ldap.wire.decode import decode
from dirserver.ldap.wire.filter import decode_filter
from dirserver.ldap.wire.framing import number_in
from dirserver.ldap.wire.known import filter_in
from dirserver.ldap.wire.message import Request, Result, SearchRequest
from dirserver.listening.outlet import Outlet
from dirserver.model.change import Marks
from dirserver.model.filter import Equality
from dirserver.model.principal import Principal

_LOG = structlog.get_logger(__name__)
_SOME = 16
"""So many at most share a value of which nearly every one has an owner: a number in an office. To keep such answers costs as much as to
make them."""
_LONGEST = 1024
_SHORT = 0x80
_SEARCH, _BIND = int(Request.SEARCH), int(Request.BIND)
_OCTETS, _EQUALITY = 0x04, 0xA3
_SOME_NUMBER = b"\x02\x01\x01"


class Track:
    """Of one connection."""

    __slots__ = ("_quick", "_shape", "_site")

    def __init__(self, site: Site) -> None:
        self._site = site
        self._quick = site.quick if site.directory.answers_at_once and site.answers.longest > 0 else None
        self._shape: Shape | None = None

    def tell(
        self, data: bytes, start: int, at: int, session: Session, outlet: Outlet, become: Callable[[Principal], Result | None]
    ) -> bool:
        """Answer a whole message if it is a search, or a bind that was answered before, and that can be done here and now.

        Its number stands from ``start`` to before ``at``.
        """
        tag = data[at]
        if tag == _SEARCH:
            return self.answer_at(data, start, at, session, outlet) is True
        return tag == _BIND and bind.answer_again(self._site, session, data, (start, at), outlet, become)

    def answer(self, data: bytes, session: Session, outlet: Outlet) -> Waiting | Literal[True] | None:
        """Answer a whole message if that can be done here and now: True. Else what is left to do, None for all of it."""
        start, at = number_in(data)
        return self.answer_at(data, start, at, session, outlet) if data[at] == _SEARCH else None

    def answer_at(self, data: bytes, start: int, at: int, session: Session, outlet: Outlet) -> Waiting | Literal[True] | None:
        """Answer a search as ``answer`` does, whose number stands from ``start`` to before ``at``."""
        site = self._site
        quick = self._quick
        if quick is None:
            return None
        started = time.perf_counter()
        try:
            marks = quick.marks()
            if marks is None:
                return None
            found = self._answer(quick, session, data[at:], marks)
        except DirserverError:
            # The usual way tells what is wrong.
            return None
        except Exception:  # noqa: BLE001 - a way that is only quicker may fail, the connections of this thread may not
            _LOG.exception("an answer at once failed")
            return None
        if not isinstance(found, Kept | list):
            return found
        number = data[start:at]
        if isinstance(found, list):
            octets = encode.messages_under(number, found)
            code, entries = 0 if found[-1] is DONE else access_log.code_of(found[-1]), len(found) - 1
        else:
            octets = found.under(number)
            code, entries = found.code, len(found.operations) - 1
        # The last thing that is done: who waits for the answer has the processor as soon as it is sent, and its caches with it.
        access_log.note_kind(site, "search", session, code, entries=entries, started=started)
        outlet.put(octets)
        return True

    def _answer(self, quick: Quick, session: Session, operation: bytes, marks: Marks) -> list[bytes] | Kept | Waiting | None:
        site, account_id = self._site, session.principal.account_id
        kept = site.answers.recall_octets(operation, account_id, marks)
        if kept is not None:
            return kept
        shape = self._shape
        asked = None if shape is None or shape.account_id != account_id else shape.filter_of(operation)
        if shape is None or asked is None:
            shape = self._shape = self._learnt(quick, session, operation, marks)
            asked = None if shape is None else shape.filter_of(operation)
            if shape is None or asked is None:
                return None
        if shape.plan.look.marks is not marks:
            plan = quick.plan(site, session.principal, shape.request, marks)
            if plan is None:
                return None
            shape.follow(plan)
        found = self._exact(quick, shape, asked)
        return self._other(quick, session, shape, asked, operation, marks) if found is None else found

    def _exact(self, quick: Quick, shape: Shape, asked: bytes) -> list[bytes] | None:
        """Answer a search for one value of an attribute that was looked for before; None where more is to be done."""
        # tag, length, tag, length, name, tag, length, value: all lengths short, as they are here.
        if asked[0] != _EQUALITY or asked[1] != len(asked) - 2 or asked[1] >= _SHORT:
            return None
        end = 4 + asked[3]
        exact = shape.exact.get(asked[4:end])
        if exact is None or asked[2] != _OCTETS or asked[end] != _OCTETS or end + 2 + asked[end + 1] != len(asked):
            return None
        try:
            value = asked[end + 2 :].decode()
        except UnicodeDecodeError:
            return None
        return quick.one(shape.plan, exact, value, min(shape.request.size_limit or _SOME, self._site.limits.size_limit, _SOME))

    def _other(
        self, quick: Quick, session: Session, shape: Shape, asked: bytes, operation: bytes, marks: Marks
    ) -> list[bytes] | Waiting | None:
        site = self._site
        wanted, end = decode_filter(asked, 0, len(asked), site.limits.wire)
        if end != len(asked):
            return None
        was = shape.request
        request = SearchRequest(was.base, was.scope, wanted, was.attributes, was.size_limit, was.time_limit_s, was.types_only, was.deref)
        found = quick.found(site, session, request, shape.plan)
        if isinstance(found, list):
            exact = quick.exact(shape.plan, wanted) if len(found) <= _SOME and isinstance(wanted, Equality) else None
            if exact is not None:
                shape.exact[asked[4 : 4 + asked[3]]] = exact
            else:
                # What people type they all type, and to put it together takes longer than to keep it.
                code = access_log.code_of(found[-1])
                site.answers.keep_octets(operation, shape.account_id, marks, found, code, is_at_hand=True)
        return found

    def _learnt(self, quick: Quick, session: Session, operation: bytes, marks: Marks) -> Shape | None:
        """Return the shape of a search that was asked before, on whatever connection; learn it if it can be answered at once."""
        place = filter_in(operation, 0) if len(operation) <= _LONGEST else None
        if place is None:
            return None
        start, filter_at, filter_end, stop = place
        head, tail = operation[start:filter_at], operation[filter_end:stop]
        account_id = session.principal.account_id
        known = quick.shape(account_id, head, tail)
        if known is not None or stop != len(operation):
            return known
        request = decode(element(b"0", _SOME_NUMBER + operation), self._site.limits.wire).operation
        plan = quick.plan(self._site, session.principal, request, marks) if isinstance(request, SearchRequest) else None
        if not isinstance(request, SearchRequest) or plan is None:
            return None
        return quick.learn(Shape(head, tail, request, account_id, plan))
