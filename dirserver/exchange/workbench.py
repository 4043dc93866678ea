# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a file lies between being sent and being imported, and where the meaning of its columns is kept for the next one.

In the database, so that each page of an import may be answered by another process or node; for a day, and three for each account.
"""

from __future__ import annotations

import json
import secrets
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from dirserver.errors import BadInput, NotFound
from dirserver.exchange.dates import First
from dirserver.exchange.kinds import KIND
from dirserver.exchange.mapping import ColumnMapping
from dirserver.exchange.source import Source
from dirserver.model.attribute import find
from dirserver.model.names import Slug
from dirserver.store.engine.opening import Store
from dirserver.store.uploads import uploads
from dirserver.store.uploads.uploads import UploadRow

_PART = 1024 * 1024
_MOST_AT_ONCE = 3
_DAY_US = 24 * 3600 * 1_000_000
_MOST_NAME = 60
_MOST_KEPT = 50


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that waits: for which book, and its octets."""

    id: str
    slug: Slug
    source: Source

    def close(self) -> None:
        """Let its octets go."""
        if not isinstance(self.source.place, Path):
            self.source.place.close()


class Workbench:
    """The files and mappings of those who import. Safe for threads."""

    def __init__(self, store: Store, *, clock: Callable[[], int]) -> None:
        self._store = store
        self._clock = clock

    def keep(self, account_id: int, slug: str, name: str, stream: IO[bytes]) -> str:
        """Take a file for a book, and return the id under which only its account finds it again. BadInput where there is nothing in it."""
        first = stream.read(_PART)
        if not first:
            raise BadInput("the file is empty")
        now = self._clock()
        row = UploadRow(secrets.token_urlsafe(18), account_id, slug, name[:200], now)
        with self._store.writing() as tx:
            stale = (*uploads.before(tx, now - _DAY_US), *uploads.of_account(tx, account_id)[_MOST_AT_ONCE - 1 :])
            for upload_id in {each.id for each in stale}:
                uploads.drop(tx, upload_id)
            uploads.add(tx, row, _pieces(first, stream))
        return row.id

    def upload(self, account_id: int, upload_id: str) -> Upload:
        """Return a file of the account. NotFound for one of somebody else as for one that is gone."""
        with self._store.reading() as tx:
            row = uploads.fetch(tx, upload_id, account_id)
            if row is None or row.created_us < self._clock() - _DAY_US:
                raise NotFound("this file is gone; send it again")
            copy = tempfile.TemporaryFile()  # noqa: SIM115 -- closed with the source
            for data in uploads.parts(tx, upload_id):
                copy.write(data)
        return Upload(row.id, Slug(row.slug), Source.over(row.name, copy))

    def drop(self, account_id: int, upload_id: str) -> None:
        """Forget a file of the account."""
        with self._store.writing() as tx:
            if uploads.fetch(tx, upload_id, account_id) is not None:
                uploads.drop(tx, upload_id)

    def mappings(self, account_id: int) -> Mapping[str, ColumnMapping]:
        """Return what the account has kept, by name."""
        with self._store.reading() as tx:
            return {name: _read(text) for name, text in uploads.mappings(tx, account_id)}

    def keep_mapping(self, account_id: int, name: str, mapping: ColumnMapping) -> None:
        """Keep the meaning of columns under a name. BadInput for none, or where too many are kept."""
        name = " ".join(name.split())
        if not name or len(name) > _MOST_NAME or not name.isprintable():
            raise BadInput(f"give it a name of up to {_MOST_NAME} letters")
        with self._store.writing() as tx:
            kept = {each for each, _ in uploads.mappings(tx, account_id)}
            if name not in kept and len(kept) >= _MOST_KEPT:
                raise BadInput(f"{_MOST_KEPT} are kept already; forget one first")
            uploads.keep_mapping(tx, account_id, name, _written(mapping))

    def drop_mapping(self, account_id: int, name: str) -> None:
        """Forget what was kept under a name."""
        with self._store.writing() as tx:
            uploads.drop_mapping(tx, account_id, name)


def _pieces(first: bytes, stream: IO[bytes]) -> Iterator[bytes]:
    yield first
    while piece := stream.read(_PART):
        yield piece


def _written(mapping: ColumnMapping) -> str:
    # The encoding isn't kept: the next file of the same program may be in another one, and is looked at anew.
    return json.dumps({"columns": dict(mapping.columns), "clears": mapping.clears, "first": mapping.first})


def _read(text: str) -> ColumnMapping:
    kept = json.loads(text)
    columns = {str(header): str(name) for header, name in kept["columns"].items() if name in {"", KIND} or find(str(name)) is not None}
    first = kept.get("first")
    return ColumnMapping(columns=columns, clears=bool(kept["clears"]), first=First(first) if first in set(First) else None)
