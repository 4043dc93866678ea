# SPDX-License-Identifier: GPL-3.0-or-later
"""The CardDAV door in a process of its own, on the server that we ship with: python serving.py CONFIG PORT."""

from __future__ import annotations

import sys
from pathlib import Path

from dirserver.config import HttpSettings, load
from dirserver.config.values import Address
from dirserver.listening.reactor import the_reactor
from dirserver.serve.hosting.host import Host
from dirserver.serve.hosting.listen import run
from dirserver.wiring import wire
from radicale_dirserver.application import make_app


def main(config_file: str, port: str) -> None:
    address, settings = Address("127.0.0.1", int(port)), HttpSettings()
    run(Host(settings, address, make_app(wire(load(Path(config_file)))), the_reactor()), address, settings, lambda: None)


if __name__ == "__main__":
    main(*sys.argv[1:])
