# SPDX-License-Identifier: GPL-3.0-or-later
"""What was made of octets that come again and again. They may hold a password, so a keyed hash stands for them."""

from __future__ import annotations

import hashlib
import secrets
from collections import OrderedDict
from typing import Generic, TypeVar

Made = TypeVar("Made")


class Known(Generic[Made]):
    """A bounded number; who was asked for longest ago goes first. For one thread."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._key = secrets.token_bytes(32)
        self._known: OrderedDict[bytes, Made] = OrderedDict()

    def name(self, octets: bytes) -> bytes:
        """Return what stands for octets; the key lives only in this process."""
        return hashlib.blake2b(octets, key=self._key, digest_size=32).digest()

    def get(self, name: bytes) -> Made | None:
        """Return what was made of the octets of this name."""
        found = self._known.get(name)
        if found is not None:
            self._known.move_to_end(name)
        return found

    def keep(self, name: bytes, made: Made) -> None:
        """Keep what was made of them."""
        self._known[name] = made
        self._known.move_to_end(name)
        while len(self._known) > self._most:
            self._known.popitem(last=False)
