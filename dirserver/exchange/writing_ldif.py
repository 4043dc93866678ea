# SPDX-License-Identifier: GPL-3.0-or-later
"""LDIF (RFC 2849): content records as an LDAP client would read them from this server."""

from __future__ import annotations

import base64
import re
from typing import BinaryIO

from dirserver.exchange.exported import Exported, Reference
from dirserver.model.attribute import CANONICAL
from dirserver.model.book import Book, BookKind
from dirserver.model.dn import DN

_CLASSES = ("top", "person", "organizationalPerson", "inetOrgPerson")
_ORDER = {each.name: number for number, each in enumerate(CANONICAL)}
# SAFE-STRING of RFC 2849, and no space at the end, which eyes and editors lose.
_SAFE = re.compile(r"(?:[\x01-\x09\x0b\x0c\x0e-\x1f!-9;=-\x7f][\x01-\x09\x0b\x0c\x0e-\x7f]*)?(?<! )")
_WIDTH = 76


class LdifWriter:
    """Writes one record for each entry below ``suffix``: in ou=people, or in the book's own ou."""

    def __init__(self, stream: BinaryIO, suffix: DN, book: Book) -> None:
        self._stream = stream
        self._suffix = suffix
        self._book = book.slug
        self._people = book.slug if book.kind is BookKind.PEOPLE else "people"
        stream.write(b"version: 1\n")

    def write(self, one: Exported) -> None:
        """Write one entry."""
        lines = ["", _line("dn", str(self._dn(one.name, self._book)))]
        lines += [_line("objectClass", name) for name in _CLASSES]
        lines.append(_line("uid", one.name))
        texts = {**one.names, **one.texts}
        for name in sorted({*texts, *one.octets, *one.references}, key=lambda name: _ORDER.get(name, len(_ORDER))):
            lines += [_line(name, text) for text in texts.get(name, ())]
            lines += [_line(name, self._dn_of(reference)) for reference in one.references.get(name, ())]
            lines += [_octets(name, octets) for octets in one.octets.get(name, ())]
        lines.append(_line("entryUUID", one.uuid))
        self._stream.write(("\n".join(lines) + "\n").encode("ascii"))

    def _dn(self, name: str, book: str) -> DN:
        if book == self._people:
            return self._suffix.child("ou", "people").child("uid", name)
        return self._suffix.child("ou", "books").child("ou", book).child("uid", name)

    def _dn_of(self, reference: Reference) -> str:
        if not reference.name:
            return str(self._suffix.child("entryUUID", reference.uuid))
        return str(self._dn(reference.name, reference.book))


def _line(name: str, text: str) -> str:
    return _folded(f"{name}: {text}") if _SAFE.fullmatch(text) else _octets(name, text.encode("utf-8", "replace"))


def _octets(name: str, octets: bytes) -> str:
    return _folded(f"{name}:: {base64.b64encode(octets).decode('ascii')}")


def _folded(line: str) -> str:
    if len(line) <= _WIDTH:
        return line
    rest = [line[at : at + _WIDTH - 1] for at in range(_WIDTH, len(line), _WIDTH - 1)]
    return "\n ".join([line[:_WIDTH], *rest])
