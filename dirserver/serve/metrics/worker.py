# SPDX-License-Identifier: GPL-3.0-or-later
"""The process that tells metrics: apart from the parent, which serves nothing and must not die of anything, and from all doors."""

from __future__ import annotations

import ipaddress

from dirserver.config import Address, Config, HttpSettings, MetricsSettings
from dirserver.errors import DirserverError
from dirserver.listening.reactor import the_reactor
from dirserver.metering.board import Slot
from dirserver.serve.hosting.host import Host
from dirserver.serve.hosting.listen import run as listen
from dirserver.serve.metrics.collecting import Collection
from dirserver.serve.metrics.page import Page
from dirserver.serve.report import Report
from dirserver.wiring import wire

# Of those who scrape there are a few; one that stalls is cut off soon.
_SETTINGS = HttpSettings(max_connections=32, threads=1, stall_timeout_s=10)


def run(config: Config, address: Address, report: Report, *, slot: Slot, bound_fd: int | None = None) -> None:
    """Serve until SIGTERM or SIGINT. Reports when the port is open; ``bound_fd`` is a socket that is bound there already."""
    try:
        parts = wire(config)
        page = Page(Collection(config, slot.board, parts.vitals))
        host = Host(_SETTINGS, address, page, the_reactor(), may_come=lambda client: may_ask(config.metrics, client))
    except DirserverError as error:
        report.failed(error)
        raise
    try:
        listen(host, address, _SETTINGS, report.ready, section="metrics", bound_fd=bound_fd)
    finally:
        parts.close()


def may_ask(settings: MetricsSettings, client: str) -> bool:
    """Tell whether this machine may have the metrics: one of those that are allowed to, or our own."""
    found = ipaddress.ip_address(client.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None) or found
    return bool(mapped.is_loopback) or any(mapped in network for network in settings.allow_from)
