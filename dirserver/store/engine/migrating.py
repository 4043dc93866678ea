# SPDX-License-Identifier: GPL-3.0-or-later
"""Bringing a database's tables up to date. Alembic is loaded only when there is something to do: most starts find nothing."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from dirserver.errors import BadConfig


def upgrade(engine: Engine, present: str | None, *, shown: str, may_migrate: bool) -> None:
    """Run the migrations between ``present`` (None: there are no tables) and the newest; ``shown`` names the database in errors.

    Raises BadConfig where a newer dirserver made the database, or where it is out of date and may not be changed.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parents[1] / "migrations").replace("%", "%%"))
    script = ScriptDirectory.from_config(config)
    newest = script.get_current_head()
    if present == newest:
        return
    if present is not None and present not in {revision.revision for revision in script.walk_revisions()}:
        raise BadConfig(
            f"the database {shown} was made by a newer dirserver (schema {present}, this one knows up to {newest}); "
            "install that version or restore a backup of this one"
        )
    if not may_migrate:
        remedy = "run 'dirserver init'" if present is None else "run 'dirserver check database' once, which brings it up to date"
        raise BadConfig(f"the database {shown} has schema {present}, this dirserver needs {newest}; {remedy}")
    with engine.begin() as connection:
        # Several nodes may start at once: one migrates, the others wait and then find it done.
        is_sqlite = engine.dialect.name == "sqlite"
        connection.exec_driver_sql("BEGIN IMMEDIATE" if is_sqlite else "SELECT pg_advisory_xact_lock(7150321)")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
