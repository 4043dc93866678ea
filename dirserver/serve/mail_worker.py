# SPDX-License-Identifier: GPL-3.0-or-later
"""The process that delivers letters: apart from the others, so that a slow mail server holds nobody up."""

from __future__ import annotations

import signal
import threading

from dirserver.config import Address, Config
from dirserver.errors import DirserverError
from dirserver.serve.report import Report
from dirserver.wiring import wire_mail


def run(config: Config, _address: Address | None, report: Report) -> None:
    """Deliver what is posted until SIGTERM or SIGINT. Reports when it begins."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        parts = wire_mail(config)
    except DirserverError as error:
        report.failed(error)
        raise
    try:
        report.ready()
        parts.courier.run(stop)
    finally:
        parts.close()
