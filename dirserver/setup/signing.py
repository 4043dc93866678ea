# SPDX-License-Identifier: GPL-3.0-or-later
"""Signing profiles (CMS, RFC 5652), so that a device shows by whom they are instead of "Unsigned"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder

from dirserver.config import SetupSettings
from dirserver.errors import BadConfig


@dataclass(frozen=True, slots=True)
class Signer:
    """A certificate, those that vouch for it, and its key."""

    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    key: RSAPrivateKey | EllipticCurvePrivateKey

    @classmethod
    def of(cls, settings: SetupSettings) -> Signer | None:
        """Read what the settings name, None where profiles aren't signed. Raises BadConfig with the file and the remedy."""
        if not settings.sign_certificate:
            return None
        certificates = _certificates(Path(settings.sign_certificate))
        key = _key(Path(settings.sign_key))
        if _public(certificates[0].public_key()) != _public(key.public_key()):
            raise BadConfig(f"[setup] sign_key: {settings.sign_key} is not the key of {settings.sign_certificate}")
        begins, ends = certificates[0].not_valid_before_utc, certificates[0].not_valid_after_utc
        if begins > datetime.now(UTC):
            raise BadConfig(
                f"[setup] sign_certificate: {settings.sign_certificate} is good from {begins:%Y-%m-%d} on; use the present one till then"
            )
        if ends < datetime.now(UTC):
            raise BadConfig(f"[setup] sign_certificate: {settings.sign_certificate} ended on {ends:%Y-%m-%d}; put a new one there")
        return cls(certificates[0], tuple(certificates[1:]), key)

    def sign(self, content: bytes) -> bytes:
        """Return the content with its signature around it (DER)."""
        builder = PKCS7SignatureBuilder().set_data(content).add_signer(self.certificate, self.key, SHA256())
        for each in self.chain:
            builder = builder.add_certificate(each)
        return builder.sign(Encoding.DER, [PKCS7Options.Binary])


def _certificates(path: Path) -> list[x509.Certificate]:
    try:
        found = x509.load_pem_x509_certificates(_read("sign_certificate", path))
    except ValueError:
        raise BadConfig(f"[setup] sign_certificate: {path} must hold a certificate in PEM, with its chain below it") from None
    return found


def _key(path: Path) -> RSAPrivateKey | EllipticCurvePrivateKey:
    try:
        found = load_pem_private_key(_read("sign_key", path), password=None)
    except TypeError:
        raise BadConfig(f"[setup] sign_key: {path} has a password; remove it (openssl pkey -in KEY -out NEW)") from None
    except ValueError:
        raise BadConfig(f"[setup] sign_key: {path} must hold a private key in PEM") from None
    if not isinstance(found, RSAPrivateKey | EllipticCurvePrivateKey):
        raise BadConfig(f"[setup] sign_key: {path} must be an RSA or an EC key; devices check no other")
    return found


def _read(name: str, path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadConfig(
            f"[setup] {name}: {path} can't be read ({error.strerror}); the user that runs dirserver needs the right to read it"
        ) from None


def _public(key: object) -> bytes:
    told: bytes = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)  # type: ignore[attr-defined]
    return told
