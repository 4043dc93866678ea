# SPDX-License-Identifier: GPL-3.0-or-later
"""The installation's secret key: outside the database and its backups, readable by its owner only."""

from __future__ import annotations

import base64
import binascii
import hmac
import os
import secrets
from pathlib import Path

from dirserver.errors import BadConfig

_KEY_BYTES = 32


def make_key(path: Path) -> bytes:
    """Write a new random key to ``path`` (mode 0600), which must not exist, and return it."""
    key = secrets.token_bytes(_KEY_BYTES)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise BadConfig(f"{path} exists already; a new key would make every device password useless") from None
    except OSError as error:
        raise BadConfig(f"the key file {path} can't be written: {error.strerror}") from None
    with os.fdopen(handle, "wb") as file:
        file.write(base64.b64encode(key) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    return key


def load_key(path: Path) -> bytes:
    """Read the key at ``path``. BadConfig when it is missing, open to others, or not a key."""
    try:
        if path.stat().st_mode & 0o077:
            raise BadConfig(f"the key file {path} can be read by others; run: chmod 600 {path}")
        # Lines after the first are keys for sealing (``identity.vault``).
        key = base64.b64decode(path.read_bytes().strip().partition(b"\n")[0].strip(), validate=True)
    except FileNotFoundError:
        raise BadConfig(f"the key file {path} is missing; restore it, or run 'dirserver init' for a new installation") from None
    except OSError as error:
        raise BadConfig(f"the key file {path} can't be read: {error.strerror}") from None
    except binascii.Error:
        raise BadConfig(f"the key file {path} does not hold a key") from None
    if len(key) != _KEY_BYTES:
        raise BadConfig(f"the key file {path} does not hold a key of {_KEY_BYTES} octets")
    return key


def keyed_hash(key: bytes, purpose: str, secret: str) -> str:
    """Return the HMAC-SHA256 of a generated secret, hexadecimal.

    Fast on purpose: such secrets have 112 bits or more, so guessing is out of reach (ASVS 6.5.2), and phones sign in with every request.
    """
    return hmac.digest(key, f"{purpose}\0{secret}".encode("utf-8", "surrogatepass"), "sha256").hex()
