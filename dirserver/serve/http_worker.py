# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTTP process: granian, which starts, watches and restarts ``[http] workers`` processes that listen side by side.

Granian was measured at a tenth of the cost per request of the other WSGI servers (docs/decisions/0007).
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import structlog
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from dirserver.config import Address, Config
from dirserver.errors import DirserverError, Unavailable
from dirserver.serve.http import Joined, is_answering
from dirserver.serve.lifeline import die_with_parent
from dirserver.serve.report import Report
from dirserver.web.app import make_app as make_pages_app
from dirserver.wiring import wire
from radicale_dirserver.application import make_app as make_dav_app

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_HEADER_TIMEOUT_MS = 30_000
_STOP_TIMEOUT_S = 5
# Granian's own lines go where ours go.
_LOGGING = {
    "formatters": {},
    "handlers": {},
    "loggers": {"_granian": {"handlers": [], "propagate": True}, "granian.access": {"handlers": [], "propagate": False}},
}


def run(config: Config, address: Address, report: Report) -> None:
    """Serve until SIGTERM or SIGINT. Reports once for each worker, when its applications are made.

    A worker listens a moment after its report: the supervisor asks ``/healthz`` before it believes it.
    """
    parent = os.getpid()

    def load() -> WSGIApplication:
        die_with_parent(parent)
        try:
            parts = wire(config)
            app = Joined(config, make_pages_app(parts), make_dav_app(parts), lambda: is_answering(parts))
        except DirserverError as error:
            report.failed(error)
            sys.exit(1)
        except Exception:  # noqa: BLE001 # outermost frame of the process: the log is all there is
            structlog.get_logger(__name__).exception("worker failed")
            report.failed(Unavailable("an HTTP worker could not start; the log says why"))
            sys.exit(1)
        report.ready()
        return app

    granian = Granian(
        "dirserver",
        address.host,
        address.port,
        interface=Interfaces.WSGI,
        workers=config.http.workers,
        blocking_threads=config.http.threads,
        backpressure=config.http.max_connections,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=_HEADER_TIMEOUT_MS),
        websockets=False,
        log_level=LogLevels.warning,
        log_dictconfig=_LOGGING,
        respawn_failed_workers=True,
        workers_kill_timeout=_STOP_TIMEOUT_S,
    )
    granian.serve(target_loader=load, wrap_loader=False)
