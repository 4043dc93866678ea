# SPDX-License-Identifier: GPL-3.0-or-later
"""Parts where mail is delivered, and the letters that wait there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dirserver.directory.directory import Directory
from dirserver.identity.identity import Identity
from dirserver.identity.sealing import Sealer
from dirserver.model.letter import SEALED_FOR, Matter
from dirserver.store.delivery import outbox
from dirserver.store.delivery.outbox import OutboxRow
from dirserver.store.engine.opening import open_store
from tests.cast import CLASSES
from tests.parts import KEY, Clock, CoreParts


@pytest.fixture
def mailed(copied_url: str) -> Iterator[CoreParts]:
    """Parts as ``parts``, but where letters are delivered."""
    store, clock = open_store(copied_url, has_mail=True), Clock()
    opened = CoreParts(Directory(store, CLASSES, clock=clock), Identity(store, KEY, clock=clock), store, clock)
    yield opened
    opened.close()


def letters(parts: CoreParts) -> tuple[OutboxRow, ...]:
    """The letters that wait, oldest first."""
    with parts.store.reading() as tx:
        return tuple(reversed([row for row in outbox.listed(tx) if row.done_us is None]))


def matters(parts: CoreParts) -> list[tuple[str, Matter]]:
    """To whom and about what."""
    return [(row.login, Matter(row.matter)) for row in letters(parts)]


def secret_of(row: OutboxRow) -> str:
    """The secret that a letter will carry."""
    opened = Sealer(KEY, SEALED_FOR).open(row.sealed, 10**9)
    assert opened is not None
    return opened
