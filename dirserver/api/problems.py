# SPDX-License-Identifier: GPL-3.0-or-later
"""Errors as problem details (RFC 9457): one table from our tree to status and type, with nothing from inside."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence

from flask import Flask, Response, request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from werkzeug.exceptions import HTTPException

from dirserver.errors import (
    BadInput,
    Conflict,
    DirserverError,
    NoRoom,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    Stale,
    Throttled,
    TooLarge,
    UidTaken,
    Unavailable,
)
from dirserver.model.attribute import find

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
_TYPES = "urn:dirserver:problem:"


class Mistake(BaseModel):
    """One value of the request that can't be used."""

    where: str = Field(description="The parameter, or a JSON pointer into the body (RFC 6901).", examples=["/attributes/mail"])
    message: str


class Candidate(BaseModel):
    """An entry that may be the same person or company."""

    id: str
    book: str
    name: str
    display: str
    why: list[str] = Field(description="The attributes in which the two agree.")


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:dirserver:problem:invalid",
                    "title": "That can't be used",
                    "status": 422,
                    "detail": "'bad' is no mail address; write it as name@example.com",
                    "mistakes": [{"where": "/attributes/mail", "message": "'bad' is no mail address; write it as name@example.com"}],
                }
            ]
        }
    )

    type: str = Field(description="Which kind of problem it is; this is for programs to look at.")
    title: str
    status: int
    detail: str = Field(description="What went wrong here, for people.")
    mistakes: list[Mistake] | None = None
    candidates: list[Candidate] | None = None


class NearDuplicate(Conflict):
    """A new entry looks like one that is there."""

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        super().__init__("there may be an entry of this already; look at the candidates, and send it with force=true if it is another one")
        self.candidates = list(candidates)


class WrongValue(BadInput):
    """A value of the body that can't be used; ``where`` is a JSON pointer."""

    def __init__(self, where: str, message: str) -> None:
        super().__init__(message)
        self.where = where


class OutOfScope(NotAllowed):
    """The token isn't good for this, whatever its account may do."""

    def __init__(self, scope: str) -> None:
        super().__init__(f"this needs a token with the scope '{scope}'")
        self.scope = scope


STATUSES: tuple[tuple[type[DirserverError], int, str, str], ...] = (
    (NearDuplicate, 409, "near-duplicate", "There may be one already"),
    (UidTaken, 409, "taken", "Already taken"),
    (Stale, 412, "stale", "Somebody was faster"),
    (Conflict, 409, "conflict", "It clashes with what is there"),
    (TooLarge, 413, "too-large", "Too large"),
    (WrongValue, 422, "invalid", "That can't be used"),
    (BadInput, 422, "invalid", "That can't be used"),
    (OutOfScope, 403, "out-of-scope", "Not with this token"),
    (NotAllowed, 403, "not-allowed", "Not for you"),
    (NotFound, 404, "not-found", "Not found"),
    (Throttled, 429, "throttled", "Too many attempts"),
    (NotAuthenticated, 401, "not-authenticated", "A token is needed"),
    (NoRoom, 507, "no-room", "No room left"),
    (Unavailable, 503, "unavailable", "Not available right now"),
    (DirserverError, 500, "fault", "Something broke"),
)
"""The first class that fits decides: status, type, title."""

_TITLES: Mapping[int, tuple[str, str]] = {
    400: ("malformed", "That can't be read"),
    404: ("not-found", "Not found"),
    405: ("wrong-method", "Not this way"),
    413: ("too-large", "Too large"),
    415: ("wrong-media-type", "Not in this form"),
}


def install(app: Flask) -> None:
    """Answer every error with problem details."""
    app.register_error_handler(DirserverError, _on_ours)
    app.register_error_handler(HTTPException, _on_http)
    app.register_error_handler(Exception, _on_fault)


def invalid(error: ValidationError) -> Response:
    """Return the answer to parameters or a body that don't fit their description."""
    found = error.errors(include_input=False, include_url=False)
    if any(not each["loc"] for each in found):
        return _no_object()
    body = request.get_json(silent=True)
    told: dict[str, list[str]] = {}
    for each in found:
        place = _place(each["loc"], body, is_missing=each["type"] == "missing")
        message = _in_words(each["type"], each["msg"], place)
        said = told.setdefault(place, [])
        if message not in said:
            said.append(message)
    mistakes = [Mistake(where=where, message="; or: ".join(said)) for where, said in told.items()]
    first = f"{mistakes[0].where}: {mistakes[0].message}" if mistakes else "the request doesn't fit its description"
    return _answer(_problem("invalid", "That can't be used", 422, first, mistakes=mistakes))


