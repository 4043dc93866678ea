# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages as one WSGI application, put together from their areas.

An area is a folder of this room: code, ``templates/``, ``static/`` and ``messages/`` of one subject. ``shell`` is what every page stands
in, ``entry`` how a contact is shown; the others are what somebody comes for.
"""

from __future__ import annotations

from flask import Flask, current_app, request

from dirserver.web.admin import area as administration
from dirserver.web.books import area as books
from dirserver.web.desk import area as desk
from dirserver.web.devices import passwords, setup
from dirserver.web.embed import area as embed
from dirserver.web.entrance import second_step, sign_in, welcome
from dirserver.web.people import area as people
from dirserver.web.profile import area as profile
from dirserver.web.security import area as security
from dirserver.web.shell import assets, called, errors, forgery, headers, languages, menu, notices, refusals, session, titles
from dirserver.web.shell.links import entry_url
from dirserver.web.shell.session import current_session
from dirserver.wiring import Parts

_MAX_FORM_BYTES = 1024 * 1024
_MAX_BODY_BYTES = profile.MAX_PHOTO_BYTES + _MAX_FORM_BYTES
_MAX_FORM_PARTS = 500
_WITH_FILES = profile.WITH_FILES
_WITH_LISTS = books.WITH_FILES | administration.WITH_FILES
_PAGES = (passwords, setup, sign_in, second_step, welcome)
_AREAS = (people, books, embed, security, desk, administration)
_PLACES = (*profile.PLACES, *passwords.PLACES, *(place for area in _AREAS for place in area.PLACES))


def make_app(parts: Parts) -> Flask:
    """Return the pages over these parts: a WSGI callable that keeps nothing between requests but small photos."""
    app = Flask(__name__, static_folder=None)
    app.config.update(
        MAX_CONTENT_LENGTH=min(_MAX_BODY_BYTES, parts.config.http.max_body_bytes),
        MAX_FORM_MEMORY_SIZE=_MAX_FORM_BYTES,
        MAX_FORM_PARTS=_MAX_FORM_PARTS,
    )
    # Who types /admin/ means /admin.
    app.url_map.strict_slashes = False
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.extensions["dirserver.parts"] = parts
    # The order matters: headers and errors around everything, then who asks, then whether it may be forged.
    app.before_request(_limit_body)
    for each in (headers, errors, notices, session, forgery, languages, refusals, assets, titles, called):
        each.install(app)
    menu.install(app, _PLACES)
    for area in _AREAS:
        area.install(app)
    for pages in (*(page.pages for page in _PAGES), *(pages for area in (profile, *_AREAS) for pages in area.PAGES)):
        app.register_blueprint(pages)
    app.add_template_global(entry_url)
    app.add_template_global(sign_in.plain_warning)
    app.context_processor(_who_and_where)
    return app


_FIRST = ("shell/base.html", "shell/parts.html", "people/list.html", "people/results.html", "people/pieces.html", "people/status.html")


def prepare(app: Flask) -> None:
    """Compile what the first search needs: a fifth of a second, which whoever comes first would wait for."""
    for name in _FIRST:
        app.jinja_env.get_template(name)


def _who_and_where() -> dict[str, object]:
    made: Parts = current_app.extensions["dirserver.parts"]
    return {"session": current_session(), "domain": made.config.domain}


def _limit_body() -> None:
    """Let only the forms with files be long; the others are refused before they are read."""
    if request.endpoint in _WITH_LISTS:
        made: Parts = current_app.extensions["dirserver.parts"]
        request.max_content_length = made.config.http.max_body_bytes
    elif request.endpoint not in _WITH_FILES:
        request.max_content_length = _MAX_FORM_BYTES
