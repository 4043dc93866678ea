# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import datetime as dt
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from dirserver.push.connection import Connections
from dirserver.push.destination import Destination
from tests.push.service import Answer, PushService


def at(service: PushService, target: str = "/up") -> Destination:
    return Destination("http", "push.example", int(service.origin.rpartition(":")[2]), target)


def post(connections: Connections, destination: Destination, body: bytes = b"x"):
    return connections.post(destination, "127.0.0.1", {"TTL": "60"}, body, deadline_s=10)


def test_it_connects_to_the_address_that_it_is_given_for_the_name_that_it_is_given(service: PushService):
    connections = Connections()
    service.answer = lambda _: Answer(201, {"Retry-After": "7"}, b"not read by anybody")
    answer = post(connections, at(service, "/up?x=1"))
    assert (answer.status, answer.retry_after) == (201, "7")
    (received,) = service.received
    assert received.path == "/up?x=1"
    assert received.headers["host"] == f"push.example:{at(service).port}"
    assert received.body == b"x"
    connections.close()


def test_connections_are_kept_and_one_that_was_closed_meanwhile_is_made_anew(service: PushService):
    connections = Connections()
    for _ in range(3):
        post(connections, at(service))
    assert service.connections == 1
    service.answer = lambda _: Answer(201, {"Connection": "close"})
    post(connections, at(service))
    post(connections, at(service))
    assert service.connections == 2
    # Closed without a word: the next message goes over a new one.
    service.answer = lambda _: Answer()
    post(connections, at(service))
    next(iter(connections._idle.values()))[0].sock.shutdown(socket.SHUT_RDWR)
    assert post(connections, at(service)).status == 201
    connections.close()


def test_an_endless_answer_is_not_read(service: PushService):
    connections = Connections()
    service.answer = lambda _: Answer(200, body=b"x" * 1_000_000)
    assert post(connections, at(service)).status == 200
    assert post(connections, at(service)).status == 200
    assert service.connections == 2
    connections.close()


def test_what_is_no_http_is_an_error():
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def talk() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(65_536)
                connection.sendall(b"220 smtp.example ESMTP\r\n" * 5)

        thread = threading.Thread(target=talk)
        thread.start()
        with pytest.raises((OSError, HTTPException)):
            post(Connections(), Destination("http", "push.example", listening.getsockname()[1], "/"))
        thread.join(30)


def certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """A certificate for a name that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), 1, now - dt.timedelta(1), now + dt.timedelta(1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    files = folder / f"{name}.crt", folder / f"{name}.key"
    files[0].write_bytes(made.public_bytes(Encoding.PEM))
    files[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return files


@contextmanager
def tls_server(files: tuple[Path, Path]) -> Iterator[int]:
    """Answers one connection over TLS with 201, if the handshake goes well."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*files)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            try:
                with context.wrap_socket(connection, server_side=True) as tls:
                    while not tls.recv(65_536).endswith(b"x"):
                        continue
                    tls.sendall(b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n")
            except OSError:
                return

        thread = threading.Thread(target=serve)
        thread.start()
        yield listening.getsockname()[1]
        thread.join(30)


def test_over_tls_the_certificate_must_be_the_name_s_and_trusted(tmp_path: Path):
    files = certificate(tmp_path, "push.example")
    trusting = ssl.create_default_context(cafile=str(files[0]))
    connections = Connections(trusting)
    with tls_server(files) as port:
        assert post(connections, Destination("https", "push.example", port, "/")).status == 201
    connections.close()
    with tls_server(files) as port, pytest.raises(ssl.SSLCertVerificationError):
        post(connections, Destination("https", "other.example", port, "/"))
    with tls_server(files) as port, pytest.raises(ssl.SSLCertVerificationError):
        post(Connections(), Destination("https", "push.example", port, "/"))


def test_an_exchange_is_cut_off_from_outside(service: PushService):
    connections = Connections()
    arrived, hold = threading.Event(), threading.Event()

    def wait(_: object) -> Answer:
        arrived.set()
        return Answer(hold=hold)

    service.answer = wait
    failed = []

    def run() -> None:
        try:
            post(connections, at(service))
        except (OSError, HTTPException) as error:
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    assert arrived.wait(30)
    connections.close()
    thread.join(30)
    hold.set()
    assert failed
