# SPDX-License-Identifier: GPL-3.0-or-later
"""The company of tests/cast.py behind the CardDAV door. It is made once; each test gets a copy of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from radicale.app import Application as RadicaleApplication

from dirserver.config import Config
from dirserver.directory.directory import Directory
from dirserver.identity.identity import Identity
from dirserver.model.book import BookKind
from dirserver.push.subscribing import Subscriptions
from radicale_dirserver.application import make_app
from radicale_dirserver.configuration import radicale_configuration
from tests.cast import Company, make_company, principal
from tests.parts import CoreParts, open_parts
from tests.radicale_dirserver.wsgi import Door


@dataclass(frozen=True)
class DoorParts:
    """What the door is made over."""

    directory: Directory
    identity: Identity
    config: Config = field(default_factory=Config)
    push: Subscriptions | None = None


@pytest.fixture(scope="session")
def company_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the company, and Ada's and Bruno's own books."""
    file = tmp_path_factory.mktemp("dav") / "company.db"
    parts = open_parts(f"sqlite:///{file}")
    furnish(parts)
    parts.close()
    return file


def furnish(parts: CoreParts) -> Company:
    """Make the company, with personal books for two of its people."""
    company = make_company(parts)
    with parts.directory.writing(company.system) as writing:
        for login in ("ada", "bruno"):
            account = parts.identity.account(login)
            if f"~{login}" not in {view.slug for view in writing.books()}:
                writing.add_book(f"~{login}", BookKind.PERSONAL, f"{account.name}'s own", owner_id=account.id)
    return company


@pytest.fixture
def core(company_file: Path, tmp_path: Path) -> Iterator[CoreParts]:
    """The parts below the door."""
    file = tmp_path / "dirserver.db"
    shutil.copy(company_file, file)
    parts = open_parts(f"sqlite:///{file}")
    yield parts
    parts.close()


@pytest.fixture
def parts(core: CoreParts) -> DoorParts:
    """What the door is made over."""
    return DoorParts(core.directory, core.identity)


@pytest.fixture
def door(parts: DoorParts) -> Door:
    """Ada at the door."""
    return Door(make_app(parts))


@pytest.fixture
def radicale(parts: DoorParts) -> Door:
    """Ada at Radicale's own application, on the same directory."""
    application = RadicaleApplication(radicale_configuration(parts.directory, parts.identity))

    def decoded(environ, start_response):
        # Radicale's own server decodes paths; no other does.
        return application(environ | {"PATH_INFO": environ["PATH_INFO"].encode("latin-1").decode()}, start_response)

    return Door(decoded, is_ours=False)


@pytest.fixture
def ada(core: CoreParts):
    return principal(core.identity, "ada")
