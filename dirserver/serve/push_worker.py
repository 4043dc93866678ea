# SPDX-License-Identifier: GPL-3.0-or-later
"""The process that tells devices of changes: apart from the others, since it talks with servers that anybody may name."""

from __future__ import annotations

import signal
import threading

from dirserver.config import Address, Config
from dirserver.errors import DirserverError
from dirserver.serve.report import Report
from dirserver.wiring import wire_follower


def run(config: Config, _address: Address | None, report: Report) -> None:
    """Follow the change log until SIGTERM or SIGINT. Reports when it begins."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        parts = wire_follower(config)
    except DirserverError as error:
        report.failed(error)
        raise
    try:
        report.ready()
        parts.follower.run(stop)
    finally:
        parts.close()
