# SPDX-License-Identifier: GPL-3.0-or-later
"""The least that a server of Python costs on this machine: the LDAP door's sockets and event loop, and a fixed answer to whatever comes.

It reads nothing, knows nobody and looks nothing up: what a row of `ldap.py` costs here is what a process, its event loop and the
system take to hear of a request and to answer it. `python benchmarks/bare.py PORT [TLS_PORT CERTIFICATE KEY]`.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from pathlib import Path

from slapd import Started

from dirserver.config.certificate import Certificate
from dirserver.ldap.wire.message import Request
from dirserver.listening.port import Port
from dirserver.listening.reactor import the_reactor
from dirserver.listening.stream import Peer, Stream
from dirserver.listening.tls import Tls

_BIND = b"\x30\x0c\x02\x01\x01\x61\x07\x0a\x01\x00\x04\x00\x04\x00"
_SEARCH = b"\x30\x0c\x02\x01\x02\x65\x07\x0a\x01\x00\x04\x00\x04\x00"
_BACKLOG = 1024
_WAIT_S = 10.0


class _Answering:
    """One connection. Requests have come one by one, with numbers of one octet."""

    def __init__(self, tls: Tls | None) -> None:
        self._tls = tls
        self._stream: Stream | None = None

    def makeConnection(self, stream: Stream) -> None:  # noqa: N802 - Twisted's name
        self._stream = stream
        if self._tls is not None:
            stream.startTLS(self._tls)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        if self._stream is None:
            return
        # The tag stands behind the outer length and the number.
        tag = data[5 + (data[1] & 0x7F if data[1] >= 0x80 else 0)]
        if tag == Request.UNBIND:
            self._stream.loseConnection()
        else:
            self._stream.write(_BIND if tag == Request.BIND else _SEARCH)

    def handshakeCompleted(self) -> None:  # noqa: N802 - Twisted's name
        """Nothing is different."""

    def connectionLost(self, _reason: object) -> None:  # noqa: N802 - Twisted's name
        self._stream = None


def start_bare(ports: tuple[int, int], certificate: Path, key: Path) -> Started:
    """Start one at two ports, the second under TLS."""
    words = [sys.executable, __file__, str(ports[0]), str(ports[1]), str(certificate), str(key)]
    process = subprocess.Popen(words, cwd=Path(__file__).parents[1])
    until = time.monotonic() + _WAIT_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", ports[1]), timeout=1).close()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return Started(process)


def _listen(port: int, tls: Tls | None) -> None:
    listening = socket.create_server(("127.0.0.1", port), backlog=_BACKLOG)
    listening.setblocking(False)

    def welcome(_peer: Peer) -> _Answering:
        return _Answering(tls)

    Port(listening, welcome, the_reactor()).start()


def main() -> None:
    _listen(int(sys.argv[1]), None)
    if len(sys.argv) > 2:
        _listen(int(sys.argv[2]), Tls(Certificate(Path(sys.argv[3]), Path(sys.argv[4]), "[ldap]")))
    the_reactor().run()


if __name__ == "__main__":
    main()
