# SPDX-License-Identifier: GPL-3.0-or-later
"""Passwords as hashes: argon2id for what we write, the common LDAP schemes for what was imported. ``strength`` says which may be set."""

from __future__ import annotations

import base64
import re
import secrets
import unicodedata

from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import ARGON2_VERSION
from passlib.context import CryptContext

MAX_LENGTH = 1024
"""In characters: far more than anybody types, and hashing so much costs nothing that could be noticed. Nothing is ever cut off."""

_MOST_MEMORY_KIB = 256 * 1024
_MOST_PASSES = 20


def _octets(length: int) -> str:
    return base64.b64encode(secrets.token_bytes(length)).decode().rstrip("=")


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
_SCHEME = re.compile(r"\{[A-Za-z0-9-]{1,20}\}")
_ROUNDS = re.compile(r"(?:rounds=|\{PBKDF2-SHA256\})(\d{1,12})")
_MOST_ROUNDS = 2_000_000
_LONGEST_HASH = 512
_LONGEST_TYPED = 4 * MAX_LENGTH
"""Letters may be typed as several characters; what is longer still is wrong without being hashed."""
# Of no password at all: octets by chance, and costs like ours. Nothing has to be hashed for it at each start of a program.
_DECOY = f"$argon2id$v={ARGON2_VERSION}$m={_HASHER.memory_cost},t={_HASHER.time_cost},p={_HASHER.parallelism}${_octets(16)}${_octets(32)}"


def normalise(password: str) -> str:
    """Return the password as it is hashed: NFKC, so that it is the same typed on any keyboard."""
    return unicodedata.normalize("NFKC", password)


def hash_password(password: str) -> str:
    """Return the argon2id hash."""
    return _HASHER.hash(normalise(password))


def verify(password: str, stored: str | None, decoy: str | None = None) -> bool:
    """Tell whether the password fits; with no hash stored, do the work that ``decoy`` takes and say no.

    What we hash is NFKC. Another directory hashed the octets that came, so those are tried too where they are different.
    """
    if not is_text(password) or len(password) > _LONGEST_TYPED or len(normalise(password)) > MAX_LENGTH:
        stored = decoy = None
        password = ""
    tried = stored or decoy or _DECOY
    spellings = dict.fromkeys((normalise(password), unicodedata.normalize("NFC", password), password))
    return any(_fits(each, tried) for each in spellings) and stored is not None


def _fits(password: str, stored: str) -> bool:
    if stored.startswith("$argon2"):
        try:
            return _HASHER.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False
    imported = stored.removeprefix(_CRYPT)
    try:
        return bool(_IMPORTED.identify(imported) and _IMPORTED.verify(password, imported))
    except ValueError:
        return False


def imported(given: str) -> str | None:
    """Return another directory's hash (a value of userPassword, RFC 4519 section 2.41) as it is kept; None if it can't be used.

    None for what is no whole hash, for a plain password, for MD5 and DES, and for parameters so dear that each try at signing
    in would hold up the machine.
    """
    given = given.strip()
    # No hash has other letters, and who verifies one says so by an error of another kind.
    if len(given) > _LONGEST_HASH or not given.isascii():
        return None
    # Schemes are the same in any case (RFC 2307 section 5.3), passlib knows them in capitals.
    stored = _SCHEME.sub(lambda scheme: scheme[0].upper(), given, count=1) if given.startswith("{") else given
    stored = stored.removeprefix(_CRYPT).removeprefix("{ARGON2}")
    if stored.startswith("$argon2"):
        return stored if _is_cheap_argon2(stored) else None
    rounds = _ROUNDS.search(stored)
    if rounds is not None and int(rounds[1]) > _MOST_ROUNDS:
        return None
    try:
        # Only a whole hash can be asked for an answer; the answer itself doesn't matter.
        _IMPORTED.verify("", stored)
    except (ValueError, TypeError):
        return None
    return stored


def _is_cheap_argon2(stored: str) -> bool:
    try:
        costs = extract_parameters(stored)
        if costs.memory_cost > _MOST_MEMORY_KIB or costs.time_cost > _MOST_PASSES:
            return False
        _HASHER.verify(stored, "")
    except InvalidHashError:
        return False
    except VerificationError:
        return True
    return True


def is_text(password: str) -> bool:
    """Tell whether this can be hashed as text."""
    # Half a surrogate pair comes out of JSON and has no octets to hash; a NUL cuts passwords short in crypt.
    return not any("\ud800" <= char <= "\udfff" or char == "\0" for char in password)


def needs_new_hash(stored: str) -> bool:
    """Tell whether a password that just fitted should be hashed anew."""
    return not stored.startswith("$argon2") or _HASHER.check_needs_rehash(stored)
