# SPDX-License-Identifier: GPL-3.0-or-later
"""A small push service on loopback with the phones behind it: it verifies senders (RFC 8292), phones decrypt (RFC 8291)."""

from __future__ import annotations

import base64
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from xml.etree.ElementTree import Element

import http_ece
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from defusedxml.ElementTree import fromstring

P = "{https://bitfire.at/webdav-push}"
D = "{DAV:}"


def base64url(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def unbase64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Phone:
    """A phone that a push service knows: it has the keys that nobody else has."""

    resource: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(16))

    @property
    def p256dh(self) -> str:
        return base64url(self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))

    @property
    def auth(self) -> str:
        return base64url(self.secret)

    def opened(self, body: bytes) -> bytes:
        """The message, decrypted; raises when it isn't for this phone."""
        message: bytes = http_ece.decrypt(body, private_key=self.key, auth_secret=self.secret, version="aes128gcm")
        return message

    def register(self, *, trigger: str = "", expires: str = "", encoding: str = "aes128gcm") -> str:
        """The body by which this phone subscribes, as DAVx5 writes it."""
        expiry = f"<n1:expires>{expires}</n1:expires>" if expires else ""
        return (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><n1:push-register xmlns:n1="https://bitfire.at/webdav-push">'
            f"<n1:subscription><n1:web-push-subscription><n1:push-resource>{self.resource}</n1:push-resource>"
            f"<n1:content-encoding>{encoding}</n1:content-encoding>"
            f'<n1:subscription-public-key type="p256dh">{self.p256dh}</n1:subscription-public-key>'
            f"<n1:auth-secret>{self.auth}</n1:auth-secret></n1:web-push-subscription></n1:subscription>{trigger}{expiry}</n1:push-register>"
        )


@dataclass(frozen=True)
class Received:
    """One message as the push service was given it."""

    path: str
    headers: dict[str, str]
    body: bytes

    def read_by(self, phone: Phone) -> Element:
        root: Element = fromstring(phone.opened(self.body))
        assert root.tag == f"{P}push-message"
        return root

    def token_for(self, phone: Phone) -> str:
        return self.read_by(phone).findtext(f"{P}content-update/{D}sync-token") or ""

    def topic_for(self, phone: Phone) -> str:
        return self.read_by(phone).findtext(f"{P}topic") or ""


def claims_of(authorization: str) -> tuple[dict[str, object], str]:
    """The claims of a VAPID header and the public key that signed them; fails when the signature doesn't fit."""
    scheme, _, rest = authorization.partition(" ")
    assert scheme == "vapid"
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    head, claims, signature = parts["t"].split(".")
    assert json.loads(unbase64url(head))["alg"] == "ES256"
    octets = unbase64url(signature)
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unbase64url(parts["k"]))
    fitting = encode_dss_signature(int.from_bytes(octets[:32]), int.from_bytes(octets[32:]))
    key.verify(fitting, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    return json.loads(unbase64url(claims)), parts["k"]


@dataclass
class Answer:
    """What the push service says next."""

    status: int = 201
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    hold: threading.Event | None = None


@dataclass
class PushService:
    """Takes messages for any path and keeps them; ``answer`` says what to reply to which path."""

    origin: str = ""
    received: list[Received] = field(default_factory=list)
    answer: Callable[[Received], Answer] = lambda _: Answer()
    connections: int = 0
    _arrived: threading.Condition = field(default_factory=threading.Condition)

    def phone(self) -> Phone:
        """A phone with a push resource here."""
        return Phone(f"{self.origin}/up/{secrets.token_urlsafe(8)}")

    def sent_to(self, phone: Phone) -> list[Received]:
        path = phone.resource.removeprefix(self.origin)
        return [each for each in self.received if each.path == path]

    def take(self, received: Received) -> Answer:
        with self._arrived:
            self.received.append(received)
            self._arrived.notify_all()
        return self.answer(received)

    def wait_for(self, phone: Phone, count: int = 1, *, timeout_s: float = 60.0) -> list[Received]:
        """Wait until so many messages came for a phone."""
        deadline = time.monotonic() + timeout_s
        with self._arrived:
            while len(self.sent_to(phone)) < count:
                assert self._arrived.wait(deadline - time.monotonic()), f"only {len(self.sent_to(phone))} of {count} messages came"
            return self.sent_to(phone)


@contextmanager
def push_service() -> Iterator[PushService]:
    """Run a push service on loopback for a while."""
    service = PushService()

    class Requests(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            service.connections += 1
            super().setup()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer = service.take(Received(self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            if answer.hold is not None:
                answer.hold.wait(60)
            self.send_response(answer.status)
            for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

        def handle_error(self, *_: object) -> None:
            """Say nothing: clients that hang up are part of the tests."""

    server = Server(("127.0.0.1", 0), Requests)
    service.origin = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
