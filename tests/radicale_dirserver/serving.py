# SPDX-License-Identifier: GPL-3.0-or-later
"""The CardDAV door in a process of its own, on the server that we ship with: python serving.py CONFIG PORT."""

from __future__ import annotations

import sys
from pathlib import Path

from granian import Granian
from granian.constants import Interfaces

from dirserver.config import load
from dirserver.wiring import wire
from radicale_dirserver.application import Application, make_app


def main(config_file: str, port: str) -> None:
    def load_app() -> Application:
        return make_app(wire(load(Path(config_file))))

    Granian("door", "127.0.0.1", int(port), interface=Interfaces.WSGI, workers=1, blocking_threads=4, log_access=False).serve(
        target_loader=load_app, wrap_loader=False
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
