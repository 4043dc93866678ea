# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import time_machine

from dirserver.config import SetupSettings
from dirserver.config.values import FilePath
from dirserver.errors import BadConfig
from dirserver.setup.signing import Signer


def made(folder: Path, name: str = "a", *options: str) -> SetupSettings:
    """A certificate that signs itself, as openssl makes it."""
    key, certificate = folder / f"{name}.key", folder / f"{name}.pem"
    kind = options or ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2")
    asked = ["openssl", "req", "-x509", "-subj", "/CN=contacts.example.com", *kind, "-keyout", key, "-out", certificate]
    subprocess.run(asked, check=True, capture_output=True)
    return SetupSettings(sign_certificate=FilePath(str(certificate)), sign_key=FilePath(str(key)))


def test_without_a_certificate_nothing_is_signed():
    assert Signer.of(SetupSettings()) is None


@pytest.mark.parametrize("kind", [(), ("-newkey", "rsa:2048", "-nodes", "-days", "2")])
def test_openssl_accepts_the_signature_and_finds_the_content(tmp_path: Path, kind: tuple[str, ...]):
    settings = made(tmp_path, "a", *kind)
    signer = Signer.of(settings)
    assert signer is not None
    content = b"<plist>\r\n\xc5\x82</plist>\n"
    (tmp_path / "signed").write_bytes(signer.sign(content))
    checked = subprocess.run(
        ["openssl", "cms", "-verify", "-inform", "DER", "-binary", "-in", tmp_path / "signed", "-CAfile", settings.sign_certificate,
         "-purpose", "any"], check=True, capture_output=True,
    )  # fmt: skip
    assert checked.stdout == content


def test_the_chain_goes_along(tmp_path: Path):
    settings, other = made(tmp_path), made(tmp_path, "b")
    Path(settings.sign_certificate).write_text(Path(settings.sign_certificate).read_text() + Path(other.sign_certificate).read_text())
    signer = Signer.of(settings)
    assert signer is not None
    (tmp_path / "signed").write_bytes(signer.sign(b"x"))
    shown = subprocess.run(
        ["openssl", "pkcs7", "-inform", "DER", "-in", tmp_path / "signed", "-print_certs"], check=True, capture_output=True, text=True
    ).stdout
    assert shown.count("BEGIN CERTIFICATE") == 2


def test_what_can_not_sign_is_told_with_file_and_remedy(tmp_path: Path):
    good, other = made(tmp_path), made(tmp_path, "b")
    odd = made(tmp_path, "d", "-newkey", "ed25519", "-nodes", "-days", "2")
    (tmp_path / "empty").write_text("")
    cases = [
        (SetupSettings(sign_certificate=good.sign_certificate, sign_key=other.sign_key), "is not the key of"),
        (SetupSettings(sign_certificate=FilePath(str(tmp_path / "none")), sign_key=good.sign_key), "can't be read"),
        (SetupSettings(sign_certificate=FilePath(str(tmp_path / "empty")), sign_key=good.sign_key), "certificate in PEM"),
        (SetupSettings(sign_certificate=good.sign_certificate, sign_key=FilePath(str(tmp_path / "empty"))), "private key in PEM"),
        (odd, "RSA or an EC key"),
    ]
    for settings, reason in cases:
        with pytest.raises(BadConfig, match=reason) as told:
            Signer.of(settings)
        assert "[setup] sign_" in told.value.public_message


def test_a_certificate_that_has_ended_or_not_begun_is_told(tmp_path: Path):
    settings = made(tmp_path)
    with time_machine.travel("2100-01-01", tick=False), pytest.raises(BadConfig, match="ended on 20"):
        Signer.of(settings)
    with time_machine.travel("2020-01-01", tick=False), pytest.raises(BadConfig, match="is good from 20"):
        Signer.of(settings)
