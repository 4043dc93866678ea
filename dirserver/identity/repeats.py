# SPDX-License-Identifier: GPL-3.0-or-later
"""The same wrong password again is no guess: a phone with an old password repeats it all day, and must not close its owner's account.

Kept as keyed hashes under a key that lives only in this process. ``stamp`` is the account's: when anything about its credentials
changes, what was wrong is looked at anew.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections import OrderedDict

_KEPT = 8192


class Repeats:
    """The latest wrong credentials of one process; bounded, safe for threads."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._lock = threading.Lock()
        self._wrong: OrderedDict[bytes, None] = OrderedDict()

    def digest(self, *said: str) -> bytes:
        """Return what is kept of wrong credentials: everything on which it depends that they are wrong."""
        octets = b"".join(hashlib.blake2b(part.encode("utf-8", "surrogatepass"), digest_size=16).digest() for part in said)
        return hashlib.blake2b(octets, key=self._key, digest_size=16).digest()

    def are_known(self, digest: bytes) -> bool:
        """Tell whether these were found wrong before."""
        with self._lock:
            if digest not in self._wrong:
                return False
            self._wrong.move_to_end(digest)
            return True

    def note(self, digest: bytes) -> None:
        """Remember that these are wrong."""
        with self._lock:
            self._wrong[digest] = None
            while len(self._wrong) > _KEPT:
                self._wrong.popitem(last=False)
