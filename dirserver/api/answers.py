# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers in JSON: validators, conditional requests, pages of lists, and the headers that every answer has."""

from __future__ import annotations

import hashlib
from urllib.parse import urlencode

from flask import Flask, Response, request
from pydantic import BaseModel

from dirserver.errors import Stale

_SEALED = "default-src 'none'; sandbox; frame-ancestors 'none'"
_ALWAYS = (
    ("Content-Security-Policy", _SEALED),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    # People's data: nobody keeps it but who asked, and asks whether it is still so.
    ("Cache-Control", "private, no-cache"),
)
_TWO_YEARS_S = 2 * 365 * 24 * 3600


def install(app: Flask) -> None:
    """Set the headers on every answer."""
    app.after_request(_set)


def json_answer(shape: BaseModel, status: int = 200, *, tag: str | None = None) -> Response:
    """Return a shape as JSON. ``tag`` is the validator where it isn't that of these very bytes (RFC 9110 section 8.8.3)."""
    body = shape.model_dump_json().encode()
    answer = Response(body, status=status, mimetype="application/json")
    if status == 200:
        answer.set_etag(tag or tag_of(body))
    return answer


def tag_of(body: bytes) -> str:
    """Return the validator of these bytes."""
    return hashlib.sha256(body).hexdigest()[:24]


def check_match(shape: BaseModel) -> None:
    """Hold a change to its If-Match (RFC 9110 section 13.1.1): Stale if what is there now is another state."""
    if request.if_match and not request.if_match.contains(tag_of(shape.model_dump_json().encode())):
        raise Stale("this was changed in the meantime; look at it again before you change it")


def with_next(answer: Response, cursor: str | None) -> Response:
    """Tell where the next page is in a header too (RFC 8288)."""
    if cursor is not None:
        query = [(name, value) for name, value in request.args.items(multi=True) if name != "cursor"]
        answer.headers["Link"] = f'<{request.script_root}{request.path}?{urlencode([*query, ("cursor", cursor)])}>; rel="next"'
    return answer


def _set(answer: Response) -> Response:
    for name, value in _ALWAYS:
        answer.headers[name] = value
    answer.vary.add("Authorization")
    if request.is_secure:
        answer.headers.setdefault("Strict-Transport-Security", f"max-age={_TWO_YEARS_S}")
    if request.method in {"GET", "HEAD"} and answer.status_code == 200:
        answer.make_conditional(request)
    return answer
