# SPDX-License-Identifier: GPL-3.0-or-later
"""Parts over a folder with a SQLite file and a key in it; the cast's company there, made once and copied for each test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from dirserver.config import Config, DatabaseSettings, HttpSettings, SecuritySettings
from dirserver.config.values import PublicUrl
from dirserver.identity.keys import make_key
from dirserver.wiring import Parts, wire
from tests.cast import make_company


def make_parts(folder: Path) -> Parts:
    """Return parts on an empty database in a folder."""
    make_key(folder / "dirserver.key")
    return open_parts(folder)


def open_parts(folder: Path) -> Parts:
    """Return parts on the database in a folder."""
    config = Config(
        database=DatabaseSettings(url=f"sqlite:///{folder / 'dirserver.db'}"),
        http=HttpSettings(public_url=PublicUrl("http://127.0.0.1:8080")),
        security=SecuritySettings(key_file=folder / "dirserver.key"),
    )
    return wire(config, may_create=True)


@pytest.fixture(scope="session")
def company_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("company")
    parts = make_parts(folder)
    make_company(parts)
    parts.close()
    return folder


@pytest.fixture
def parts(company_folder: Path, tmp_path: Path) -> Iterator[Parts]:
    folder = tmp_path / "company"
    shutil.copytree(company_folder, folder)
    opened = open_parts(folder)
    yield opened
    opened.close()
