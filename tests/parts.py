# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts below the doors on one database, without a config: what tests of the core start from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dirserver.directory.directory import Directory
from dirserver.identity.identity import Identity
from dirserver.identity.sessions import Limits
from dirserver.store.engine.opening import Store, open_store
from tests.cast import CLASSES, MAKERS

KEY = b"0123456789abcdef0123456789abcdef"


class Clock:
    """A clock that stands until it is told to go on. Microseconds since 1970."""

    def __init__(self) -> None:
        self.now_us = 1_790_000_000_000_000

    def __call__(self) -> int:
        return self.now_us

    def pass_s(self, seconds: float) -> None:
        self.now_us += round(seconds * 1_000_000)


@dataclass(frozen=True)
class CoreParts:
    """A directory and an identity over one store."""

    directory: Directory
    identity: Identity
    store: Store
    clock: Clock

    def close(self) -> None:
        self.directory.close()
        self.store.close()


def open_parts(url: str, *, clock: Clock | None = None, now: Callable[[], int] | None = None) -> CoreParts:
    """Open (and migrate) the database at ``url``."""
    clock = clock or Clock()
    store = open_store(url)
    tell = now or clock
    return CoreParts(Directory(store, CLASSES, makers=MAKERS, clock=tell), Identity(store, KEY, limits=Limits(), clock=tell), store, clock)
