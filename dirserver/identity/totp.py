# SPDX-License-Identifier: GPL-3.0-or-later
"""Time-based one-time passwords (RFC 6238) as authenticator apps make them: SHA-1, six digits, steps of 30 seconds."""

from __future__ import annotations

import base64
import hmac
import secrets
import unicodedata

import pyotp

_STEP_US = 30 * 1_000_000
_SEED_BYTES = 20
_DIGITS = 6
_GROUP = 4


def new_seed() -> bytes:
    """Return a random seed of 160 bit, the length of the hash (RFC 4226 section 4)."""
    return secrets.token_bytes(_SEED_BYTES)


def typed_key(seed: bytes) -> str:
    """Return the seed as it is typed into an app: base32 in groups of four."""
    text = _base32(seed)
    return " ".join(text[start : start + _GROUP] for start in range(0, len(text), _GROUP))


def link(seed: bytes, *, login: str, issuer: str) -> str:
    """Return the ``otpauth:`` link that a QR code shows to an app."""
    return pyotp.TOTP(_base32(seed)).provisioning_uri(name=login, issuer_name=issuer)


def code_in(typed: str) -> str | None:
    """Return the six digits that somebody typed, with or without spaces; None where it is something else."""
    code = "".join(unicodedata.normalize("NFKC", typed).split())
    return code if len(code) == _DIGITS and code.isascii() and code.isdigit() else None


def step_of(seed: bytes, code: str, *, now_us: int, after: int) -> int | None:
    """Return of which time step the code is: this one, the one before or the next, and later than ``after``; None where of none.

    The step before is for who types slowly, the next for a phone whose clock is ahead. Takes the same time for every code.
    """
    now, maker = now_us // _STEP_US, pyotp.TOTP(_base32(seed))
    found = None
    for step in (now - 1, now, now + 1):
        fits = hmac.compare_digest(maker.generate_otp(step), code)
        if fits and step > after:
            found = step
    return found


def code_at(seed: bytes, at_us: int) -> str:
    """Return the code that an app shows at a moment."""
    return pyotp.TOTP(_base32(seed)).generate_otp(at_us // _STEP_US)


def _base32(seed: bytes) -> str:
    return base64.b32encode(seed).decode().rstrip("=")