def _no_object() -> Response:
    """Say of a body that isn't a JSON object what it is, in the caller's words and not in ours."""
    if not request.is_json and (request.mimetype or request.get_data()):
        kind, title = _TITLES[415]
        sent = f"not {request.mimetype[:80]}" if request.mimetype else "which was left out"
        return _answer(_problem(kind, title, 415, f"the body has to be JSON: send it with Content-Type: application/json, {sent}"))
    try:
        json.loads(request.get_data())
    except ValueError:
        told = "the body isn't JSON" if request.get_data() else "the body is empty: send a JSON object"
    else:
        told = 'the body has to be a JSON object, as in {"name": "value"}'
    return _answer(_problem("invalid", "That can't be used", 422, told, mistakes=[Mistake(where="", message=told)]))


def _place(loc: Sequence[int | str], body: object, *, is_missing: bool) -> str:
    """Return where a mistake is. Where a value may be of several types the model's own name of one stands between: it isn't told."""
    steps: list[str] = []
    for number, each in enumerate(loc):
        is_there = (isinstance(body, dict) and each in body) or (isinstance(body, list) and isinstance(each, int) and each < len(body))
        if steps and not is_there and not (is_missing and number == len(loc) - 1):
            continue
        body = body[each] if is_there else None  # type: ignore[index]
        steps.append(str(each).replace("~", "~0").replace("/", "~1"))
    is_parameter = len(steps) == 1 and (steps[0] in request.args or not isinstance(request.get_json(silent=True), dict))
    return steps[0] if is_parameter else "/" + "/".join(steps)


def _in_words(kind: str, message: str, place: str) -> str:
    """Return what pydantic says in words for who calls: it speaks of inputs, and of extra ones."""
    if kind == "missing":
        return "it is missing"
    if kind != "extra_forbidden":
        return message.replace("Input should be", "it should be")
    if not place.startswith("/"):
        return "there is no such parameter here"
    is_value = place.count("/") == 1 and find(place[1:]) is not None
    return "nobody knows it here" + ('; values of an entry stand inside "attributes"' if is_value else "")


def _on_ours(error: DirserverError) -> Response:
    status, kind, title = next((status, kind, title) for cls, status, kind, title in STATUSES if isinstance(error, cls))
    if status >= 500:
        log.error("the API could not answer: %s", error.public_message)
    answer = _answer(
        _problem(
            kind,
            title,
            status,
            error.public_message if status < 500 or isinstance(error, Unavailable) else "it is our fault, and it has been written down",
            mistakes=[Mistake(where=error.where, message=error.public_message)] if isinstance(error, WrongValue) else None,
            candidates=error.candidates if isinstance(error, NearDuplicate) else None,
        )
    )
    if status == 401:
        # Of a token that was shown RFC 6750 section 3.1 wants to hear that it isn't good; where none was, nothing more.
        why = ', error="invalid_token"' if request.headers.get("Authorization", "").lower().startswith("bearer ") else ""
        answer.headers["WWW-Authenticate"] = f'Bearer realm="dirserver"{why}'
    if isinstance(error, OutOfScope):
        answer.headers["WWW-Authenticate"] = f'Bearer realm="dirserver", error="insufficient_scope", scope="{error.scope}"'
    if isinstance(error, Throttled):
        answer.headers["Retry-After"] = str(error.retry_after_s)
    return answer


def _on_http(error: HTTPException) -> Response:
    if isinstance(error.response, Response):
        return error.response
    status = error.code or 500
    kind, title = _TITLES.get(status, ("malformed", "That can't be read") if status < 500 else ("fault", "Something broke"))
    answer = _answer(_problem(kind, title, status, title.lower()))
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            answer.headers[name] = value
    return answer


def _on_fault(error: Exception) -> Response:
    log.error("the API broke", exc_info=error)
    return _answer(_problem("fault", "Something broke", 500, "it is our fault, and it has been written down"))


def _problem(
    kind: str, title: str, status: int, detail: str, *, mistakes: list[Mistake] | None = None, candidates: list[Candidate] | None = None
) -> Problem:
    return Problem(type=_TYPES + kind, title=title, status=status, detail=detail, mistakes=mistakes, candidates=candidates)


def _answer(problem: Problem) -> Response:
    return Response(problem.model_dump_json(exclude_none=True), status=problem.status, mimetype=MEDIA_TYPE)
