# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets that have to be read again are kept in the database sealed: AES-256-GCM under a key that lies outside it.

The keys are in the key file, below its first line, as ``seal ID BASE64``: the last one seals, all of them open, so that what is
sealed says by the key's id how to open it. Before the first rotation there is none, and a key derived from the first line does it.
A process that meets an id that it doesn't know reads the file again.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from dirserver.errors import BadConfig, Unavailable
from dirserver.identity.keys import keyed_hash, load_key

FIRST = "0"
"""The id of the key that is derived from the installation's own."""

_WORD = "seal"
_KEY_BYTES = 32
_NONCE_BYTES = 12
_KEPT = 2


@dataclass(frozen=True, slots=True)
class SealingKeys:
    """Keys by their id; the last one seals."""

    by_id: dict[str, bytes] = field(repr=False)

    @property
    def current(self) -> str:
        """The id of the key that seals."""
        return next(reversed(self.by_id))


@dataclass(frozen=True, slots=True)
class Sealed:
    """What may lie in the database."""

    key_id: str
    text: str


class Vault:
    """Seals and opens. Safe for threads. ``key`` is the installation's secret, ``path`` its file, None for no further keys."""

    def __init__(self, key: bytes, path: Path | None = None) -> None:
        self._key = key
        self._path = path
        self._lock = threading.Lock()
        self._seen: tuple[int, int] | None = None
        self._keys = SealingKeys({FIRST: _derived(key)})

    @property
    def current(self) -> str:
        """The id of the key that seals now."""
        return self._read().current

    def seal(self, secret: bytes, *, bound_to: str) -> Sealed:
        """Seal a secret so that it opens only together with ``bound_to`` (its purpose, and whose it is)."""
        keys = self._read()
        nonce = secrets.token_bytes(_NONCE_BYTES)
        closed = AESGCM(keys.by_id[keys.current]).encrypt(nonce, secret, bound_to.encode())
        return Sealed(keys.current, base64.b64encode(nonce + closed).decode())

    def open(self, sealed: Sealed, *, bound_to: str) -> bytes:
        """Return the secret. Unavailable if its key is not on this machine; what was tampered with opens no more either."""
        key = self._keys.by_id.get(sealed.key_id) or self._read().by_id.get(sealed.key_id)
        if key is None:
            raise Unavailable("a stored secret can't be opened: its key is not in this server's key file")
        octets = base64.b64decode(sealed.text)
        try:
            return AESGCM(key).decrypt(octets[:_NONCE_BYTES], octets[_NONCE_BYTES:], bound_to.encode())
        except InvalidTag:
            raise Unavailable("a stored secret can't be opened: the key file is not the one that it was made with") from None

    def knows(self, key_id: str) -> bool:
        """Tell whether what was sealed under that key can be opened here."""
        return key_id in self._read().by_id

    def rotate(self) -> str:
        """Write a new key into the key file and return its id. The one before stays in it, older ones go: reseal what they sealed first."""
        if self._path is None:
            raise BadConfig("these keys are in no file")
        keys = self._read()
        kept = [(name, key) for name, key in keys.by_id.items() if name != FIRST][-_KEPT + 1 :]
        kept.append((secrets.token_hex(4), secrets.token_bytes(_KEY_BYTES)))
        lines = [
            base64.b64encode(load_key(self._path)).decode(),
            *(f"{_WORD} {name} {base64.b64encode(key).decode()}" for name, key in kept),
        ]
        _replace(self._path, "\n".join(lines) + "\n")
        return self._read().current

    def _read(self) -> SealingKeys:
        """Return the keys as the file has them now; it is read again only when it has changed."""
        if self._path is None:
            return self._keys
        with self._lock:
            try:
                now = self._path.stat()
                seen = (now.st_ino, now.st_mtime_ns)
                if seen != self._seen:
                    self._keys = SealingKeys({FIRST: _derived(self._key), **_read_keys(self._path)})
                    self._seen = seen
            except OSError:
                # Gone or closed to us since the start: what was read then still holds.
                return self._keys
            return self._keys


def _encoded(key: bytes) -> str:
    return base64.b64encode(key).decode()


def _derived(key: bytes) -> bytes:
    return bytes.fromhex(keyed_hash(key, "sealing key", FIRST))


def _read_keys(path: Path) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for line in path.read_text(encoding="ascii", errors="replace").splitlines()[1:]:
        word, _, rest = line.strip().partition(" ")
        name, _, encoded = rest.strip().partition(" ")
        if word != _WORD:
            continue
        try:
            found[name] = base64.b64decode(encoded.strip(), validate=True)
        except binascii.Error:
            raise BadConfig(f"the key file {path} holds a sealing key that is none: '{name}'") from None
        if len(found[name]) != _KEY_BYTES:
            raise BadConfig(f"the key file {path} holds a sealing key that is none: '{name}'")
    return found


def _replace(path: Path, content: str) -> None:
    """Put other content in a file's place, whole or not at all, for the same owner and nobody else."""
    try:
        owner = path.stat()
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            if os.geteuid() == 0:
                os.fchown(file.fileno(), owner.st_uid, owner.st_gid)
        Path(temporary).replace(path)
    except OSError as error:
        raise BadConfig(f"the key file {path} can't be written: {error.strerror}") from None
