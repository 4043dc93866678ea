# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts that leave the server and come back: nobody else can read or make them, and they hold for a while only."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken

from dirserver.identity.keys import keyed_hash


class Sealer:
    """Seals texts for one purpose under the installation's key (Fernet: AES-128-CBC with HMAC-SHA256)."""

    def __init__(self, key: bytes, purpose: str) -> None:
        # A key of its own for each purpose: what was sealed for one opens nowhere else.
        self._fernet = Fernet(base64.urlsafe_b64encode(bytes.fromhex(keyed_hash(key, "sealing", purpose))))

    def seal(self, text: str) -> str:
        """Return the text as a token that stands in a URL."""
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, token: str, lifetime_s: int) -> str | None:
        """Return what was sealed at most ``lifetime_s`` seconds ago, None for anything else."""
        try:
            return self._fernet.decrypt(token.encode("utf-8", "replace"), ttl=lifetime_s).decode()
        except InvalidToken:
            return None
