# SPDX-License-Identifier: GPL-3.0-or-later
"""An import, step by step: what the columns mean, what would happen, then all of it at once.

Each step is a form that holds all that was said before, so the way back is the browser's.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import Blueprint, after_this_request, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from dirserver.directory.reading import Reading
from dirserver.errors import BadInput, Conflict, NotFound
from dirserver.exchange.applying import BadRows, apply
from dirserver.exchange.dates import First
from dirserver.exchange.encoding import EIGHT_BIT
from dirserver.exchange.kinds import KIND, is_kind
from dirserver.exchange.layout import FileFormat
from dirserver.exchange.mapping import ColumnMapping
from dirserver.exchange.planning import plan
from dirserver.exchange.previewing import Preview, preview, seeming_encoding
from dirserver.exchange.problem import Severity
from dirserver.exchange.running import Run
from dirserver.exchange.workbench import Upload
from dirserver.model.attribute import CANONICAL
from dirserver.web.books.notices import BookNotice
from dirserver.web.books.place import require_editor, whole_book
from dirserver.web.entry.fields import label_of
from dirserver.web.shell.current import parts, reading, show_books
from dirserver.web.shell.languages import gettext, mark
from dirserver.web.shell.notices import leave
from dirserver.web.shell.session import signed_in

LARGE = 256 * 1024
"""Files of more octets are imported beside the pages: what takes long would be cut off by proxies, and its end seen by nobody."""
_MOST_SHOWN = 100
_NOTHING_MEANT = mark("Say of at least one column what it means.")
_CHANGED = mark("The address book has changed meanwhile, so nothing was imported. Here is the new plan.")
_NAME_NEEDED = mark("Give it a name of up to 60 letters.")
_NOT_OFFERED = frozenset({"objectClass", "member", "memberOf"})
_ENCODINGS = {
    "cp1252": mark("Western Europe (Windows)"),
    "cp1250": mark("Central Europe (Windows)"),
    "iso8859-2": mark("Central Europe (ISO 8859-2)"),
    "iso8859-3": mark("Esperanto and Maltese (ISO 8859-3)"),
    "cp1251": mark("Cyrillic (Windows)"),
    "cp1253": mark("Greek (Windows)"),
    "cp1254": mark("Turkish (Windows)"),
    "mac_roman": mark("Western Europe (Mac)"),
    "cp850": mark("Western Europe (DOS)"),
    "cp852": mark("Central Europe (DOS)"),
}
_FIRSTS = {First.DAY: mark("the day"), First.MONTH: mark("the month")}

pages = Blueprint("book_importing", __name__)


@dataclass(frozen=True, slots=True)
class Choice:
    """What a column may mean."""

    attribute: str
    label: str


@dataclass(frozen=True, slots=True)
class Said:
    """What a plan is shown with: what went wrong, or that its columns were kept."""

    problem: str = ""
    status: int = 200
    is_kept: bool = False


_NOTHING_SAID = Said()


@pages.get("/book/<slug>/import/<upload>")
def columns(slug: str, upload: str) -> Response:
    """Show the columns of a file, with what they seem to mean; a file without columns goes on to its plan."""
    with reading() as opened:
        sent = _lent(_sent(opened, slug, upload))
        kept = parts().workbench.mappings(signed_in().account.id)
        mapping = kept.get(request.args.get("kept", ""), ColumnMapping())
        try:
            shown = preview(sent.source, replace(mapping, encoding=_encoding(request.args.get("encoding", ""))))
        except BadInput as error:
            return _columns_page(opened, slug, sent, None, "", told=error.public_message)
        if shown.format is not FileFormat.CSV:
            return _planned(opened, slug, sent, ColumnMapping())
        return _columns_page(opened, slug, sent, shown, "")


@pages.post("/book/<slug>/import/<upload>/plan")
def planned(slug: str, upload: str) -> Response:
    """Show what an import would do."""
    with reading() as opened:
        sent = _lent(_sent(opened, slug, upload))
        return _planned(opened, slug, sent, _mapping())


@pages.post("/book/<slug>/import/<upload>/keep")
def keep(slug: str, upload: str) -> Response:
    """Keep what the columns mean under a name, and show the plan again."""
    problem = ""
    try:
        parts().workbench.keep_mapping(signed_in().account.id, request.form.get("name", ""), _mapping())
    except BadInput:
        problem = gettext(_NAME_NEEDED)
    said = Said(problem, 422) if problem else Said(is_kept=True)
    with reading() as opened:
        return _planned(opened, slug, _lent(_sent(opened, slug, upload)), _mapping(), said)


@pages.post("/book/<slug>/import/<upload>/apply")
def do(slug: str, upload: str) -> Response:
    """Import: all rows or, when asked, all but those that can't be; one batch, one change number."""
    with reading() as opened:
        sent = _sent(opened, slug, upload)
    principal, directory = signed_in().principal, parts().directory
    mapping, bad_rows = _mapping(), BadRows.SKIP if request.form.get("skip") else BadRows.STOP
    if sent.source.size > LARGE:
        try:
            parts().runs.begin(signed_in().account.id, sent, mapping, principal, bad_rows)
        except Conflict:
            # It was asked for twice, and goes on.
            sent.close()
        return redirect(url_for("book_importing.progress", slug=slug, upload=upload), 303)
    _lent(sent)
    try:
        made = plan(sent.source, directory=directory, principal=principal, book=slug, mapping=mapping)
        apply(made, directory, principal, bad_rows=bad_rows)
    except BadInput as error:
        with reading() as opened:
            return _planned(opened, slug, sent, mapping, Said(error.public_message, 422))
    except Conflict:
        with reading() as opened:
            return _planned(opened, slug, sent, mapping, Said(gettext(_CHANGED), 409))
    parts().workbench.drop(signed_in().account.id, upload)
    return leave(redirect(url_for("book_files.show", slug=slug), 303), BookNotice.IMPORTED)


