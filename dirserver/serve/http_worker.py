# SPDX-License-Identifier: GPL-3.0-or-later
"""One HTTP process: pages, JSON API and CardDAV behind a port that it shares with the other workers (docs/decisions/0007 and 0041)."""

from __future__ import annotations

import gc

from dirserver.api.app import make_app as make_api_app
from dirserver.config import Address, Config, HttpSettings
from dirserver.errors import DirserverError
from dirserver.listening.reactor import the_reactor
from dirserver.metering.answers import Answers
from dirserver.metering.board import Slot
from dirserver.metering.meter import Meter, State
from dirserver.serve import cores
from dirserver.serve.hosting.host import Host
from dirserver.serve.hosting.listen import run as listen
from dirserver.serve.http import Doors, Joined, expect_visitors, is_answering
from dirserver.serve.report import Report
from dirserver.serve.turns import Turns
from dirserver.web.app import make_app as make_pages_app
from dirserver.web.app import prepare
from dirserver.wiring import Parts, wire
from radicale_dirserver.application import make_app as make_dav_app

_COLLECT_AFTER = 10_000


def run(config: Config, address: Address, report: Report, *, place: int = 0, slot: Slot | None = None, bound_fd: int | None = None) -> None:
    """Serve until SIGTERM or SIGINT, as the worker of this number (from 0), which counts in ``slot``. Reports when the port is open.

    ``bound_fd`` is a socket that is bound at the address already.
    """
    meter = Meter.of_http(slot) if slot is not None else None
    if config.http.stay_on_core:
        # Sites on one machine have different ports: they don't begin with the same core.
        cores.settle(address.port, place)
    try:
        parts = wire(config, on_refused=meter.refused) if meter is not None else wire(config)
        turns = Turns(config.http.threads)
        app = made(parts, turns, counts=meter.answers if meter is not None else None)
        host = Host(config.http, address, app, the_reactor(), at_once=app.at_once)
    except DirserverError as error:
        report.failed(error)
        raise
    # What is there now stays: to look for garbage in it would push what requests need out of the processor's caches.
    gc.collect()
    gc.freeze()
    gc.set_threshold(_COLLECT_AFTER, 20, 20)

    def each_second() -> None:
        app.flush_log()
        if meter is not None:
            _settle(meter, host, turns, config.http)

    try:
        listen(host, address, config.http, report.ready, each_second=each_second, bound_fd=bound_fd)
    finally:
        app.close()
        parts.close()


def _settle(meter: Meter, host: Host, turns: Turns, settings: HttpSettings) -> None:
    meter.settle(
        State(
            connections=len(host),
            most_connections=settings.max_connections,
            welcomed=host.welcomed,
            turned_away_full=host.given_up,
            turned_away_address=host.turned_away,
            places=turns.count,
            busy=turns.busy,
            unreadable=host.unreadable,
        )
    )


def made(parts: Parts, turns: Turns, *, counts: Answers | None = None) -> Joined:
    """Return the doors of a worker, with what their first visitors shan't wait for; its answers are counted in ``counts``."""
    pages = make_pages_app(parts)
    prepare(pages)
    doors = Doors(pages, make_dav_app(parts), make_api_app(parts) if parts.config.api.enabled else None)
    app = Joined(parts.config, doors, lambda: is_answering(parts), turns, counts=counts)
    expect_visitors(parts)
    return app
