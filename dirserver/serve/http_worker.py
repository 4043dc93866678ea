# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTTP process: granian, which starts, watches and restarts ``[http] workers`` processes that listen side by side.

Granian was measured at a tenth of the cost per request of the other WSGI servers (docs/decisions/0007).
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING

import structlog
from granian import Granian
from granian.constants import HTTPModes, Interfaces, SSLProtocols
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer
from granian.server.mt import MTServer

from dirserver.api.app import make_app as make_api_app
from dirserver.config import Address, Config
from dirserver.config.certificate import Certificate
from dirserver.errors import DirserverError, Unavailable
from dirserver.serve.cores import Cores
from dirserver.serve.http import Doors, Joined, expect_visitors, is_answering
from dirserver.serve.lifeline import die_with_parent
from dirserver.serve.patience import Patience
from dirserver.serve.report import Report
from dirserver.web.app import make_app as make_pages_app
from dirserver.web.app import prepare
from dirserver.wiring import wire
from radicale_dirserver.application import make_app as make_dav_app

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_log = structlog.get_logger(__name__)
_HEADER_TIMEOUT_MS = 30_000
_STOP_TIMEOUT_S = 5
# Threads are made as they are needed and mostly wait for clients; how many work at the same time is [http] threads.
_MOST_THREADS = 256
_LOOK_AT_CERTIFICATE_S = 30


class _Meant(logging.Filter):
    """Leaves out that so many threads seem too many: they sleep while a client is waited for, and [http] threads work."""

    def filter(self, record: logging.LogRecord) -> bool:
        return "Python threads" not in record.getMessage()


# Granian's own lines go where ours go.
_LOGGING = {
    "formatters": {},
    "handlers": {},
    "filters": {"meant": {"()": _Meant}},
    "loggers": {
        "_granian": {"handlers": [], "propagate": True, "filters": ["meant"]},
        "granian.access": {"handlers": [], "propagate": False},
    },
}


def run(config: Config, address: Address, report: Report) -> None:
    """Serve until SIGTERM or SIGINT. Reports once for each worker, when its applications are made.

    A worker listens a moment after its report: the supervisor asks ``/healthz`` before it believes it.
    """
    parent = os.getpid()
    certificate = Certificate.of(config.http)
    if certificate is not None:
        certificate.check()
    # Sites on one machine have different ports: they don't begin with the same core.
    cores = Cores(address.port)

    def load() -> WSGIApplication:
        die_with_parent(parent)
        if config.http.stay_on_core:
            cores.settle()
        try:
            app = _made(config, address)
        except DirserverError as error:
            report.failed(error)
            sys.exit(1)
        except Exception:  # noqa: BLE001 # outermost frame of the process: the log is all there is
            _log.exception("worker failed")
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
        blocking_threads=min(config.http.max_connections, _MOST_THREADS),
        backpressure=config.http.max_connections,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=_HEADER_TIMEOUT_MS),
        websockets=False,
        log_level=LogLevels.warning,
        log_dictconfig=_LOGGING,
        respawn_failed_workers=True,
        workers_kill_timeout=_STOP_TIMEOUT_S,
        ssl_cert=certificate.certificate if certificate is not None else None,
        ssl_key=certificate.key if certificate is not None else None,
        ssl_protocol_min=SSLProtocols.tls12,
    )
    if certificate is not None:
        _follow(certificate, granian)
    granian.serve(target_loader=load, wrap_loader=False)


def _made(config: Config, address: Address) -> WSGIApplication:
    """Return the doors of a worker, with what their first visitors shan't wait for."""
    parts = wire(config)
    patience = Patience(address.port, config.http.threads, config.http.stall_timeout_s)
    pages = make_pages_app(parts)
    prepare(pages)
    doors = Doors(pages, make_dav_app(parts), make_api_app(parts) if config.api.enabled else None)
    app = Joined(config, doors, lambda: is_answering(parts), patience)
    patience.watch()
    expect_visitors(parts)
    return app


def _follow(certificate: Certificate, granian: MPServer | MTServer) -> None:
    """Put a renewed certificate to use: workers are replaced one by one, and end when their requests are answered.

    One that can't be used is told in the log, and the one in memory goes on.
    """

    @granian.on_reload
    def read_again() -> None:
        # By its name, not by what its link pointed at when we started: that is how certbot renews.
        granian.build_ssl_context(certificate.certificate, certificate.key, None, SSLProtocols.tls12, None, [], client_verify=False)

    def watch() -> None:
        known = certificate.state()
        while True:
            time.sleep(_LOOK_AT_CERTIFICATE_S)
            now = certificate.state()
            if now == known:
                continue
            known = now
            try:
                certificate.check()
            except DirserverError as error:
                _log.error("the new certificate can't be used; the old one stays", reason=error.public_message)
                continue
            _log.info("certificate renewed")
            os.kill(os.getpid(), signal.SIGHUP)

    threading.Thread(target=watch, name="certificate", daemon=True).start()
