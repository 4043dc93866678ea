# SPDX-License-Identifier: GPL-3.0-or-later
"""An authenticator in software, as far as browsers hand its answers on (WebAuthn level 2, sections 6.1, 6.5 and 5.8.1)."""

from __future__ import annotations

import hashlib
import json
import secrets
import struct
from dataclasses import dataclass, field

import cbor2
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import bytes_to_base64url

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Authenticator:
    """One passkey on one device. ``origin`` is the page that the browser shows, ``count`` what the device has counted."""

    origin: str
    rp_id: str
    count: int = 0
    flags: int = PRESENT | VERIFIED
    user: str = ""
    name: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    def __post_init__(self) -> None:
        self._key = generate_private_key(SECP256R1())

    def register(self, options: str) -> str:
        """Make the passkey; the browser's answer as JSON."""
        asked = json.loads(options)
        self.user = asked["user"]["id"]
        point = self._key.public_key().public_numbers()
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")})
        data = self._data(ATTESTED) + bytes(16) + struct.pack(">H", len(self.name)) + self.name + public
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer("webauthn.create", asked, {"attestationObject": bytes_to_base64url(attestation)})

    def sign(self, options: str, **said: str) -> str:
        """Sign a challenge; the browser's answer as JSON."""
        self.count += 1
        asked = json.loads(options)
        data = self._data()
        signed = self._key.sign(data + hashlib.sha256(self._client("webauthn.get", asked)).digest(), ECDSA(SHA256()))
        given = {"authenticatorData": bytes_to_base64url(data), "signature": bytes_to_base64url(signed), "userHandle": self.user, **said}
        return self._answer("webauthn.get", asked, given)

    def _data(self, flags: int = 0) -> bytes:
        return hashlib.sha256(self.rp_id.encode()).digest() + bytes([self.flags | flags]) + struct.pack(">I", self.count)

    def _client(self, kind: str, asked: dict[str, str]) -> bytes:
        return json.dumps({"type": kind, "challenge": asked["challenge"], "origin": self.origin, "crossOrigin": False}).encode()

    def _answer(self, kind: str, asked: dict[str, str], given: dict[str, str]) -> str:
        name, client = bytes_to_base64url(self.name), bytes_to_base64url(self._client(kind, asked))
        response = {"clientDataJSON": client, **given}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response, "clientExtensionResults": {}})
