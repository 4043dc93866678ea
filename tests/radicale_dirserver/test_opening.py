# SPDX-License-Identifier: GPL-3.0-or-later
"""Radicale that loads our plugins by name, from a configuration file."""

from __future__ import annotations

import base64
import secrets
from pathlib import Path

import pytest
from radicale import config
from radicale.app import Application

from dirserver.config import load
from dirserver.errors import BadConfig
from dirserver.wiring import wire
from radicale_dirserver.opening import parts_of
from tests.cast import make_company
from tests.radicale_dirserver.wsgi import D, Door


@pytest.fixture
def config_file(tmp_path: Path) -> Path:
    (tmp_path / "dirserver.key").write_bytes(base64.b64encode(secrets.token_bytes(32)))
    (tmp_path / "dirserver.key").chmod(0o600)
    file = tmp_path / "dirserver.toml"
    file.write_text('domain = "example.com"\n')
    parts = wire(load(file), may_create=True)
    make_company(parts)
    parts.close()
    return file


def by_name(file: Path) -> config.Configuration:
    made = config.load()
    made.update(
        {
            "auth": {"type": "radicale_dirserver.auth", "delay": "0"},
            "storage": {"type": "radicale_dirserver.storage", "dirserver": str(file)},
            "rights": {"type": "radicale_dirserver.rights"},
            "web": {"type": "none"},
        },
        "test",
    )
    return made


def test_the_plugins_share_one_directory_and_serve_it(config_file: Path):
    made = by_name(config_file)
    assert parts_of(made) is parts_of(made)
    door = Door(Application(made), is_ours=False)
    assert [row.path for row in door.propfind("/ada/", f"{D}resourcetype", depth="1").rows][-1] == "/dav/ada/people/"
    parts_of(made).close()


def test_a_file_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(BadConfig, match=r"nowhere\.toml"):
        parts_of(by_name(tmp_path / "nowhere.toml"))
