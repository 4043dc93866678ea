# SPDX-License-Identifier: GPL-3.0-or-later
"""Passwords that people choose: argon2id for what we write, the common LDAP schemes for what was imported."""

from __future__ import annotations

import secrets
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from passlib.context import CryptContext

from dirserver.errors import BadInput

MIN_LENGTH = 15
"""Shortest password, in characters, where it is the only factor (NIST SP 800-63B-4)."""
MAX_LENGTH = 128

# ASVS 5.0.0, appendix C: memory in KiB, passes, lanes.
_HASHER = PasswordHasher(memory_cost=19456, time_cost=2, parallelism=1)
# Only what passlib and libpass, which install the same module, both offer; no bcrypt.
_IMPORTED = CryptContext(
    schemes=[
        "ldap_salted_sha1",
        "ldap_sha1",
        "ldap_salted_sha256",
        "ldap_salted_sha512",
        "ldap_pbkdf2_sha256",
        "sha512_crypt",
        "sha256_crypt",
    ]
)
_CRYPT = "{CRYPT}"
_DECOY = _HASHER.hash(secrets.token_urlsafe(24))


def normalise(password: str) -> str:
    """Return the password as it is hashed: NFKC, so that it is the same typed on any keyboard."""
    return unicodedata.normalize("NFKC", password)


def check_strength(password: str, *context: str) -> None:
    """Raise BadInput, saying why, for a password that must not be set; ``context`` are words it must not be made of."""
    password = normalise(password)
    if not _is_text(password):
        raise BadInput("the password holds characters that can't be typed")
    if len(password) < MIN_LENGTH:
        raise BadInput(f"the password is too short: it needs at least {MIN_LENGTH} characters; a few words together are easy to remember")
    if len(password) > MAX_LENGTH:
        raise BadInput(f"the password is too long: at most {MAX_LENGTH} characters")
    if len(set(password)) < 5:
        raise BadInput("the password repeats too few characters")
    if password.casefold() in {word.casefold() for word in context if word}:
        raise BadInput("the password is your own name or address")


def hash_password(password: str) -> str:
    """Return the argon2id hash."""
    return _HASHER.hash(normalise(password))


def verify(password: str, stored: str | None) -> bool:
    """Tell whether the password fits; with no hash stored, do the same work and say no."""
    password = normalise(password)[:MAX_LENGTH]
    if not _is_text(password):
        stored = None
        password = ""
    if stored is None or stored.startswith("$argon2"):
        try:
            _HASHER.verify(stored or _DECOY, password)
        except (VerificationError, InvalidHashError):
            return False
        return stored is not None
    imported = stored.removeprefix(_CRYPT)
    try:
        return bool(_IMPORTED.identify(imported) and _IMPORTED.verify(password, imported))
    except ValueError:
        return False


def _is_text(password: str) -> bool:
    # Half a surrogate pair comes out of JSON and has no octets to hash; a NUL cuts passwords short in crypt.
    return not any("\ud800" <= char <= "\udfff" or char == "\0" for char in password)


def needs_new_hash(stored: str) -> bool:
    """Tell whether a password that just fitted should be hashed anew."""
    return not stored.startswith("$argon2") or _HASHER.check_needs_rehash(stored)
