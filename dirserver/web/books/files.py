# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists in and out: where a file is sent to be imported, what was imported before and how to undo it, and the whole book as a file."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack

from flask import Blueprint, redirect, render_template, request, send_file, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from dirserver.directory.reading import Reading
from dirserver.directory.views.entry import Batch
from dirserver.errors import BadInput, Conflict
from dirserver.exchange.applying import undo
from dirserver.exchange.exporting import ExportFormat, export
from dirserver.model.names import BatchId
from dirserver.web.books.notices import BookNotice
from dirserver.web.books.place import require_deleter, require_editor, whole_book
from dirserver.web.shell.current import config, parts, reading, show_books
from dirserver.web.shell.languages import gettext, mark
from dirserver.web.shell.notices import Notice, leave
from dirserver.web.shell.session import signed_in

_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMATS = {
    ExportFormat.CSV: (mark("CSV, for tables and to import again"), "text/csv", "csv"),
    ExportFormat.XLSX: (
        mark("XLSX, for Excel and LibreOffice"),
        _SHEET,
        "xlsx",
    ),
    ExportFormat.VCARD: (mark("vCard 3.0, for phones and mail programs"), "text/vcard", "vcf"),
    ExportFormat.VCARD4: (mark("vCard 4.0, for newer programs"), "text/vcard", "vcf"),
    ExportFormat.LDIF: (mark("LDIF, for other directories"), "text/ldif", "ldif"),
}
_MADE_BY_ITSELF = {"merge": mark("Merged duplicates"), "hygiene": mark("Mended entries")}
"""Batches whose note isn't for people: it names entries and findings by their ids."""
_NO_FILE = mark("Choose a file first.")
_TOO_LATE = mark("This was undone already.")
WITH_FILES = frozenset({"book_files.send"})

pages = Blueprint("book_files", __name__)


@pages.get("/book/<slug>/files")
def show(slug: str) -> Response:
    """Show what can be done with files."""
    with reading() as opened:
        return _page(opened, slug, "", 200)


@pages.post("/book/<slug>/files")
def send(slug: str) -> Response:
    """Take a file, and go on to what its columns mean."""
    sent = request.files.get("file")
    with reading() as opened:
        view = require_editor(whole_book(opened, slug))
        if not isinstance(sent, FileStorage) or not sent.filename:
            return _page(opened, slug, gettext(_NO_FILE), 422)
    try:
        upload = parts().workbench.keep(signed_in().account.id, view.slug, sent.filename, sent.stream)
    except BadInput:
        with reading() as opened:
            return _page(opened, slug, gettext(_NO_FILE), 422)
    return redirect(url_for("book_importing.columns", slug=slug, upload=upload, kept=request.form.get("kept") or None), 303)


@pages.post("/book/<slug>/files/undo")
def undo_batch(slug: str) -> Response:
    """Take an import, or another change of many contacts, back."""
    try:
        with reading() as opened:
            view = require_deleter(whole_book(opened, slug))
            known = {batch.id for batch in opened.batches_of(view)}
        wanted = request.form.get("batch", "")
        if wanted in known:
            undo(parts().directory, signed_in().principal, BatchId(wanted))
    except Conflict:
        with reading() as opened:
            return _page(opened, slug, gettext(_TOO_LATE), 409)
    return leave(redirect(url_for("book_files.show", slug=slug), 303), Notice.UNDONE)


@pages.post("/book/<slug>/files/forget")
def forget(slug: str) -> Response:
    """Forget what was kept of columns under a name."""
    parts().workbench.drop_mapping(signed_in().account.id, request.form.get("kept", ""))
    return leave(redirect(url_for("book_files.show", slug=slug), 303), BookNotice.MAPPING_DROPPED)


@pages.post("/book/<slug>/files/export")
def take(slug: str) -> Response:
    """Give the whole book as a file. A form, not a link: it is written down who took it."""
    wanted = request.form.get("format", "")
    form = ExportFormat(wanted) if wanted in set(ExportFormat) else ExportFormat.CSV
    with reading() as opened:
        view = require_editor(whole_book(opened, slug))
    _, media, ending = _FORMATS[form]
    with ExitStack() as held:
        scratch = held.enter_context(tempfile.TemporaryFile())
        export(
            scratch, directory=parts().directory, principal=signed_in().principal, book=view.slug, format=form, suffix=config().ldap.suffix
        )
        # From here on it lives until it is sent.
        held.pop_all()
    scratch.seek(0)
    answer = send_file(scratch, mimetype=media, as_attachment=True, download_name=f"{view.slug.strip('~')}.{ending}")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _page(opened: Reading, slug: str, problem: str, status: int) -> Response:
    view = require_editor(whole_book(opened, slug))
    show_books(opened)
    page = render_template(
        "books/files.html",
        book=view,
        tab="files",
        problem=problem,
        most_mb=config().http.max_body_bytes // 1_048_576,
        formats=[(form.value, gettext(words)) for form, (words, _, _) in _FORMATS.items()],
        kept=tuple(parts().workbench.mappings(signed_in().account.id)),
        batches=[(batch, _called(batch)) for batch in opened.batches_of(view)] if view.may_delete else (),
    )
    return Response(page, status=status, mimetype="text/html")


def _called(batch: Batch) -> str:
    """Return what somebody knows a batch by."""
    if batch.kind in _MADE_BY_ITSELF:
        return gettext(_MADE_BY_ITSELF[batch.kind])
    # Of an import the file: the book that it went into is the one that is looked at.
    return batch.note.rpartition(" into ")[0] or batch.note
