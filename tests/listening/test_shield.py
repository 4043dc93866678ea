# SPDX-License-Identifier: GPL-3.0-or-later
"""TLS without a network. (On a connection: tests/listening/test_stream.py, with programs: test_tls.py.)"""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from dirserver.config.certificate import Certificate
from dirserver.listening.shield import Shield
from dirserver.listening.tls import Tls, names_in
from tests.certificates import make_certificate


class Client:
    def __init__(self, trusting: ssl.SSLContext) -> None:
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = trusting.wrap_bio(self._in, self._out, server_hostname="localhost")

    def shake_with(self, shield: Shield) -> None:
        for _ in range(3):
            try:
                self.tls.do_handshake()
            except ssl.SSLWantReadError:
                shield.feed(self._out.read())
                shield.shake()
                self._in.write(shield.outgoing())
        self.pass_to(shield)
        shield.shake()
        self._in.write(shield.outgoing())

    def pass_to(self, shield: Shield) -> None:
        shield.feed(self._out.read())


def test_who_shows_a_certificate_is_named_and_who_shows_a_bad_one_gets_nowhere(tmp_path: Path) -> None:
    files, known, unknown = (make_certificate(tmp_path, name=name) for name in ("localhost", "ada", "mallory"))
    tls = Tls(Certificate(files.certificate, files.key, "ldap"), str(known.certificate))

    def shielded(shown: str) -> Shield:
        trusting = ssl.create_default_context(cafile=str(files.certificate))
        if shown:
            trusting.load_cert_chain(tmp_path / f"{shown}.pem", tmp_path / f"{shown}.key")
        shield = Shield(tls.context())
        Client(trusting).shake_with(shield)
        return shield

    assert unknown.certificate.exists()
    assert names_in(shielded("").certificate) == ()
    assert names_in(shielded("ada").certificate) == ("ada",)
    with pytest.raises(ssl.SSLError):
        shielded("mallory")


def test_version_1_2_is_taken_and_none_before_it(tmp_path: Path) -> None:
    files = make_certificate(tmp_path)
    context = Tls(Certificate(files.certificate, files.key, "ldap")).context()
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2
    assert all(one["aead"] and ("ECDHE" in one["name"] or one["protocol"] == "TLSv1.3") for one in context.get_ciphers())
    old = ssl.create_default_context(cafile=str(files.certificate))
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    shield = Shield(context)
    Client(old).shake_with(shield)
    assert shield.is_open


@pytest.mark.parametrize("wanted", ["ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-ECDSA-AES256-GCM-SHA384"])
def test_of_the_ciphers_that_are_taken_the_client_chooses(tmp_path: Path, wanted: str) -> None:
    files = make_certificate(tmp_path)
    client = ssl.create_default_context(cafile=str(files.certificate))
    client.maximum_version = ssl.TLSVersion.TLSv1_2
    client.set_ciphers(f"{wanted}:ECDHE+AESGCM:ECDHE+CHACHA20")
    asking, shield = Client(client), Shield(Tls(Certificate(files.certificate, files.key, "ldap")).context())
    asking.shake_with(shield)
    chosen = asking.tls.cipher()
    assert chosen is not None
    assert chosen[0] == wanted


def test_a_client_that_was_here_before_resumes(tmp_path: Path) -> None:
    files = make_certificate(tmp_path)
    tls = Tls(Certificate(files.certificate, files.key, "ldap"))
    trusting = ssl.create_default_context(cafile=str(files.certificate))
    shield, client = Shield(tls.context()), Client(trusting)
    client.shake_with(shield)
    with pytest.raises(ssl.SSLWantReadError):
        client.tls.read(1)
    again = Client(trusting)
    again.tls = trusting.wrap_bio(again._in, again._out, server_hostname="localhost", session=client.tls.session)
    second = Shield(tls.context())
    again.shake_with(second)
    assert again.tls.session_reused
    # The end is told, and heard.
    assert second.end()
    with pytest.raises(ssl.SSLWantReadError):
        again.tls.unwrap()
    again.pass_to(second)
    assert second.has_more
