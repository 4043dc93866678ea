# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dirserver.config.certificate import Certificate
from dirserver.ldap.rootdse import START_TLS, WHO_AM_I
from dirserver.ldap.session import Site
from dirserver.ldap.wire.message import BindRequest, ExtendedRequest, Message
from dirserver.listening.tls import Tls
from tests.cast import password_of
from tests.certificates import CertificateFiles, make_certificate
from tests.ldap.conftest import Server, free_port, start_server
from tests.ldap.dialogue import Dialogue, bind_of, search_of
from tests.ldap.speech import decode_answers, encode_message
from tests.programs import absent

ASK = ExtendedRequest(START_TLS)


@pytest.fixture
def tls_site(site: Site, tmp_path: Path) -> Site:
    files = make_certificate(tmp_path)
    return replace(site, tls=Tls(Certificate(files.certificate, files.key, "ldap")))


def test_start_tls_answers_and_drops_what_came_behind_it_in_plain_octets(tls_site: Site) -> None:
    dialogue = Dialogue(tls_site, address="192.0.2.7")
    octets = dialogue.message(ASK) + dialogue.message(bind_of("ada")) + dialogue.message(search_of())[:9]
    (answer,) = dialogue.send(octets)
    assert (answer.tag, answer.code, answer.oid) == (0x78, 0, START_TLS)
    assert dialogue.wire.tls is tls_site.tls
    # Not a word of it counts: the handshake comes first, then the client begins anew.
    dialogue.connection.handshakeCompleted()
    assert dialogue.answers() == []
    assert dialogue.bind("ada").code == 0
    (again,) = dialogue.ask(ASK)
    assert (again.code, again.oid) == (1, START_TLS)


def test_a_password_from_elsewhere_waits_for_the_handshake(tls_site: Site) -> None:
    dialogue = Dialogue(tls_site, address="192.0.2.7")
    assert dialogue.bind("ada").code == 13
    dialogue.ask(ASK)
    assert dialogue.bind("ada").code == 13
    dialogue.connection.handshakeCompleted()
    assert dialogue.bind("ada").code == 0


def test_start_tls_waits_for_what_runs(tls_site: Site) -> None:
    dialogue = Dialogue(tls_site, is_eager=False)
    dialogue.send(dialogue.message(search_of("ou=people,dc=example,dc=com")) + dialogue.message(ASK))
    assert dialogue.wire.tls is None
    dialogue.work.release()
    assert [answer.tag for answer in dialogue.answers()][-2:] == [0x65, 0x78]
    assert dialogue.wire.tls is not None


def test_a_handshake_that_never_ends_is_cut_off(tls_site: Site) -> None:
    dialogue = Dialogue(tls_site)
    dialogue.ask(ASK)
    dialogue.clock.advance(21)
    assert dialogue.wire.is_aborted


def test_without_a_certificate_and_with_a_value_it_is_refused(site: Site, tls_site: Site) -> None:
    assert [one.code for one in Dialogue(site).ask(ASK)] == [2]
    assert [one.code for one in Dialogue(tls_site).ask(ExtendedRequest(START_TLS, b"x"))] == [2]


@pytest.fixture
def certificate(own_file: Path) -> CertificateFiles:
    files = make_certificate(own_file.parent)
    with own_file.open("a") as file:
        file.write(f'tls_certificate = "{files.certificate}"\ntls_key = "{files.key}"\n')
        file.write(f'tls_client_ca = "{make_certificate(own_file.parent, name="ada").certificate}"\n')
    return files


@pytest.fixture
def tls_server(own_file: Path, certificate: CertificateFiles) -> Iterator[tuple[Server, int, CertificateFiles]]:
    port = free_port()
    started = start_server(own_file, free_port(), port)
    yield started, port, certificate
    started.process.terminate()
    assert started.process.wait(30) == 0


@pytest.mark.e2e
def test_debians_tools_go_under_tls_both_ways(tls_server: tuple[Server, int, CertificateFiles]) -> None:
    if shutil.which("ldapwhoami") is None:
        absent("ldapwhoami (Debian: ldap-utils) is not installed")
    server, tls_port, files = tls_server

    def whoami(*arguments: str) -> str:
        command = ["ldapwhoami", "-x", "-D", "ada", "-w", password_of("ada"), *arguments]
        trust = {"LDAPTLS_CACERT": str(files.certificate), "PATH": "/usr/bin"}
        done = subprocess.run(command, env=trust, capture_output=True, text=True, check=False, timeout=60)
        return done.stdout or done.stderr

    assert whoami("-ZZ", "-H", f"ldap://127.0.0.1:{server.port}") == "dn:uid=ada,ou=people,dc=example,dc=com\n"
    assert whoami("-H", f"ldaps://127.0.0.1:{tls_port}") == "dn:uid=ada,ou=people,dc=example,dc=com\n"
    # A client certificate is a proof of its own.
    known = ssl.create_default_context(cafile=str(files.certificate))
    known.load_cert_chain(files.certificate.parent / "ada.pem", files.certificate.parent / "ada.key")
    raw = socket.create_connection(("localhost", tls_port), timeout=20)
    with known.wrap_socket(raw, server_hostname="localhost") as client:
        client.sendall(encode_message(Message(1, BindRequest(3, "", None, "EXTERNAL", b""))))
        assert decode_answers(client.recv(1000))[-1].code == 0
        client.sendall(encode_message(Message(2, ExtendedRequest(WHO_AM_I))))
        assert decode_answers(client.recv(1000))[-1].value == b"dn:uid=ada,ou=people,dc=example,dc=com"
    # What is no TLS gets nowhere, and the server goes on.
    with socket.create_connection(("127.0.0.1", tls_port), timeout=20) as plain:
        plain.sendall(b"\x30\x0c\x02\x01\x01\x60\x07\x02\x01\x03\x04\x00\x80\x00")
        assert b"\x61" not in plain.recv(100)
    context = ssl.create_default_context(cafile=str(files.certificate))
    raw = socket.create_connection(("localhost", tls_port), timeout=20)
    with context.wrap_socket(raw, server_hostname="localhost") as client:
        assert client.version() == "TLSv1.3"
        # A long answer under TLS, read late.
        client.sendall(encode_message(Message(1, bind_of("ada"))) + encode_message(Message(2, search_of())))
        octets = b""
        while b"\x02\x01\x02\x65" not in octets:
            octets += client.recv(65536)
        assert decode_answers(octets)[-1].code == 0
