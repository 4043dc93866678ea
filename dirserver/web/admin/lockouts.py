# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is refused now after too many wrong passwords or codes, and letting them in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from dirserver.identity.lockouts import Lockout
from dirserver.model.audit import Action
from dirserver.web.admin import frame

_MAX_LENGTH = 100

pages = Blueprint("admin_lockouts", __name__)
# Who may try again has guesses again.
frame.opens_doors(pages, lambda: url_for("admin_lockouts.show"))


@dataclass(frozen=True, slots=True)
class Held:
    """An account, or with an empty ``login`` a network, with all that it is refused for; until ``until`` somewhere."""

    login: str
    network: str
    reasons: tuple[Lockout, ...]
    until: datetime


@pages.get("/admin/lockouts")
def show() -> str:
    """List who is refused now."""
    return _page()


@pages.post("/admin/lockouts/release")
def release() -> Response:
    """Let an account in, wherever it was tried from."""
    login = request.form.get("login", "")[:_MAX_LENGTH]
    return frame.attempt(lambda: frame.office().let_in(login), _page, url_for("admin_lockouts.show"))


@pages.post("/admin/lockouts/release-network")
def release_network() -> Response:
    """Let in whoever comes from the network of an address."""
    address = request.form.get("address", "").strip()[:_MAX_LENGTH]
    return frame.attempt(lambda: frame.office().let_in_network(address), _page, url_for("admin_lockouts.show"))


def _page(problem: str = "") -> str:
    address = request.values.get("address", "").strip()[:_MAX_LENGTH]
    found = frame.office().locked_out((address,) if address else ())
    with frame.reading():
        return render_template(
            "admin/lockouts.html",
            held=_gathered(found.known),
            unnamed=found.unnamed,
            address=address,
            throttled=Action.SIGN_IN_THROTTLED,
            problem=problem,
        )


def _gathered(known: tuple[Lockout, ...]) -> list[Held]:
    """Return them by whom they can be let in, as they come: accounts by login, then networks."""
    held = []
    for (login, network), reasons in groupby(known, key=lambda each: (each.login, "" if each.login else each.network)):
        told = tuple(reasons)
        held.append(Held(login, network, told, max(each.until for each in told)))
    return held
