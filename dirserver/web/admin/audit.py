# SPDX-License-Identifier: GPL-3.0-or-later
"""The audit trail: who did what to what, whether the chain is whole, and all of it as a file."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from dirserver.care.trail import Query, Verdict
from dirserver.errors import BadInput, NotFound
from dirserver.model.audit import Action, Recorded
from dirserver.web.admin import frame
from dirserver.web.admin.deeds import credential_name, deed_name
from dirserver.web.people.collation import sort_key
from dirserver.web.shell.current import config
from dirserver.web.shell.languages import current_language

_MOST = 200
_MAX_LENGTH = 200
_AT_ONCE = 64 * 1024

pages = Blueprint("admin_audit", __name__)


@pages.get("/admin/audit")
def show() -> str:
    """Show the newest events that are wanted."""
    return _page(None)


@pages.post("/admin/audit/verify")
def verify() -> Response:
    """Look through the whole chain and tell whether it is whole."""
    return Response(_page(frame.office().trail.verify()), mimetype="text/html")


@pages.post("/admin/audit/export")
def export() -> Response:
    """Give every event as a line of JSON."""
    trail = frame.office().trail
    # Made whole before the first octet goes out: a half of the chain would look cut.
    out = tempfile.TemporaryFile()  # noqa: SIM115 # closed with the answer
    trail.export(out)
    out.seek(0)
    answer = Response(iter(lambda: out.read(_AT_ONCE), b""), mimetype="application/jsonl")
    answer.call_on_close(out.close)
    answer.headers["Content-Disposition"] = 'attachment; filename="audit.jsonl"'
    return answer


def _page(verdict: Verdict | None) -> str:
    asked = {name: request.args.get(name, "").strip()[:_MAX_LENGTH] for name in ("actor", "action", "target", "since")}
    problem = ""
    events: tuple[Recorded, ...] = ()
    try:
        events = _events(asked)
    except (BadInput, NotFound) as error:
        problem = error.public_message
    with frame.reading():
        return render_template(
            "admin/audit.html",
            events=tuple(reversed(events)),
            asked=asked,
            actions=_actions(),
            deed_name=deed_name,
            credential_name=credential_name,
            verdict=verdict,
            problem=problem,
            head=frame.office().trail.head(),
            most=_MOST,
            moment_of=moment_of,
        )


def _actions() -> list[tuple[str, str]]:
    """Return each name of a deed with its words, in the alphabet of the reader."""
    language = current_language().code
    return sorted(((str(action), deed_name(action)) for action in Action), key=lambda each: sort_key(each[1], language))


def _events(asked: dict[str, str]) -> tuple[Recorded, ...]:
    since = None
    if asked["since"]:
        try:
            since = config().pages.timezone.moment(datetime.fromisoformat(asked["since"]).replace(tzinfo=None))
        except ValueError:
            raise BadInput("write the day like 2026-11-27") from None
    return frame.office().trail.newest(Query(asked["actor"], asked["action"], asked["target"], since), _MOST)


def moment_of(event: Recorded) -> datetime:
    """Return when an event happened."""
    return datetime.fromtimestamp(event.at_us / 1_000_000, UTC)
