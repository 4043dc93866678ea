# SPDX-License-Identifier: GPL-3.0-or-later
"""A client of any LDAP server that costs little itself, for benchmarks."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from slapd import SUFFIX

from dirserver.ldap.wire import ber
from dirserver.ldap.wire.message import BindRequest, Control, Message, Operation, Scope, SearchRequest
from dirserver.model.filter import Filter
from tests.ldap.speech import encode_message

ASKED = ("cn", "sn", "givenName", "mail", "telephoneNumber", "mobile", "title", "o", "ou", "l")
BASE = f"ou=people,{SUFFIX}"
PAGED = "1.2.840.113556.1.4.319"
DONE = 0x65
ENTRY = 0x64
BOUND = 0x61


@dataclass(frozen=True)
class Served:
    """A server that is measured: where it listens, who may read, whose CPU counts."""

    name: str
    port: int
    tls_port: int
    pids: Callable[[], Sequence[int]]
    reader: str
    password: str
    served_s: float
    """How long after its start it answered a bind and a search for the first time."""


class Client:
    """One connection; what it sends was encoded before, what it gets is only counted."""

    def __init__(self, served: Served, context: ssl.SSLContext | None = None, session: ssl.SSLSession | None = None) -> None:
        plain = socket.create_connection(("127.0.0.1", served.tls_port if context else served.port), timeout=120)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = context.wrap_socket(plain, server_hostname="localhost", session=session) if context else plain
        self._data = bytearray()

    @property
    def session(self) -> ssl.SSLSession | None:
        """What resumes TLS on the next connection, if the server gave any."""
        return self._socket.session if isinstance(self._socket, ssl.SSLSocket) else None

    def bind(self, served: Served) -> None:
        """Sign in."""
        self.ask(encode_message(Message(1, BindRequest(3, served.reader, served.password.encode()))), BOUND)

    def ask(self, request: bytes, last: int = DONE, count: int = 1) -> int:
        """Send octets and read until ``count`` last answers came; how many entries were among them."""
        self.send(request)
        return self.answered(last, count)

    def send(self, request: bytes) -> None:
        """Send octets."""
        self._socket.sendall(request)

    def answered(self, last: int = DONE, count: int = 1) -> int:
        """Read until ``count`` last answers came; how many entries were among them."""
        entries = 0
        while count:
            tag = self._next_tag()
            entries += tag == ENTRY
            count -= tag == last
        return entries

    def page(self, request: bytes) -> tuple[int, bytes]:
        """Ask for a page; how many entries came, and the cookie of the next one."""
        self._socket.sendall(request)
        entries = 0
        while True:
            tag, message = self._next()
            if tag == DONE:
                return entries, _cookie_in(message)
            entries += tag == ENTRY

    def close(self) -> None:
        """Unbind."""
        self._socket.sendall(b"\x30\x05\x02\x01\x7f\x42\x00")
        self._socket.close()

    def _next_tag(self) -> int:
        return self._next()[0]

    def _next(self) -> tuple[int, bytes]:
        data = self._data
        while True:
            size = _size_of_message(data)
            if size is not None and len(data) >= size:
                break
            piece = self._socket.recv(262_144)
            assert piece, "the server hung up"
            data += piece
        message = bytes(data[:size])
        del data[:size]
        start = 2 + (message[1] & 0x7F if message[1] & 0x80 else 0)
        return message[start + 2 + message[start + 1]], message


def _size_of_message(data: bytearray) -> int | None:
    if len(data) < 2 or (data[1] & 0x80 and len(data) < 2 + (data[1] & 0x7F)):
        return None
    if data[1] & 0x80:
        count = data[1] & 0x7F
        return 2 + count + int.from_bytes(data[2 : 2 + count])
    return 2 + data[1]


def _cookie_in(message: bytes) -> bytes:
    at = message.find(PAGED.encode())
    value = message[at + len(PAGED) :]
    at = value.index(b"\x02")
    at += 2 + value[at + 1]
    size = value[at + 1]
    return value[at + 2 : at + 2 + size]


def search(filter_: Filter, attributes: Sequence[str] = ASKED, *, size_limit: int = 0, number: int = 2, page: bytes | None = None) -> bytes:
    """Return a search as octets; ``page`` is a cookie."""
    controls: tuple[Control, ...] = ()
    if page is not None:
        controls = (Control(PAGED, False, ber.element(b"\x30", ber.integer(500) + ber.octets(page))),)
    operation: Operation = SearchRequest(BASE, Scope.SUBTREE, filter_, tuple(attributes), size_limit=size_limit)
    return encode_message(Message(number, operation, controls))
