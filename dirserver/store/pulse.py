# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether anything was written at all: a question that costs the same whatever the database holds, and no writer anything."""

from __future__ import annotations

import contextlib

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from dirserver.errors import Unavailable

# SQLite counts the commits of other connections (sqlite.org/pragma.html#pragma_data_version). A snapshot of PostgreSQL names
# the transactions that are done and those that still run, so each commit makes it another one.
_SQLITE = text("PRAGMA data_version")
_POSTGRESQL = text("SELECT pg_current_snapshot()::text")


class Pulse:
    """One connection that listens for commits of the others. Not for several threads; close it when done."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._question = _SQLITE if engine.dialect.name == "sqlite" else _POSTGRESQL
        self._connection: Connection | None = None
        self._last: object = None

    def has_moved(self) -> bool:
        """Tell whether something was committed since the last call (and say yes at the first). May say yes once too often.

        Raises Unavailable when the database doesn't answer.
        """
        try:
            if self._connection is None:
                self._connection = self._engine.connect()
                self._last = None
            with self._connection.begin():
                now = self._connection.execute(self._question).scalar_one()
        except SQLAlchemyError as error:
            self.close()
            raise Unavailable("the database does not answer now; try again") from error
        has_moved = bool(now != self._last)
        self._last = now
        return has_moved

    def close(self) -> None:
        """Give the connection back; the next call opens another one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(SQLAlchemyError):
                connection.close()
