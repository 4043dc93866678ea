# SPDX-License-Identifier: GPL-3.0-or-later
"""One LDAP process: a Twisted reactor that listens side by side with those of the other workers."""

from __future__ import annotations

from dirserver.config import Address, Config
from dirserver.errors import DirserverError
from dirserver.ldap.listen import run as listen
from dirserver.metering.board import Slot
from dirserver.metering.meter import Meter
from dirserver.serve.log import OperationLog
from dirserver.serve.report import Report
from dirserver.wiring import wire


def run(
    config: Config,
    address: Address,
    report: Report,
    *,
    tls_address: Address | None = None,
    slot: Slot | None = None,
    bound_fd: int | None = None,
    tls_bound_fd: int | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT; at ``tls_address`` with TLS from the start. Reports when the ports are open.

    ``slot`` is where it counts; at the addresses sockets may be bound already.
    """
    meter = Meter.of_ldap(slot) if slot is not None else None
    try:
        parts = wire(config, on_refused=meter.refused) if meter is not None else wire(config)
    except DirserverError as error:
        report.failed(error)
        raise
    try:
        log = OperationLog(config.log, "ldap")
        listen(parts, address, report.ready, tls_address=tls_address, log=log, meter=meter, bound_fds=(bound_fd, tls_bound_fd))
    finally:
        parts.close()
