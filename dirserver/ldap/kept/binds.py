# SPDX-License-Identifier: GPL-3.0-or-later
"""Binds whose octets were read before, and what they opened then: programs that ask now and then sign in anew each time.

A bind holds a password, so that its octets are kept as a keyed hash, under a key that lives only in this process. Whether it opens
anything still is asked of ``Identity.still_opens`` each time. For the reactor's thread alone.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import OrderedDict

from dirserver.identity.verified import Verified

_MOST = 10_000


class KnownBinds:
    """A bounded number of them."""

    __slots__ = ("_key", "_known")

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._known: OrderedDict[bytes, Verified] = OrderedDict()

    def name(self, octets: bytes) -> bytes:
        """Return what stands for the octets of a bind without its number."""
        return hashlib.blake2b(octets, key=self._key, digest_size=32).digest()

    def get(self, name: bytes) -> Verified | None:
        """Return what a bind opened lately."""
        return self._known.get(name)

    def keep(self, name: bytes, opened: Verified) -> None:
        """Keep what a bind opened; the oldest makes room for it."""
        self._known[name] = opened
        self._known.move_to_end(name)
        while len(self._known) > _MOST:
            self._known.popitem(last=False)
