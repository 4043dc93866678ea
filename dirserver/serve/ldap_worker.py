# SPDX-License-Identifier: GPL-3.0-or-later
"""One LDAP process: a Twisted reactor that listens side by side with those of the other workers."""

from __future__ import annotations

from dirserver.config import Address, Config
from dirserver.errors import DirserverError
from dirserver.ldap.listen import run as listen
from dirserver.serve.report import Report
from dirserver.wiring import wire


def run(config: Config, address: Address, report: Report) -> None:
    """Serve until SIGTERM or SIGINT. Reports when the port is open."""
    try:
        parts = wire(config)
    except DirserverError as error:
        report.failed(error)
        raise
    try:
        listen(parts, address.host, address.port, report.ready)
    finally:
        parts.close()
