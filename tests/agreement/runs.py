# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs of a state machine, each on a copy of the company that was made once, on either engine."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis.stateful import RuleBasedStateMachine

from tests.cast import Company, company_of, make_company
from tests.parts import CoreParts, open_parts
from tests.postgres import PostgresServer


def fill(url: str) -> None:
    """Make the company in a database."""
    parts = open_parts(url)
    make_company(parts)
    parts.close()


@pytest.fixture(scope="module")
def sqlite_company() -> Iterator[Path]:
    """The file with the company of which each run gets a copy."""
    with tempfile.TemporaryDirectory() as folder:
        fill(f"sqlite:///{folder}/company.db")
        yield Path(folder) / "company.db"


def on_sqlite(machine: type[RuleBasedStateMachine], company: Path) -> type[RuleBasedStateMachine]:
    """The machine with an ``opened`` that gives a fresh copy of a file."""

    class OnSqlite(machine):  # type: ignore[misc, valid-type]
        def opened(self) -> tuple[CoreParts, Company]:
            copied = company.with_name("run.db")
            for suffix in ("-wal", "-shm"):
                copied.with_name(copied.name + suffix).unlink(missing_ok=True)
            shutil.copyfile(company, copied)
            parts = open_parts(f"sqlite:///{copied}")
            return parts, company_of(parts)

    return OnSqlite


def on_postgresql(machine: type[RuleBasedStateMachine], server: PostgresServer) -> type[RuleBasedStateMachine]:
    """The same on a database of its own for each run."""

    class OnPostgres(machine):  # type: ignore[misc, valid-type]
        def opened(self) -> tuple[CoreParts, Company]:
            self.database = server.create(template=server.template("company", fill))
            parts = open_parts(server.url(self.database))
            return parts, company_of(parts)

        def teardown(self) -> None:
            super().teardown()
            if hasattr(self, "database"):
                server.drop(self.database)

    return OnPostgres
