# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of a CSV file: its header decides what the cells mean, alone or with a mapping file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from dirserver.card.media import decode_base64
from dirserver.card.projection import uuid_of
from dirserver.errors import BadInput
from dirserver.exchange.dates import in_order, is_no_day
from dirserver.exchange.delimited import Record, is_formula, read_records, split_values
from dirserver.exchange.kinds import KIND, about, attribute_of
from dirserver.exchange.mapping import ColumnMapping
from dirserver.exchange.problem import Problem, Severity
from dirserver.exchange.row import Notes, Row
from dirserver.model.attribute import CANONICAL, Attribute, Syntax, find
from dirserver.model.fold import fold

_DELIMITERS = (",", ";", "\t", "|")
_SAID = re.compile(r'"?sep=(.)"?[\r\n]*', re.IGNORECASE)
_BETWEEN_WORDS = re.compile(r"[\s_/.-]+")
_UUID = "entryUUID"
_NAME = "uid"
_NOT_TAKEN = frozenset({each.name for each in CANONICAL if each.is_operational} - {_UUID} | {"objectClass"})
"""What the directory keeps by itself; an export may hold it."""
_ADDRESSES = frozenset({"postalAddress", "homePostalAddress"})
_NO_GENDER = frozenset({"unspecified", "sin especificar", "nieokreslona", "nao especificado", "keine angabe", "non specifie", "0"})


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``attribute`` is None for one that is left out. ``kind_at``: where the column stands that says of what kind it is."""

    header: str
    attribute: Attribute | None
    kind_at: int | None = None


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of a file, and how its cells are parted; ``line`` is the last line that isn't a row."""

    line: int
    delimiter: str
    columns: tuple[Column, ...]
    unknown: tuple[str, ...]


def read_header(lines: Iterable[tuple[int, str]], mapping: ColumnMapping) -> Header:
    """Find delimiter and columns. BadInput when there is no header, a column comes twice, or nothing in it is known."""
    numbered = iter(lines)
    number, line = _first_line(numbered)
    said = _SAID.fullmatch(line)
    if said is not None:
        number, line = _first_line(numbered)
    chosen = mapping.delimiter or (said[1] if said is not None else None)
    # A quoted header may go on in the next line, so the lines behind it are at hand.
    rest = [(number, line), *((further, text) for further, text in (next(numbered, (0, "")) for _ in range(20)) if text)]
    candidates = [
        _columns(record, mapping, delimiter) for delimiter in ((chosen,) if chosen else _DELIMITERS) for record in _one(rest, delimiter)
    ]
    best = max(candidates, key=lambda header: (sum(column.attribute is not None for column in header.columns), len(header.columns)))
    if not any(column.attribute is not None for column in best.columns):
        raise BadInput(
            # Which they are isn't told: a list without a header would show somebody, and a wrong file its secrets.
            f"line {number}: no header is an attribute name; "
            "the first line must name the columns (givenName, sn, mail, ...), or give a mapping file"
        )
    _refuse_twins(best, number)
    return best


def read_csv(lines: Iterable[tuple[int, str]], header: Header, mapping: ColumnMapping, notes: Notes) -> Iterator[Row]:
    """Yield the rows behind the header. BadInput only for what makes the rest unreadable: a quote that is never closed."""
    for name in header.unknown:
        notes.pass_over(name)
    behind = ((number, line) for number, line in lines if number > header.line)
    for record in read_records(behind, header.delimiter):
        if any(cell.strip() for cell in record.cells):
            yield _row(record, header, mapping)


def _first_line(lines: Iterator[tuple[int, str]]) -> tuple[int, str]:
    for number, line in lines:
        if line.strip():
            return number, line
    raise BadInput("the file is empty; its first line must name the columns")


def _one(lines: list[tuple[int, str]], delimiter: str) -> list[Record]:
    record = next(iter(read_records(lines, delimiter)), None)
    return [record] if record is not None else []


def _columns(record: Record, mapping: ColumnMapping, delimiter: str) -> Header:
    columns: list[Column] = []
    unknown: list[str] = []
    for position, cell in enumerate(record.cells, 1):
        header = " ".join(cell.split())
        named = mapping.columns.get(header)
        attribute = find(named) if named and named != KIND else _guess(header) if named is None else None
        if attribute is not None and attribute.name in _NOT_TAKEN:
            attribute = None
        if attribute is None and named is None:
            unknown.append(header or f"column {position}")
        columns.append(Column(header or f"column {position}", attribute))
    end = record.line + sum(cell.count("\n") for cell in record.cells)
    return Header(end, delimiter, _with_kinds(columns, mapping), tuple(unknown))


def _with_kinds(columns: Sequence[Column], mapping: ColumnMapping) -> tuple[Column, ...]:
    kinds = {about(each.header): at for at, each in enumerate(columns) if mapping.columns.get(each.header) == KIND}
    return tuple(replace(each, kind_at=kinds.get(about(each.header))) if each.attribute is not None else each for each in columns)


def _guess(header: str) -> Attribute | None:
    """The attribute that a header names: as written, or with its words run together ("Given Name", "work-phone")."""
    return find(header.lower()) or find(_BETWEEN_WORDS.sub("", header.lower()))


