# SPDX-License-Identifier: GPL-3.0-or-later
"""An outbox on both engines, a mail server that keeps what it is given, and what carries letters between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from dirserver.identity.sealing import Sealer
from dirserver.mail.composing import Composer, Letterhead
from dirserver.mail.courier import Courier
from dirserver.mail.mailing import Mailing
from dirserver.mail.server import MailServer
from dirserver.model.letter import SEALED_FOR, Letter
from dirserver.store.accounts import accounts
from dirserver.store.delivery import outbox
from dirserver.store.engine.opening import Store, open_store
from tests.companies import copied_url, prepared
from tests.mail.postbox import Postbox, postbox
from tests.parts import KEY, Clock, open_parts

__all__ = ["copied_url", "prepared"]

SEALER = Sealer(KEY, SEALED_FOR)
HEAD = Letterhead("Contacts <contacts@example.com>", "example.com", "https://contacts.example.com")


@dataclass(frozen=True)
class Post:
    """What carries letters, and where they arrive."""

    store: Store
    box: Postbox
    clock: Clock
    courier: Courier
    mailing: Mailing

    def put(self, letter: Letter, login: str = "ada") -> None:
        with self.store.writing() as tx:
            assert outbox.post(tx, letter, accounts.of_name(tx, login), self.clock())


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Postbox]:
    with postbox(tmp_path) as running:
        yield running


@pytest.fixture
def post(copied_url: str, box: Postbox, tmp_path: Path) -> Iterator[Post]:
    parts = open_parts(copied_url)
    for login, language in (("ada", "en"), ("basia", "pl")):
        parts.identity.add_account(login, name=login.title(), mail=f"{login}@example.com", language=language)
    parts.close()
    store, clock = open_store(copied_url, has_mail=True), Clock()
    composer, server = Composer(HEAD, SEALER), MailServer(box.settings(tmp_path))
    yield Post(store, box, clock, Courier(store, composer, server, clock=clock), Mailing(store, composer, server, clock=clock))
    store.close()
