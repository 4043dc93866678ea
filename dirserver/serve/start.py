# SPDX-License-Identifier: GPL-3.0-or-later
"""``dirserver serve``: everything that happens between the command and the running workers."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

import structlog

from dirserver.config import Address, Config
from dirserver.config.certificate import Certificate
from dirserver.serve.daily import daily
from dirserver.serve.departures import departures
from dirserver.serve.log import configure
from dirserver.serve.notify import Notifier
from dirserver.serve.ports import Reserved
from dirserver.serve.programs import Kind, Served, on_board, programs
from dirserver.serve.supervisor import Supervisor
from dirserver.wiring import wire

_log = structlog.get_logger(__name__)


def serve(config: Config, kinds: frozenset[Kind], on_ready: Callable[[Served], None] = lambda _: None) -> int:
    """Serve until SIGTERM or SIGINT; returns the exit status.

    Nothing is started unless the database opens and all addresses are free. Raises BadConfig or Unavailable otherwise.
    """
    configure(config.log, "main")
    notifier = Notifier()
    certificate = Certificate.of(config.http)
    if Kind.HTTP in kinds and certificate is not None:
        certificate.check()
    ldap_certificate = Certificate.of(config.ldap)
    if Kind.LDAP in kinds and ldap_certificate is not None:
        ldap_certificate.check()
    # The schema is brought up to date here, once, before several workers would all try.
    wire(config).close()
    with ExitStack() as held:
        served = _reserve(config, kinds, held)
        begun, own = programs(config, served), None
        if served.metrics is not None:
            begun, own = on_board(begun)
            held.callback(own.board.close)
        on_done = own.done_daily if own is not None else lambda: None
        rounds = ExitStack()

        def tell_ready() -> None:
            _log.info(
                "ready",
                http=str(served.http or "-"),
                ldap=str(served.ldap or "-"),
                ldaps=str(served.ldaps or "-"),
                metrics=str(served.metrics or "-"),
            )
            notifier.tell("READY=1", f"STATUS=Serving HTTP on {served.http or '-'}, LDAP on {served.ldap or '-'}")
            on_ready(served)
            # Threads of this process begin when its workers are there: it could not be forked any more.
            rounds.enter_context(daily(config, on_done=on_done))
            rounds.enter_context(departures(config))

        def tell_stopping() -> None:
            _log.info("stopping")
            notifier.tell("STOPPING=1")

        with rounds:
            status = Supervisor(begun, tell_ready, tell_stopping).run()
        _log.info("stopped")
        return status


def _reserve(config: Config, kinds: frozenset[Kind], held: ExitStack) -> Served:
    """Take all addresses until ``held`` ends. Raises BadConfig if one can't be had."""

    def take(address: Address, setting: str) -> Address:
        reserved = Reserved(address, setting)
        held.callback(reserved.release)
        return reserved.address

    http = take(config.http.listen, "[http] listen") if Kind.HTTP in kinds else None
    ldap = take(config.ldap.listen, "[ldap] listen") if Kind.LDAP in kinds else None
    ldaps = take(Address.parse(config.ldap.tls_listen), "[ldap] tls_listen") if Kind.LDAP in kinds and config.ldap.tls_listen else None
    setting = "listen" if Kind.HTTP in kinds else "ldap_listen"
    told = config.metrics.listen if Kind.HTTP in kinds else config.metrics.ldap_listen
    return Served(http, ldap, ldaps, take(Address.parse(told), f"[metrics] {setting}") if told else None)
