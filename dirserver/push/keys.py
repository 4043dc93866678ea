# SPDX-License-Identifier: GPL-3.0-or-later
"""What the push services know us by, and what stands for a book outside: all derived from the installation's secret.

So every node has the same, a restart changes nothing, and neither the database nor its backups hold a private key.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable
from functools import cached_property

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02

# Order of the group of P-256 (FIPS 186-5).
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_KEPT_S = 6 * 3600
# RFC 8292 section 2: no more than a day ahead; clocks differ.
_HOLDS_S = 12 * 3600
_KEPT = 256


class PushKeys:
    """The key pair of VAPID (RFC 8292) and the names of books and devices in messages. Safe for threads.

    ``secret`` is the installation's key, ``contact`` how its operator is reached; ``clock`` gives microseconds since 1970.
    """

    def __init__(self, secret: bytes, contact: str, *, clock: Callable[[], int]) -> None:
        self._secret = secret
        self._contact = contact
        self._clock = clock
        self._lock = threading.Lock()
        self._signed: dict[str, tuple[int, str]] = {}

    @cached_property
    def public_key(self) -> str:
        """The public key, uncompressed, as base64url without padding (65 octets)."""
        return _base64url(self._private_key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))

    def topic_of(self, book_uuid: str) -> str:
        """Return what stands for a book in properties and messages: the same for all who read it, and told apart by nobody else."""
        return self._name("topic of a book", book_uuid)

    def slot_of(self, subscription_id: str) -> str:
        """Return what push services see of a message, so that a newer one takes the place of an older (RFC 8030 section 5.4).

        It is another one for each subscription: who reads the same book can't be seen from it.
        """
        return self._name("slot of a subscription", subscription_id)

    def authorization(self, origin: str) -> str:
        """Return the Authorization header for a push service (RFC 8292 section 3); one signature serves for hours."""
        now_s = self._clock() // 1_000_000
        with self._lock:
            until_s, known = self._signed.get(origin, (0, ""))
            if known and now_s < until_s:
                return known
            signer = Vapid02(self._private_key)
            made: str = signer.sign({"sub": self._contact, "aud": origin, "exp": now_s + _HOLDS_S})["Authorization"]
            if len(self._signed) >= _KEPT:
                self._signed.clear()
            self._signed[origin] = (now_s + _KEPT_S, made)
            return made

    @cached_property
    def _private_key(self) -> ec.EllipticCurvePrivateKey:
        # FIPS 186-5 appendix A.2.1: with 64 bits more than the order has, no number is likelier than another.
        octets = HKDF(hashes.SHA256(), 40, salt=None, info=b"dirserver web push vapid p256").derive(self._secret)
        return ec.derive_private_key(int.from_bytes(octets) % (_ORDER - 1) + 1, ec.SECP256R1())

    def _name(self, purpose: str, what: str) -> str:
        digest = hmac.new(self._secret, json.dumps([purpose, what]).encode(), hashlib.sha256).digest()
        # 22 letters; RFC 8030 allows 32.
        return _base64url(digest[:16])


def _base64url(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()
