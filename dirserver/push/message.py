# SPDX-License-Identifier: GPL-3.0-or-later
"""One message: what it says (WebDAV-Push section 4.1) and how it is sealed (RFC 8291)."""

from __future__ import annotations

import base64
import binascii
from xml.sax.saxutils import escape

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec

from dirserver.errors import BadInput

NAMESPACE = "https://bitfire.at/webdav-push"
ENCODING = "aes128gcm"
"""The one content coding of RFC 8291."""

_AUTH_BYTES = 16
_POINT_BYTES = 65


def content_update(topic: str, sync_token: str) -> bytes:
    """Return the message that members of a book have changed and where it stands now."""
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        f'<push-message xmlns="{NAMESPACE}" xmlns:D="DAV:"><topic>{escape(topic)}</topic>'
        f"<content-update><D:sync-token>{escape(sync_token)}</D:sync-token></content-update></push-message>"
    ).encode()


def seal(message: bytes, p256dh: str, auth: str) -> bytes:
    """Encrypt a message for the device that has these keys; the push service can't read it.

    Raises BadInput for keys that are none.
    """
    point, secret = read_keys(p256dh, auth)
    sealed: bytes = http_ece.encrypt(
        message,
        private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=point,
        auth_secret=secret,
        version=ENCODING,
    )
    return sealed


def read_keys(p256dh: str, auth: str) -> tuple[ec.EllipticCurvePublicKey, bytes]:
    """Return a device's public key and its secret. BadInput for what can't be them."""
    octets, secret = _octets(p256dh), _octets(auth)
    if len(secret) != _AUTH_BYTES:
        raise BadInput("the auth-secret of a subscription is 16 octets in base64url")
    if len(octets) != _POINT_BYTES:
        raise BadInput("the public key of a subscription is an uncompressed point of P-256 in base64url")
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), octets), secret
    except ValueError:
        raise BadInput("the public key of a subscription is no point of P-256") from None


def _octets(text: str) -> bytes:
    # Some clients pad, some use the other alphabet: both say the same.
    plain = text.strip().rstrip("=").replace("+", "-").replace("/", "_")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise BadInput("the keys of a subscription are written in base64url") from None
