# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages as one WSGI application. Each page is a file of this room with its template beside; this one puts them together."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Flask, request, url_for
from werkzeug.wrappers import Response

from dirserver.errors import NotFound
from dirserver.web import (
    contact_card,
    devices,
    errors,
    forgery,
    headers,
    history,
    languages,
    notices,
    people,
    person,
    photo,
    profile_edit,
    session,
    setup,
    sign_in,
    welcome,
)
from dirserver.web.links import entry_url
from dirserver.web.session import current_session
from dirserver.wiring import Parts

_MAX_FORM_BYTES = 1024 * 1024
_MAX_BODY_BYTES = profile_edit.MAX_PHOTO_BYTES + _MAX_FORM_BYTES
_MAX_FORM_PARTS = 500
_WITH_FILES = frozenset({"profile_edit.save", "profile_edit.save_own"})
_MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_YEAR_S = 365 * 24 * 3600


def make_app(parts: Parts) -> Flask:
    """Return the pages over these parts: a WSGI callable that keeps nothing between requests but small photos."""
    app = Flask(__name__, static_folder=None)
    app.config.update(
        MAX_CONTENT_LENGTH=min(_MAX_BODY_BYTES, parts.config.http.max_body_bytes),
        MAX_FORM_MEMORY_SIZE=_MAX_FORM_BYTES,
        MAX_FORM_PARTS=_MAX_FORM_PARTS,
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.extensions["dirserver.parts"] = parts
    # The order matters: headers and errors around everything, then who asks, then whether it may be forged.
    app.before_request(_limit_body)
    for each in (headers, errors, notices, session, forgery, languages, photo):
        each.install(app)
    for page in (people, person, contact_card, history, profile_edit, devices, setup, sign_in, welcome):
        app.register_blueprint(page.pages)
    app.add_template_global(entry_url)
    app.add_template_global(sign_in.plain_warning)
    app.context_processor(lambda: {"session": current_session(), "domain": parts.config.domain})
    _serve_assets(app)
    return app


def _limit_body() -> None:
    """Let only the forms with a photo be long; the others are refused before they are read."""
    if request.endpoint not in _WITH_FILES:
        request.max_content_length = _MAX_FORM_BYTES


def _serve_assets(app: Flask) -> None:
    """Serve our style sheet, script and icon from memory; addresses change with the content, so browsers may keep it."""
    contents = {file.name: file.read_bytes() for file in (Path(__file__).parent / "static").iterdir() if file.suffix in _MEDIA_TYPES}
    digests = {name: hashlib.sha256(content).hexdigest()[:12] for name, content in contents.items()}

    def asset(name: str) -> str:
        return url_for("static", name=name, v=digests[name])

    def send(name: str) -> Response:
        if name not in contents:
            raise NotFound("no such file")
        answer = Response(contents[name], mimetype=_MEDIA_TYPES[Path(name).suffix])
        is_exact = request.args.get("v") == digests[name]
        answer.headers["Cache-Control"] = f"public, max-age={_YEAR_S}, immutable" if is_exact else "no-cache"
        return answer

    app.add_url_rule("/static/<name>", "static", send)
    app.add_template_global(asset)
