# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the link of a letter leads that asks "still correct?": one button, which needs no sign-in and opens nothing else.

Looking changes nothing: mail servers and previews follow links too. What is shown are names, as the one who was asked sees them.
"""

from __future__ import annotations

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from dirserver.errors import NotFound
from dirserver.web.shell.current import parts

pages = Blueprint("confirming", __name__)


@pages.get("/confirm/<token>")
def ask(token: str) -> Response:
    """Show what it is about, and the button."""
    return _page(token, 200)


@pages.post("/confirm/<token>")
def confirm(token: str) -> Response:
    """Confirm what is ticked, and use the link up."""
    ticked = request.form.getlist("entry")
    if not ticked:
        return _page(token, 422)
    try:
        done = parts().care.confirmations.answer(token, ticked)
    except NotFound:
        return _page(token, 410)
    return Response(render_template("profile/confirmed.html", done=done), mimetype="text/html")


def _page(token: str, status: int) -> Response:
    question = parts().care.confirmations.question(token)
    page = render_template("profile/confirm.html", token=token, question=question, is_nothing_ticked=status == 422)
    return Response(page, status=status if question is not None else 410, mimetype="text/html")
