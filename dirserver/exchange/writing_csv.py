# SPDX-License-Identifier: GPL-3.0-or-later
"""CSV (RFC 4180, UTF-8 with BOM because Excel wants it): headers are attribute names, cells are guarded against formulas."""

from __future__ import annotations

import base64
import codecs
from collections.abc import Iterable
from typing import BinaryIO

from dirserver.exchange.delimited import join_values
from dirserver.exchange.exported import NAME, UUID, Exported, is_binary, is_reference


class CsvWriter:
    """Writes one record for each entry. Several values of a cell are parted as ``exchange.delimited`` reads them."""

    def __init__(self, stream: BinaryIO, columns: tuple[str, ...]) -> None:
        self._stream = stream
        self._columns = columns
        stream.write(codecs.BOM_UTF8)
        self._put(columns)

    def write(self, one: Exported) -> None:
        """Write one entry."""
        self._put(join_values(values_of(one, column)) for column in self._columns)

    def close(self) -> None:
        """Nothing is left to write."""

    def _put(self, cells: Iterable[str]) -> None:
        self._stream.write((",".join([_quoted(cell) for cell in cells]) + "\r\n").encode("utf-8", "replace"))


def values_of(one: Exported, column: str) -> tuple[str, ...]:
    """Return the values of a column as texts: octets in base64, references as uid where it shows, else as UUID."""
    if column == NAME:
        return (one.name,)
    if column == UUID:
        return (one.uuid,)
    if is_reference(column):
        return tuple(reference.name or reference.uuid for reference in one.references.get(column, ()))
    if is_binary(column):
        return tuple(base64.b64encode(octets).decode("ascii") for octets in one.octets.get(column, ()))
    return one.texts.get(column, ())


def _quoted(cell: str) -> str:
    if any(sign in cell for sign in ',"\r\n;\t') or cell != cell.strip():
        return '"' + cell.replace('"', '""') + '"'
    return cell
