# SPDX-License-Identifier: GPL-3.0-or-later
"""Login and password out of an Authorization header (RFC 7617)."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from urllib.parse import unquote

MAX_HEADER_LENGTH = 4096


@dataclass(frozen=True, slots=True)
class Credentials:
    """What somebody claims. The password never appears in a repr."""

    login: str
    password: str = field(repr=False)


def read_basic(authorization: str) -> Credentials | None:
    """Return the credentials of a Basic header; None for another scheme or anything malformed: both are asked to sign in.

    iOS from 18.4 on percent-encodes the "@" of a login, so logins are decoded; passwords are taken as they are.
    """
    scheme, _, encoded = authorization.strip().partition(" ")
    if scheme.lower() != "basic" or len(encoded) > MAX_HEADER_LENGTH:
        return None
    try:
        octets = base64.b64decode(encoded.strip().encode("ascii"), validate=True)
    except (binascii.Error, ValueError):
        return None
    try:
        text = octets.decode()
    except UnicodeDecodeError:
        # Clients from before RFC 7617 send latin-1.
        text = octets.decode("latin-1")
    login, colon, password = text.partition(":")
    login = unquote(login)
    if not colon or not login.strip() or not login.isprintable() or "\x00" in password:
        return None
    return Credentials(login, password)
