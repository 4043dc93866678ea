# SPDX-License-Identifier: GPL-3.0-or-later
"""Taking a list along: what was found as a file, for those who may."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack

from flask import Blueprint, request, send_file
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from dirserver.directory.search.browsing import wanted
from dirserver.directory.search.question import Question
from dirserver.exchange.exporting import ExportFormat, export_found
from dirserver.web.people.asked import FACET_NAMES, MAX_QUERY_LENGTH
from dirserver.web.shell.current import parts
from dirserver.web.shell.session import signed_in

_MEDIA = {
    ExportFormat.CSV: ("text/csv", "csv"),
    ExportFormat.XLSX: ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    ExportFormat.VCARD: ("text/vcard", "vcf"),
}
_KEPT_IN_MEMORY = 1024 * 1024

pages = Blueprint("taking", __name__)


@pages.post("/books/<slug>/export")
def take(slug: str) -> Response:
    """Give what a list shows as a file; who exported what is in the audit trail."""
    try:
        format_ = ExportFormat(request.form.get("format", ""))
        media, ending = _MEDIA[format_]
    except (ValueError, KeyError):
        raise BadRequest from None
    chosen = {facet: value for facet, name in FACET_NAMES.items() if (value := request.form.get(name, "")[:MAX_QUERY_LENGTH].strip())}
    question = Question(request.form.get("q", "")[:MAX_QUERY_LENGTH].strip(), chosen)
    made = parts()
    with ExitStack() as held:
        scratch = held.enter_context(tempfile.SpooledTemporaryFile(_KEPT_IN_MEMORY))
        export_found(
            scratch,  # type: ignore[arg-type]
            directory=made.directory,
            principal=signed_in().principal,
            book=slug,
            format=format_,
            wanted=None if question.is_everything else wanted(question),
        )
        # From here on it lives until it is sent.
        held.pop_all()
    scratch.seek(0)
    name = "-".join(("contacts", slug.strip("~"))) if slug.startswith("~") else slug
    answer = send_file(scratch, mimetype=media, as_attachment=True, download_name=f"{name}.{ending}")
    answer.headers["Cache-Control"] = "no-store"
    return answer
