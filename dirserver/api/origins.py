# SPDX-License-Identifier: GPL-3.0-or-later
"""Other sites whose pages may ask from the browser (the Fetch standard's CORS protocol): those of [api] origins, for reading only.

No cookie is looked at anywhere in this room, so what such a page can do is what its token can.
"""

from __future__ import annotations

from flask import Flask, Response, request

from dirserver.api.bearer import parts

_READING = frozenset({"GET", "HEAD"})
_AN_HOUR_S = 3600


def install(app: Flask) -> None:
    """Answer what browsers ask before, and let answers be read by pages of these origins."""
    app.before_request(_preflight)
    app.after_request(_let_read)


def _is_known(origin: str) -> bool:
    return bool(origin) and origin in {str(each) for each in parts().config.api.origins}


def _preflight() -> Response | None:
    if request.method != "OPTIONS" or "Access-Control-Request-Method" not in request.headers:
        return None
    answer = Response(status=204)
    if request.access_control_request_method in _READING and _is_known(request.headers.get("Origin", "")):
        answer.headers["Access-Control-Allow-Methods"] = "GET"
        answer.headers["Access-Control-Allow-Headers"] = "Authorization"
        answer.headers["Access-Control-Max-Age"] = str(_AN_HOUR_S)
    return answer


def _let_read(answer: Response) -> Response:
    answer.vary.add("Origin")
    origin = request.headers.get("Origin", "")
    if request.method in {*_READING, "OPTIONS"} and _is_known(origin):
        answer.headers["Access-Control-Allow-Origin"] = origin
        answer.headers["Access-Control-Expose-Headers"] = "ETag, Link"
        answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer
