# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from contextlib import closing
from pathlib import Path

from dirserver.store.engine import counters
from dirserver.store.engine.opening import open_store
from tests.parts import open_parts


def test_the_number_stays_until_anybody_commits_and_rights_are_looked_up_once_a_commit(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/dirserver.db"
    core = open_parts(url)
    other = open_store(url)
    with closing(core), closing(other), closing(core.directory.commits()) as commits:
        seen, number = commits.look(), commits.access_number()
        assert commits.look() == seen
        for store in (core.store, other):
            with store.writing() as tx:
                counters.advance_access(tx)
            assert commits.access_number() == number, "nobody has looked whether something was committed"
            assert commits.look() != seen
            seen, number = commits.look(), number + 1
            assert commits.access_number() == number
            assert commits.look() == seen
