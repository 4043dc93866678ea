# SPDX-License-Identifier: GPL-3.0-or-later
"""All that is stored about me, as one file to keep."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

from dirserver.web.shell.current import parts
from dirserver.web.shell.languages import current_language
from dirserver.web.shell.session import signed_in

pages = Blueprint("takeout", __name__)


@pages.post("/me/export")
def take() -> Response:
    """Give the file. A POST: the audit trail notes it."""
    session = signed_in()
    name, octets = parts().takeout.of(session.principal, session.account, current_language().code)
    answer = Response(octets, mimetype="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
