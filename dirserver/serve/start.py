# SPDX-License-Identifier: GPL-3.0-or-later
"""``dirserver serve``: everything that happens between the command and the running workers."""

from __future__ import annotations

import http.client
import ssl
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from enum import StrEnum

import structlog

from dirserver.config import Address, Config
from dirserver.config.certificate import Certificate
from dirserver.serve import child
from dirserver.serve.daily import daily
from dirserver.serve.departures import departures
from dirserver.serve.log import configure
from dirserver.serve.notify import Notifier
from dirserver.serve.ports import Reserved
from dirserver.serve.supervisor import Program, Supervisor
from dirserver.wiring import wire

_log = structlog.get_logger(__name__)
_PROBE_TIMEOUT_S = 2.0
# -P: the current directory is no place to import from.
_CHILD = (sys.executable, "-P", "-m", "dirserver.serve.child")


class Kind(StrEnum):
    """What a worker serves."""

    HTTP = "http"
    LDAP = "ldap"


@dataclass(frozen=True, slots=True)
class Served:
    """The addresses that are open now; None for what was not started."""

    http: Address | None
    ldap: Address | None
    ldaps: Address | None = None


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
    reserved: dict[Kind, Reserved] = {}
    ldaps: list[Reserved] = []
    rounds = ExitStack()
    try:
        if Kind.HTTP in kinds:
            reserved[Kind.HTTP] = Reserved(config.http.listen, "[http] listen")
        if Kind.LDAP in kinds:
            reserved[Kind.LDAP] = Reserved(config.ldap.listen, "[ldap] listen")
        if Kind.LDAP in kinds and config.ldap.tls_listen:
            ldaps.append(Reserved(Address.parse(config.ldap.tls_listen), "[ldap] tls_listen"))
        http, ldap = (reserved[kind].address if kind in reserved else None for kind in (Kind.HTTP, Kind.LDAP))
        served = Served(http, ldap, ldaps[0].address if ldaps else None)

        def tell_ready() -> None:
            _log.info("ready", http=str(served.http or "-"), ldap=str(served.ldap or "-"), ldaps=str(served.ldaps or "-"))
            notifier.tell("READY=1", f"STATUS=Serving HTTP on {served.http or '-'}, LDAP on {served.ldap or '-'}")
            on_ready(served)
            # Threads of this process begin when its workers are there: it could not be forked any more.
            rounds.enter_context(daily(config))
            rounds.enter_context(departures(config))

        def tell_stopping() -> None:
            _log.info("stopping")
            notifier.tell("STOPPING=1")

        with rounds:
            status = Supervisor(_programs(config, served), tell_ready, tell_stopping).run()
        _log.info("stopped")
        return status
    finally:
        for each in (*reserved.values(), *ldaps):
            each.release()


def _programs(config: Config, served: Served) -> list[Program]:
    settings = ("--config", str(config.file)) if config.file is not None else ()
    programs = []
    if served.http is not None:
        address, with_tls = served.http, bool(config.http.tls_certificate)
        for place in range(config.http.workers):
            words = ("http", "--address", str(address), "--place", str(place), *settings)
            programs.append(_program(f"http-{place + 1}", words, is_answering=lambda: _is_alive(address, with_tls=with_tls)))
        if config.push.enabled:
            # Where devices subscribe. Several nodes share the work.
            programs.append(_program("push", ("push", *settings)))
        if config.mail.is_set:
            programs.append(_program("mail", ("mail", *settings)))
    if served.ldap is not None:
        under_tls = ("--tls-address", str(served.ldaps)) if served.ldaps is not None else ()
        words = ("ldap", "--address", str(served.ldap), *under_tls, *settings)
        programs += [_program(f"ldap-{number}", words) for number in range(1, config.ldap.workers + 1)]
    return programs


def _program(name: str, words: tuple[str, ...], is_answering: Callable[[], bool] = lambda: True) -> Program:
    return Program(name, _CHILD, words, 1, is_answering, run=child.main)


def _is_alive(address: Address, *, with_tls: bool) -> bool:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address.host, address.host)  # noqa: S104 # where to ask, not where to listen
    # Whether it answers, not whose certificate it is: that names the public host, not this address.
    connection = (
        http.client.HTTPSConnection(host, address.port, timeout=_PROBE_TIMEOUT_S, context=ssl._create_unverified_context())  # noqa: S323, SLF001
        if with_tls
        else http.client.HTTPConnection(host, address.port, timeout=_PROBE_TIMEOUT_S)
    )
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
