# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of single fields while somebody types: the very checks that saving makes."""

from __future__ import annotations

from flask import Blueprint, jsonify, request
from werkzeug.wrappers import Response

from dirserver.errors import NotFound
from dirserver.web.entry.fields import BY_ATTRIBUTE
from dirserver.web.profile.form import checked, plain, shown_value
from dirserver.web.shell.languages import gettext
from dirserver.web.shell.session import signed_in

pages = Blueprint("profile_check", __name__)


@pages.post("/me/check")
def check() -> Response:
    """Tell what would be stored for ``text`` in the field ``attribute``, or what is wrong with it. Nothing is kept.

    A POST, so that nothing that is typed stands in an address or a log.
    """
    signed_in()
    field = BY_ATTRIBUTE.get(request.form.get("attribute", "").lower())
    if field is None:
        raise NotFound("no such field")
    text, region = plain(request.form.get("text", "")), request.form.get("region", "")[:2].upper() or None
    value, problem = checked(field.look, text, region) if text else ("", "")
    return jsonify(
        problem=gettext(problem) if problem else "",
        stored="" if problem else value,
        shown="" if problem else shown_value(field.look, value),
    )
