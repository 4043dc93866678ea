# SPDX-License-Identifier: GPL-3.0-or-later
"""A mapping file (TOML): what the columns of a CSV mean when they aren't called by attribute names.

docs/how-to/import.md has the format.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from dirserver.errors import BadInput
from dirserver.exchange.dates import First
from dirserver.exchange.delimited import SEPARATOR
from dirserver.exchange.kinds import KIND
from dirserver.model.attribute import find

_KEYS = ("encoding", "delimiter", "separator", "empty", "dates", "columns", "constants")


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """What a mapping file says.

    ``columns``: header -> attribute name, KIND for what says of which kind another column is, "" to leave the column out; ``constants``:
    attribute -> value for rows that have none; ``clears``: an empty cell removes what is stored instead of saying nothing; ``first``: the
    number that comes first in days like 3/4/1975, None where nobody said it.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    encoding: str | None = None
    delimiter: str | None = None
    separator: str = SEPARATOR
    clears: bool = False
    first: First | None = None


def read_mapping(path: Path) -> ColumnMapping:
    """Read a mapping file; BadInput names the file and what to mend."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path.name} can't be read: {error.strerror}") from None
    try:
        return parse_mapping(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadInput(f"{path.name} is not UTF-8; save it as UTF-8") from None
    except BadInput as error:
        raise BadInput(f"{path.name}: {error.public_message}") from None


def parse_mapping(text: str) -> ColumnMapping:
    """Read the text of a mapping file; BadInput names key and remedy, and the line where TOML is broken."""
    try:
        parsed = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"not valid TOML: {error}") from None
    for key in parsed:
        if key not in _KEYS:
            raise BadInput(f"'{key}' is not known here; a mapping file may hold {', '.join(_KEYS)}")
    empty = _text(parsed, "empty") or "keep"
    if empty not in ("keep", "clear"):
        raise BadInput(f"empty = '{empty}': an empty cell can 'keep' what is stored or 'clear' it")
    delimiter = _text(parsed, "delimiter")
    if delimiter is not None and (len(delimiter) != 1 or delimiter in '"\r\n'):
        raise BadInput("delimiter must be one character, as in delimiter = ';'")
    separator = _text(parsed, "separator")
    if separator is not None and not separator.strip():
        raise BadInput("separator must hold more than spaces, as in separator = ' | '")
    dates = _text(parsed, "dates")
    if dates is not None and dates not in ("day-first", "month-first"):
        raise BadInput(f"dates = '{dates}': days like 3/4/1975 are written 'day-first' or 'month-first'")
    columns = _texts(parsed, "columns")
    constants = _texts(parsed, "constants")
    return ColumnMapping(
        MappingProxyType({header: _attribute("columns", header, name) if name else "" for header, name in columns.items()}),
        MappingProxyType({_attribute("constants", name, name): value for name, value in constants.items()}),
        _text(parsed, "encoding"),
        delimiter,
        separator or SEPARATOR,
        clears=empty == "clear",
        first=First(dates.partition("-")[0]) if dates is not None else None,
    )


def _text(parsed: Mapping[str, Any], key: str) -> str | None:
    value = parsed.get(key)
    if value is None or isinstance(value, str):
        return value
    raise BadInput(f"{key} must be text in quotes")


def _texts(parsed: Mapping[str, Any], key: str) -> Mapping[str, str]:
    table = parsed.get(key, {})
    if not isinstance(table, dict) or not all(isinstance(value, str) for value in table.values()):
        example = '"Given Name" = "givenName"' if key == "columns" else 'o = "Example Corp"'
        raise BadInput(f"[{key}] must be a table of texts, as in {example}")
    return table


def _attribute(table: str, key: str, name: str) -> str:
    if table == "columns" and name.strip().lower() == KIND:
        return KIND
    found = find(name.strip().lower())
    if found is None:
        raise BadInput(
            f"[{table}] {key}: '{name}' is not an attribute; use a name such as givenName, sn, cn, mail, telephoneNumber, o, ou or title"
        )
    return found.name