@pages.get("/book/<slug>/import/<upload>/progress")
def progress(slug: str, upload: str) -> Response:
    """Show how far a long import is; ``format=json`` tells the page's script. When it is done, lead to the imports of the book."""
    with reading() as opened:
        view = require_editor(whole_book(opened, slug))
        standing = parts().runs.standing(signed_in().account.id, upload, view.slug)
        if standing is None:
            raise NotFound("nothing is imported here")
        if request.args.get("format") == "json":
            return jsonify(run=standing.run.value, percent=standing.percent)
        if standing.run is Run.DONE:
            return leave(redirect(url_for("book_files.show", slug=slug), 303), BookNotice.IMPORTED)
        show_books(opened)
        page = render_template("books/progress.html", book=view, tab="files", upload=upload, standing=standing)
    return Response(page, mimetype="text/html")


def _sent(opened: Reading, slug: str, upload: str) -> Upload:
    """Return the file of this address; NotFound unless it was sent for this very book by who asks."""
    view = require_editor(whole_book(opened, slug))
    sent = parts().workbench.upload(signed_in().account.id, upload)
    if sent.slug != view.slug:
        sent.close()
        raise NotFound("this file was sent for another book")
    return sent


def _lent(sent: Upload) -> Upload:
    """Return a file that is closed when this request is answered."""

    @after_this_request
    def close(answer: Response) -> Response:
        sent.close()
        return answer

    return sent


def _mapping() -> ColumnMapping:
    """Return what the form says of the columns: header and attribute by turns."""
    offered = {choice.attribute for choice in _choices()}
    said = zip(request.form.getlist("header"), request.form.getlist("attribute"), strict=False)
    first = request.form.get("first", "")
    return ColumnMapping(
        columns={
            header: attribute if attribute in offered or (attribute == KIND and is_kind(header)) else "" for header, attribute in said
        },
        encoding=_encoding(request.form.get("encoding", "")),
        clears=bool(request.form.get("clears")),
        first=First(first) if first in set(First) else None,
    )


def _encoding(told: str) -> str | None:
    return told if told in EIGHT_BIT else None


def _choices() -> tuple[Choice, ...]:
    """Return what a column may mean, as people call it, by name."""
    taken = [each for each in CANONICAL if each.name not in _NOT_OFFERED and (not each.is_operational or each.name == "entryUUID")]
    return tuple(sorted((Choice(each.name, gettext(label_of(each.name))) for each in taken), key=lambda choice: choice.label.casefold()))


def _columns_page(opened: Reading, slug: str, sent: Upload, shown: Preview | None, problem: str, told: str = "") -> Response:
    show_books(opened)
    # Where it can't be read so, another one is to be chosen.
    encoding = shown.encoding if shown is not None else _encoding(request.values.get("encoding", "")) or seeming_encoding(sent.source)
    page = render_template(
        "books/columns.html",
        book=whole_book(opened, slug),
        tab="files",
        upload=sent,
        columns=shown.columns if shown is not None else (),
        choices=_choices(),
        kept=tuple(parts().workbench.mappings(signed_in().account.id)),
        chosen=request.args.get("kept", ""),
        clears=bool(request.form.get("clears")),
        kind=KIND,
        is_kind=is_kind,
        encodings=_ENCODINGS if encoding else {},
        encoding=encoding,
        firsts=_FIRSTS if shown is not None and (shown.has_ambiguous_days or shown.first) else {},
        first=shown.first if shown is not None else None,
        problem=problem,
        told=told,
    )
    return Response(page, status=422 if problem or told else 200, mimetype="text/html")


def _planned(opened: Reading, slug: str, sent: Upload, mapping: ColumnMapping, said: Said = _NOTHING_SAID) -> Response:
    if mapping.columns and not any(mapping.columns.values()):
        return _columns_page(opened, slug, sent, preview(sent.source, mapping), gettext(_NOTHING_MEANT))
    try:
        made = plan(sent.source, directory=parts().directory, principal=signed_in().principal, book=slug, mapping=mapping)
    except BadInput as error:
        shown = preview(sent.source, mapping) if mapping.columns else None
        return _columns_page(opened, slug, sent, shown, "", told=error.public_message)
    show_books(opened)
    refused = [each for each in made.problems if each.severity is Severity.REFUSED]
    doubtful = [each for each in made.problems if each.severity is not Severity.REFUSED]
    page = render_template(
        "books/plan.html",
        book=whole_book(opened, slug),
        tab="files",
        upload=sent,
        plan=made,
        mapping=mapping,
        refused=refused[:_MOST_SHOWN],
        doubtful=doubtful[:_MOST_SHOWN],
        similar=made.similar[:_MOST_SHOWN],
        left_out=[header for header, attribute in mapping.columns.items() if not attribute],
        problem=said.problem,
        is_kept=said.is_kept,
    )
    return Response(page, status=said.status, mimetype="text/html")
