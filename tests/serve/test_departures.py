# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from dirserver.config import Config
from dirserver.identity.keys import make_key
from dirserver.model.principal import Principal
from dirserver.serve.departures import carry_out, departures
from dirserver.wiring import wire


def test_a_running_server_lets_those_go_whose_day_has_come(tmp_path: Path) -> None:
    make_key(tmp_path / "key")
    config = Config()
    config = replace(
        config,
        database=replace(config.database, url=f"sqlite:///{tmp_path / 'd.db'}"),
        security=replace(config.security, key_file=tmp_path / "key"),
    )
    parts = wire(config, may_create=True)
    for login in ("root", "ada", "dov"):
        parts.identity.add_account(login, name=login, mail="", is_admin=login == "root")
    with parts.directory.writing(Principal.system()) as writing:
        writing.departures.schedule("ada", datetime.now(UTC) + timedelta(seconds=0.2))
        writing.departures.schedule("dov", datetime.now(UTC) + timedelta(days=1))
    assert carry_out(parts) == 0
    with departures(config, every_s=0.1):
        until = time.monotonic() + 60
        while parts.identity.account("ada").leaves_at is not None and time.monotonic() < until:
            threading.Event().wait(0.05)
    assert [(one.login, one.is_active, one.leaves_at is None) for one in parts.identity.accounts()] == [
        ("ada", False, True), ("dov", True, False), ("root", True, True),
    ]  # fmt: skip
    parts.close()


def test_a_database_that_is_away_ends_nothing(tmp_path: Path) -> None:
    config = Config()
    with departures(replace(config, security=replace(config.security, key_file=tmp_path / "none")), every_s=0.01):
        threading.Event().wait(0.1)
