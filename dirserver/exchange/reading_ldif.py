# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of an LDIF file (RFC 2849): content records of people; what isn't one is counted, what asks for a change is refused."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from dirserver.card.projection import uuid_of
from dirserver.errors import BadInput, TooLarge
from dirserver.exchange.encoding import MAX_LINE
from dirserver.exchange.problem import Problem
from dirserver.exchange.row import Notes, Row
from dirserver.model.attribute import OWN_FIELD, Syntax, find
from dirserver.model.dn import DN

_PEOPLE = frozenset("person organizationalperson inetorgperson mozillaabpersonalpha evolutionperson contact user".split())
_SECRETS = frozenset("userpassword authpassword unicodepwd sambantpassword sambalmpassword userpkcs12".split())
_KEPT_BY_US = frozenset("structuralobjectclass entrycsn contextcsn subschemasubentry hassubordinates".split())
_MOST_LINES = 20_000
"""Lines of one record."""


@dataclass(slots=True)
class Record:
    """One record as it is read: the line it begins on, its attribute lines, and the first fault found."""

    line: int
    items: list[tuple[str, str | bytes]] = field(default_factory=list)
    fault: Problem | None = None

    def refuse(self, line: int, column: str, reason: str, remedy: str) -> None:
        """Note a fault, unless one was found before."""
        if self.fault is None:
            self.fault = Problem(line, column, reason, remedy)


def read_ldif(lines: Iterable[tuple[int, str]], notes: Notes) -> Iterator[Row]:
    """Yield a row for each record that is a person (or can't be read); others are counted in ``notes`` by their class."""
    for record in records(lines):
        if (row := _row(record, notes)) is not None:
            yield row


def records(lines: Iterable[tuple[int, str]]) -> Iterator[Record]:
    """Yield each record as it stands; BadInput for another version of LDIF, TooLarge for a value without end."""
    record: Record | None = None
    for number, line in _unfolded(lines):
        if not line:
            if record is not None:
                yield record
            record = None
            continue
        if line.startswith("#") or (record is None and line.lower().startswith("version:")):
            _refuse_other_version(number, line)
            continue
        record = record or Record(number)
        _read_line(record, number, line)
    if record is not None:
        yield record


def _unfolded(lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Join continuation lines to the line before; a blank line comes through as ""."""
    held: list[str] = []
    start = length = 0
    for number, raw in lines:
        line = raw.rstrip("\r\n")
        if line.startswith(" ") and held:
            held.append(line[1:])
            length += len(line)
            if length > MAX_LINE:
                raise TooLarge(f"line {start}: the value has more than {MAX_LINE} characters", MAX_LINE)
            continue
        if held:
            yield start, "".join(held)
        if line.strip():
            held, start, length = [line], number, len(line)
        else:
            held = []
            yield number, ""
    if held:
        yield start, "".join(held)


def _refuse_other_version(number: int, line: str) -> None:
    if not line.startswith("#") and line.partition(":")[2].strip() != "1":
        raise BadInput(f"line {number}: only LDIF version 1 (RFC 2849) is known; export the file as that")


def _read_line(record: Record, number: int, line: str) -> None:
    name, colon, value = line.partition(":")
    if not colon or not name.strip():
        record.refuse(
            number,
            "",
            "the line is not 'attribute: value'",
            "begin a line that goes on with one space, and part records by an empty line",
        )
        return
    if len(record.items) >= _MOST_LINES:
        record.refuse(number, "", f"the record has more than {_MOST_LINES} lines", "part records by an empty line")
        return
    name = name.strip()
    if value.startswith("<"):
        record.refuse(
            number, name, "its value is the address of a file", "files and addresses are never opened; put the value itself in, in base64"
        )
    elif value.startswith(":"):
        try:
            record.items.append((name, base64.b64decode(value[1:].strip(), validate=True)))
        except (binascii.Error, ValueError):
            record.refuse(
                number, name, "the value after '::' is not base64", "write the value in base64, or with one colon if it is plain text"
            )
    else:
        record.items.append((name, value.lstrip(" ")))


def _row(record: Record, notes: Notes) -> Row | None:
    if record.fault is not None:
        return _refused(record, record.fault)
    if not record.items or record.items[0][0].lower() != "dn":
        return _refused(
            record,
            Problem(record.line, "", "the record does not begin with dn:", "part records by an empty line, and begin each with its dn"),
        )
    texts = _texts(record)
    if isinstance(texts, Problem):
        return _refused(record, texts)
    dn = str(record.items[0][1]) if isinstance(record.items[0][1], str) else texts["dn"][0]
    change = next(iter(texts.get("changetype", ())), "add").lower()
    if change != "add":
        reason = f"the record is a change ({change}), not an entry"
        return _refused(
            record,
            Problem(record.line, "changetype", reason, "import entries as they should be; changes are made by the tool that wrote them"),
        )
    classes = {value.lower() for value in texts.get("objectclass", ())}
    if classes and not classes & _PEOPLE:
        told = texts["objectclass"][-1]
        notes.leave_out(f"entries that are no people ({told})")
        return None
    return _person(record, dn, texts, notes)


def _refused(record: Record, problem: Problem) -> Row:
    return Row(record.line, problems=(problem,))


def _texts(record: Record) -> dict[str, list[str]] | Problem:
    """Return the record's texts by lower-case name; binary attributes and secrets are left to their octets."""
    texts: dict[str, list[str]] = {}
    for name, value in record.items:
        key = name.lower()
        attribute = find(key)
        if key in _SECRETS or (attribute is not None and attribute.syntax is Syntax.BINARY):
            continue
        try:
            text = value.decode() if isinstance(value, bytes) else value
        except UnicodeDecodeError:
            if attribute is None:
                continue
            return Problem(record.line, name, "the value in base64 is not UTF-8", "export the file as UTF-8, as RFC 2849 wants it")
        texts.setdefault(key, []).append(text)
    return texts


def _person(record: Record, dn: str, texts: dict[str, list[str]], notes: Notes) -> Row:
    values: dict[str, tuple[str | bytes, ...]] = {}
    for name, value in record.items[1:]:
        key = name.lower()
        if key in _SECRETS:
            notes.leave_out(f"{name} (passwords come in by 'dirserver account import-hashes' only)")
            continue
        attribute = find(key)
        if attribute is None:
            if key not in _KEPT_BY_US and key != "changetype":
                notes.pass_over(name)
            continue
        if attribute.field == OWN_FIELD:
            continue
        if attribute.syntax is Syntax.BINARY:
            given: str | bytes = value if isinstance(value, bytes) else value.encode()
        else:
            given = value if isinstance(value, str) else value.decode()
        values[attribute.name] = (*values.get(attribute.name, ()), given)
    written = texts.get("entryuuid") or texts.get("uuid") or []
    names = [value for key in ("uid", "userid") for value in texts.get(key, ())] or names_in(dn)
    return Row(record.line, uuid_of(written[0]) if written else None, names[0] if names else None, values, dn=dn)


def names_in(dn: str) -> list[str]:
    """Return the logins that a DN begins with; none of a DN that can't be read."""
    try:
        rdns = DN.parse(dn).rdns
    except BadInput:
        return []
    return [ava.value for ava in rdns[0] if ava.attribute in ("uid", "userid")] if rdns else []
