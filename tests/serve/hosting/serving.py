# SPDX-License-Identifier: GPL-3.0-or-later
"""Two workers behind one address that answer with what they were given: python serving.py PORT [CERTIFICATE KEY].

Of one address that isn't 127.0.0.1, the web server in front, each lets eight connections in.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from typing import Any

from dirserver.config.settings import HttpSettings
from dirserver.config.values import Address, read_network
from dirserver.listening.reactor import the_reactor
from dirserver.serve.hosting.host import Host
from dirserver.serve.hosting.listen import run
from dirserver.serve.lifeline import die_with_parent

TOLD = ("PATH_INFO", "CONTENT_LENGTH", "HTTP_TRANSFER_ENCODING", "REQUEST_METHOD", "REMOTE_ADDR", "wsgi.url_scheme")


def application(environ: Any, start: Any) -> list[bytes] | Iterator[bytes]:
    if environ["PATH_INFO"] == "/long":
        start("200 OK", [])
        return (b"x" * 65_536 for _ in range(400))
    if environ["PATH_INFO"] == "/slow":
        time.sleep(1)
    body = b""
    while part := environ["wsgi.input"].read(65_536):
        body += part
    start("200 OK", [("Content-Type", "application/json")])
    return [json.dumps({**{key: environ.get(key) for key in TOLD}, "length": len(body), "worker": os.getpid()}).encode()]


def main(port: str, certificate: str = "", key: str = "") -> None:
    parent = os.getpid()
    if os.fork() == 0:
        die_with_parent(parent)
    settings = HttpSettings(
        tls_certificate=certificate,
        tls_key=key,
        stall_timeout_s=int(os.environ.get("STALL_S", "2")),
        max_connections_per_address=8,
        trusted_proxies=(read_network("127.0.0.1"),),
    )
    address = Address("127.0.0.1", int(port))
    run(Host(settings, address, application, the_reactor()), address, settings, lambda: None)


if __name__ == "__main__":
    main(*sys.argv[1:])
