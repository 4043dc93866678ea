# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from dirserver.config import Config
from dirserver.config.settings import FilePath
from dirserver.errors import Unavailable
from dirserver.identity.keys import make_key
from dirserver.serve.daily import daily, publish_head
from dirserver.wiring import wire


def test_the_head_of_the_audit_trail_is_added_to_its_file(tmp_path: Path) -> None:
    make_key(tmp_path / "key")
    config = Config()
    security = replace(config.security, key_file=tmp_path / "key", audit_heads_file=FilePath(str(tmp_path / "heads")))
    config = replace(config, database=replace(config.database, url=f"sqlite:///{tmp_path / 'd.db'}"), security=security)
    parts = wire(config, may_create=True)
    parts.identity.add_account("ada", name="Ada", mail="")
    parts.close()
    heads = [publish_head(config), publish_head(config)]
    lines = [json.loads(line) for line in (tmp_path / "heads").read_text().splitlines()]
    assert [(line["number"], line["hash"]) for line in lines] == [(head.number, head.hash) for head in heads]
    assert heads[0].number == 1
    # A disk that is gone is told in the log, and keeps nobody from serving.
    assert publish_head(replace(config, security=replace(security, audit_heads_file=FilePath(str(tmp_path / "no" / "heads"))))) == heads[0]


def test_each_task_is_done_after_the_start_and_its_failure_ends_nothing() -> None:
    published, worked = threading.Event(), threading.Event()

    def publish(_config: Config) -> None:
        published.set()
        raise Unavailable("the database is away")

    def work(_config: Config) -> None:
        assert published.is_set()
        worked.set()

    with daily(Config(), publish, work, quiet_s=0):
        assert worked.wait(30)


def test_the_start_is_left_in_peace_and_the_end_waits_for_nothing_long() -> None:
    began, may_end = threading.Event(), threading.Event()

    def work(_config: Config) -> None:
        began.set()
        may_end.wait(30)

    with daily(Config(), lambda _config: None, work):
        assert not began.wait(0.2)
    with daily(Config(), lambda _config: None, work, quiet_s=0):
        assert began.wait(30)
    assert not may_end.is_set()
    may_end.set()


def test_it_is_told_when_the_work_was_done_and_not_when_it_failed() -> None:
    told = threading.Event()
    for work, is_told in ((lambda _config: 1 // 0, False), (lambda _config: None, True)):
        worked = threading.Event()

        def both(config: Config, work: Callable[[Config], object] = work, worked: threading.Event = worked) -> None:
            try:
                work(config)
            finally:
                worked.set()

        with daily(Config(), lambda _config: None, both, quiet_s=0, on_done=told.set):
            assert worked.wait(30)
            assert told.wait(30 if is_told else 0.2) is is_told
