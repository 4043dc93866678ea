# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole books in and out: exports as files, imports as a plan first and then, when asked, done as one batch."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from datetime import datetime
from io import BytesIO

from flask import Response, request, send_file
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field

from dirserver.api.answers import json_answer
from dirserver.api.bearer import needs, parts, reading, shown
from dirserver.api.books import BookPath
from dirserver.api.shapes import Sent
from dirserver.exchange.applying import BadRows, apply, undo
from dirserver.exchange.exporting import ExportFormat, export
from dirserver.exchange.layout import FileFormat
from dirserver.exchange.mapping import ColumnMapping
from dirserver.exchange.planning import Plan, plan
from dirserver.exchange.previewing import with_guesses
from dirserver.exchange.source import Source
from dirserver.identity.tokens import TokenScope
from dirserver.model.names import BatchId

_MEDIA = {
    ExportFormat.CSV: ("text/csv", "csv"),
    ExportFormat.XLSX: ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    ExportFormat.VCARD: ("text/vcard", "vcf"),
    ExportFormat.VCARD4: ("text/vcard", "vcf"),
    ExportFormat.LDIF: ("text/ldif", "ldif"),
}
_FILE = {
    "description": "The file",
    "content": {media.partition(";")[0]: {"schema": {"type": "string", "format": "binary"}} for media, _ in _MEDIA.values()},
}
_FILE_BODY = {
    "requestBody": {
        "required": True,
        "description": "CSV, vCard or LDIF.",
        "content": {each: {"schema": {"type": "string", "format": "binary"}} for each in ("text/csv", "text/vcard", "text/ldif")},
    }
}


class ExportQuery(Sent):
    """As what."""

    format: ExportFormat = ExportFormat.CSV


class ImportQuery(Sent):
    """How."""

    format: FileFormat = Field(FileFormat.AUTO, description="What the file is; found out where it isn't said.")
    apply: bool = Field(default=False, description="Do it, all of it or nothing; without this only the plan is told.")
    skip_bad: bool = Field(default=False, description="With apply: leave out rows that can't be imported.")
    guess: bool = Field(
        default=False,
        description="Take columns of Google, Outlook and Thunderbird for what they seem to mean, and tell it.",
    )


class RowProblem(BaseModel):
    """Something about one row."""

    line: int
    column: str
    reason: str
    remedy: str
    severity: str


class Twin(BaseModel):
    """A row that may be somebody who is there."""

    line: int
    id: str
    display: str
    mail: str


class ImportShape(BaseModel):
    """What an import would do, or did."""

    applied: bool
    batch: str | None = Field(description="Take it back with this: POST /batches/{batch}/undo.")
    format: str
    rows: int
    to_add: int
    to_change: int
    unchanged: int
    refused: int
    problems: list[RowProblem]
    similar: list[Twin]
    unknown_columns: dict[str, int]
    columns: dict[str, str] = Field(description="With guess: what each column was taken for; empty where it is left out.")


class BatchShape(BaseModel):
    """Changes that were made together. Batches of one series were made by one order; undoing the series' id undoes them all."""

    id: str
    kind: str
    note: str
    actor: str
    door: str
    at: datetime
    undone_at: datetime | None
    series: str | None


class BatchesShape(BaseModel):
    """All batches, newest first."""

    items: list[BatchShape]


class BatchPath(BaseModel):
    """Which batch."""

    batch: str = Field(max_length=200)


class SkippedShape(BaseModel):
    """An entry that was changed again since."""

    id: str
    reason: str


class UndoneShape(BaseModel):
    """What taking a batch back did."""

    restored: int
    trashed: int
    skipped: list[SkippedShape]


def make_bulk() -> APIBlueprint:
    """Return the endpoints of exports, imports and batches."""
    endpoints = APIBlueprint("bulk", __name__, abp_tags=[Tag(name="bulk", description="Exports, imports and batches")])
    _exports(endpoints)
    _imports(endpoints)
    return endpoints


def _exports(endpoints: APIBlueprint) -> None:
    @endpoints.get("/books/<slug>/export", summary="A whole book as a file", responses={200: _FILE})
    @needs(TokenScope.BULK)
    def export_book(path: BookPath, query: ExportQuery) -> Response:
        made = parts()
        media, ending = _MEDIA[query.format]
        with ExitStack() as held:
            scratch = held.enter_context(tempfile.TemporaryFile())
            export(
                scratch,
                directory=made.directory,
                principal=shown().principal,
                book=path.slug,
                format=query.format,
                suffix=made.config.ldap.suffix,
            )
            # From here on it lives until it is sent.
            held.pop_all()
        scratch.seek(0)
        return send_file(scratch, mimetype=media, as_attachment=True, download_name=f"{path.slug.strip('~')}.{ending}")


def _imports(endpoints: APIBlueprint) -> None:
    @endpoints.post("/books/<slug>/import", summary="Plan an import, or do it", openapi_extensions=_FILE_BODY, responses={200: ImportShape})
    @needs(TokenScope.BULK)
    def import_book(path: BookPath, query: ImportQuery) -> Response:
        directory, principal = parts().directory, shown().principal
        source = Source.of(BytesIO(request.get_data(cache=False)))
        columns = with_guesses(source, ColumnMapping()) if query.guess else ColumnMapping()
        made = plan(source, directory=directory, principal=principal, book=path.slug, format=query.format, mapping=columns)
        batch = None
        if query.apply:
            done = apply(made, directory, principal, bad_rows=BadRows.SKIP if query.skip_bad else BadRows.STOP)
            batch = done.batch
        return json_answer(_import_shape(made, batch, is_applied=query.apply))

    @endpoints.get("/batches", summary="Imports and other changes that were made together", responses={200: BatchesShape})
    @needs(TokenScope.BULK)
    def batches() -> Response:
        with reading() as opened:
            found = [
                BatchShape(
                    id=each.id,
                    kind=each.kind,
                    note=each.note,
                    actor=each.actor,
                    door=each.door.value,
                    at=each.at,
                    undone_at=each.undone_at,
                    series=each.series,
                )
                for each in opened.batches()
            ]
        return json_answer(BatchesShape(items=found))

    @endpoints.post("/batches/<batch>/undo", summary="Take a batch back", responses={200: UndoneShape})
    @needs(TokenScope.BULK)
    def undo_batch(path: BatchPath) -> Response:
        done = undo(parts().directory, shown().principal, BatchId(path.batch))
        skipped = [SkippedShape(id=uuid, reason=reason) for uuid, reason in done.skipped]
        return json_answer(UndoneShape(restored=done.restored, trashed=done.trashed, skipped=skipped))


def _import_shape(made: Plan, batch: BatchId | None, *, is_applied: bool) -> ImportShape:
    return ImportShape(
        applied=is_applied,
        batch=batch,
        format=made.format.value,
        rows=made.rows,
        to_add=made.to_add,
        to_change=made.to_change,
        unchanged=made.unchanged,
        refused=made.refused,
        problems=[
            RowProblem(line=each.line, column=each.column, reason=each.reason, remedy=each.remedy, severity=each.severity.value)
            for each in made.problems
        ],
        similar=[Twin(line=each.line, id=each.uuid, display=each.display, mail=each.mail) for each in made.similar],
        unknown_columns=dict(made.unknown_columns),
        columns=dict(made.layout.mapping.columns),
    )
