# SPDX-License-Identifier: GPL-3.0-or-later
"""Password hashes in an LDIF file (RFC 2849): who they are of, by uid or mail, and the values of userPassword (RFC 4519 section 2.41)."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, cast

from dirserver.errors import BadInput
from dirserver.exchange.encoding import choose_encoding, decoded_lines
from dirserver.exchange.reading_ldif import names_in, records
from dirserver.identity.moving_in import Given


def hashes_in(file: Path) -> tuple[Given, ...]:
    """Return the records of a file that have userPassword; BadInput where it can't be read."""
    try:
        with file.open("rb") as stream:
            return hashes_from(stream)
    except OSError as error:
        raise BadInput(f"'{file}' can't be read: {error.strerror}") from error


def hashes_from(stream: IO[bytes]) -> tuple[Given, ...]:
    """Return the same of an open file that can be rewound."""
    head = stream.read(4096)
    stream.seek(0)
    # An open file is all that it needs; its type wants more than it uses.
    buffered: io.BufferedReader = io.BufferedReader(cast("io.FileIO", stream))
    try:
        return tuple(read_hashes(decoded_lines(buffered, choose_encoding(head, None))))
    finally:
        buffered.detach()


def read_hashes(lines: Iterable[tuple[int, str]]) -> Iterator[Given]:
    """Yield the records that have userPassword. BadInput, by line and without the value, for a record that can't be read."""
    for record in records(lines):
        if record.fault is not None:
            raise BadInput(f"line {record.fault.line}: {record.fault.reason}; {record.fault.remedy}")
        texts: dict[str, list[str]] = {}
        for name, value in record.items:
            # What is no UTF-8 is no hash, and no login either.
            texts.setdefault(name.lower(), []).append(value if isinstance(value, str) else value.decode("utf-8", "replace"))
        if "userpassword" in texts:
            # Many directories let people change their mail address, few their uid: it must not lead to somebody else's account.
            named = (*texts.get("uid", ()), *texts.get("userid", ())) or tuple(names_in(texts.get("dn", [""])[0]))
            yield Given(record.line, named or tuple(texts.get("mail", ())), tuple(texts["userpassword"]))
