# SPDX-License-Identifier: GPL-3.0-or-later
"""From a request to its answers: which file answers it, and what is told when it fails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import structlog

from dirserver.errors import DirserverError
from dirserver.ldap import acting, extended
from dirserver.ldap.changes import writes
from dirserver.ldap.controls import controls
from dirserver.ldap.mirror.synchronization import Synchronization
from dirserver.ldap.mirror.watch import Watch
from dirserver.ldap.search import compare, search
from dirserver.ldap.session import Session, Site
from dirserver.ldap.steps import Steps
from dirserver.ldap.tree.errors import result_of
from dirserver.ldap.wire import encode
from dirserver.ldap.wire.message import (
    AddRequest,
    BindRequest,
    Code,
    CompareRequest,
    DeleteRequest,
    ExtendedRequest,
    Message,
    ModifyDNRequest,
    ModifyRequest,
    Request,
    Response,
    Result,
    SearchRequest,
    Unreadable,
)

_LOG = structlog.get_logger(__name__)

_TOGETHER = Result(Code.UNWILLING_TO_PERFORM, "what is followed comes with none of the other controls that change an answer")

_RESPONSES = {
    Request.BIND: Response.BIND,
    Request.SEARCH: Response.SEARCH_DONE,
    Request.MODIFY: Response.MODIFY,
    Request.ADD: Response.ADD,
    Request.DELETE: Response.DELETE,
    Request.MODIFY_DN: Response.MODIFY_DN,
    Request.COMPARE: Response.COMPARE,
    Request.EXTENDED: Response.EXTENDED,
}
_REQUESTS = {
    BindRequest: Request.BIND,
    SearchRequest: Request.SEARCH,
    ModifyRequest: Request.MODIFY,
    AddRequest: Request.ADD,
    DeleteRequest: Request.DELETE,
    ModifyDNRequest: Request.MODIFY_DN,
    CompareRequest: Request.COMPARE,
    ExtendedRequest: Request.EXTENDED,
}


def answer_at_once(site: Site, message: Message) -> list[bytes] | None:
    """Return the answers that need neither the directory nor a password hash, without message numbers; else None."""
    operation = message.operation
    if isinstance(operation, Unreadable):
        tag = _RESPONSES.get(operation.request)
        return [] if tag is None else [encode.result(tag, result_of(operation.error))]
    refusal = _refuse_controls(message)
    if refusal is not None:
        return refusal
    if isinstance(operation, SearchRequest):
        try:
            asked = controls.read(message)
            if asked.is_followed:
                return refusal_of(message, _TOGETHER) if asked.is_contradictory else None
            return search.answer_at_once(site, operation, asked)
        except DirserverError as error:
            return [encode.result(Response.SEARCH_DONE, result_of(error))]
    return None


def steps(site: Site, session: Session, message: Message) -> Steps | None:
    """Return what answers a request in steps; None if it is answered at once. Its controls were looked at by ``answer_at_once``."""
    operation = message.operation
    if not message.controls or not isinstance(operation, SearchRequest):
        return None
    asked = controls.read(message)
    if asked.sync is not None:
        return Synchronization(site, session, operation, asked.sync)
    return Watch(site, session, operation, asked.persist) if asked.persist is not None else None


def answer(site: Site, session: Session, message: Message) -> Iterator[bytes]:
    """Yield every answer, without message numbers, the last one the result; never raises. Runs in a thread."""
    operation = message.operation
    tag = _RESPONSES[_REQUESTS[type(operation)]]
    try:
        asked = controls.read(message)
        if asked.acting_as is not None:
            session = replace(session, principal=acting.principal_of(site, session, asked.acting_as))
        if isinstance(operation, SearchRequest):
            yield from search.answer(site, session, operation, asked)
        elif isinstance(operation, CompareRequest):
            yield from compare.answer(site, session, operation, asked.assertion)
        elif isinstance(operation, ExtendedRequest):
            yield from extended.answer(site, session, operation)
        elif isinstance(operation, AddRequest | ModifyRequest | DeleteRequest | ModifyDNRequest):
            yield from writes.answer(site, session, operation, asked)
        else:
            yield encode.result(tag, Result(Code.UNWILLING_TO_PERFORM, "this server does not do that"))
    except DirserverError as error:
        yield encode.result(tag, result_of(error))
    except Exception as error:  # noqa: BLE001 - the outermost frame of the door: a client learns nothing of what broke
        _LOG.exception("an operation failed", operation=type(operation).__name__)
        yield encode.result(tag, result_of(error))


def refusal_of(message: Message, outcome: Result) -> list[bytes]:
    """Return the answer that says ``outcome`` to a request of any kind; empty for those that have no answer."""
    request = _REQUESTS.get(type(message.operation))
    return [] if request is None else [encode.result(_RESPONSES[request], outcome)]


def _refuse_controls(message: Message) -> list[bytes] | None:
    lacking = controls.unavailable(message)
    if lacking is None:
        return None
    return refusal_of(message, Result(Code.UNAVAILABLE_CRITICAL_EXTENSION, f"the control {lacking[:64]} is not supported here")) or None