def _refuse_twins(header: Header, number: int) -> None:
    seen: dict[str, str] = {}
    for column in header.columns:
        if column.attribute is None or not (column.attribute.is_single or column.attribute.name == _NAME):
            continue
        if column.kind_at is not None:
            # Row by row it may be another one.
            continue
        first = seen.setdefault(column.attribute.name, column.header)
        if first is not column.header:
            raise BadInput(f"line {number}: the columns '{first}' and '{column.header}' both give {column.attribute.name}; take one out")


def _row(record: Record, header: Header, mapping: ColumnMapping) -> Row:
    cells = record.cells
    wanted = len(header.columns)
    if record.fault:
        return _refused(
            record,
            "",
            f"a quote is broken: {record.fault}",
            'write quotes inside a cell twice (""), and close each cell that opens with one',
        )
    if len(cells) > wanted and not any(cell.strip() for cell in cells[wanted:]):
        cells = cells[:wanted]
    if len(cells) != wanted:
        return _refused(
            record,
            "",
            f"{len(cells)} cells instead of {wanted}",
            "put quotes around a cell that holds the delimiter, and leave no cell out",
        )
    values: dict[str, tuple[str | bytes, ...]] = {}
    problems: list[Problem] = []
    for column, cell in zip(header.columns, cells, strict=True):
        attribute = _attribute(column, cells)
        if attribute is None:
            continue
        found = _said_in(cell, column.header, attribute, mapping)
        if found and is_formula(cell):
            problems.append(
                _doubt(record, column, "it reads like a spreadsheet formula", "it is kept as plain text; look whether it belongs here")
            )
        given: tuple[str | bytes, ...] = found
        if attribute.syntax is Syntax.BINARY:
            given = _octets_of(found, record, column, problems)
        if column.kind_at is not None and attribute.name in values and (attribute.is_single or attribute.field in _ADDRESSES):
            # A second address at home would be mixed with the first one.
            continue
        if given or (mapping.clears and attribute.name not in values):
            values[attribute.name] = (*values.get(attribute.name, ()), *given)
    for name, constant in mapping.constants.items():
        if not values.get(name):
            values[name] = (constant,)
    return _identified(record, values, problems)


def _identified(record: Record, values: dict[str, tuple[str | bytes, ...]], problems: list[Problem]) -> Row:
    """Take uuid and uid out of the values: they say which entry is meant, and are no part of its card."""
    written = [str(value) for value in values.pop(_UUID, ())]
    names = [str(value) for value in values.pop(_NAME, ())]
    uuid = uuid_of(written[0]) if written else None
    if len(written) > 1 or (written and uuid is None):
        problems.append(
            Problem(record.line, "uuid", f"'{written[0][:50]}' is not a UUID", "leave the cell empty for a new entry: it gets one")
        )
    if len(names) > 1:
        problems.append(Problem(record.line, "uid", "an entry has one uid", "leave one in the cell"))
    return Row(record.line, uuid, names[0] if names else None, values, problems=tuple(problems))


def _attribute(column: Column, cells: Sequence[str]) -> Attribute | None:
    if column.attribute is None or column.kind_at is None:
        return column.attribute
    return attribute_of(column.attribute, cells[column.kind_at])


def _said_in(cell: str, header: str, attribute: Attribute, mapping: ColumnMapping) -> tuple[str, ...]:
    """Return the values of a cell, without those by which other programs say that there is none."""
    found = split_values(cell, mapping.separator)
    if attribute.syntax is Syntax.DATE:
        return tuple(in_order(text, mapping.first) for text in found if not is_no_day(text))
    if attribute.name == "gender":
        return tuple(text for text in found if fold(text) not in _NO_GENDER)
    if attribute.name == "categories":
        # Google's own groups: "* myContacts", "* starred". Outlook parts them by semicolons; a list of ours is headed as the attribute is.
        parts = found if header == attribute.name else tuple(part.strip() for text in found for part in text.split(";") if part.strip())
        return tuple(text for text in parts if not text.startswith("* "))
    return found


def _octets_of(found: tuple[str, ...], record: Record, column: Column, problems: list[Problem]) -> tuple[bytes, ...]:
    given = []
    for text in found:
        octets = _octets(text)
        if octets is not None:
            given.append(octets)
        elif text.lower().startswith(("https://", "http://")):
            problems.append(
                _doubt(record, column, "it is the address of a picture, not the picture", "it is left out; add the photo on the pages")
            )
        else:
            problems.append(
                Problem(record.line, column.header, "it is not base64", "write the file's octets in base64, or leave the cell empty")
            )
    return tuple(given)


def _octets(text: str) -> bytes | None:
    if text[:5].lower() == "data:":
        text = text.partition(",")[2]
    return decode_base64(text)


def _refused(record: Record, column: str, reason: str, remedy: str) -> Row:
    return Row(record.line, problems=(Problem(record.line, column, reason, remedy),))


def _doubt(record: Record, column: Column, reason: str, remedy: str) -> Problem:
    return Problem(record.line, column.header, reason, remedy, Severity.DOUBTFUL)
