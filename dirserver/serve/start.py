# SPDX-License-Identifier: GPL-3.0-or-later
"""``dirserver serve``: everything that happens between the command and the running workers."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack

import structlog

from dirserver.config import Address, Config
from dirserver.metering.board import Slot
from dirserver.serve.daily import daily
from dirserver.serve.departures import departures
from dirserver.serve.log import configure
from dirserver.serve.notify import Notifier
from dirserver.serve.ports import Reserved
from dirserver.serve.programs import MAIN, Kind, Served, on_board, programs
from dirserver.serve.rereading import check_certificates, reread
from dirserver.serve.supervisor import Supervisor
from dirserver.wiring import wire

_log = structlog.get_logger(__name__)


def serve(config: Config, kinds: frozenset[Kind], on_ready: Callable[[Served], None] = lambda _: None) -> int:
    """Serve until SIGTERM or SIGINT; returns the exit status.

    Nothing is started unless the database opens and all addresses are free. Raises BadConfig or Unavailable otherwise.
    """
    configure(config.log, MAIN)
    notifier = Notifier()
    check_certificates(config, kinds)
    # The schema is brought up to date here, once, before several workers would all try.
    wire(config).close()
    with ExitStack() as held:
        served = _reserve(config, kinds, held)
        begun, own = programs(config, served), None
        if served.metrics is not None:
            begun, own = on_board(begun)
            held.callback(own.board.close)
        rounds = _Rounds(own)
        reload = _Reload(config, kinds, notifier, rounds)

        def tell_ready() -> None:
            http, ldap, ldaps, metrics = (str(each or "-") for each in (served.http, served.ldap, served.ldaps, served.metrics))
            _log.info("ready", http=http, ldap=ldap, ldaps=ldaps, metrics=metrics)
            notifier.tell("READY=1", f"STATUS=Serving HTTP on {http}, LDAP on {ldap}")
            on_ready(served)
            rounds.begin(config)

        def tell_stopping() -> None:
            _log.info("stopping")
            notifier.tell("STOPPING=1")

        # Who closes a terminal wants what runs in it to end.
        on_reload = None if sys.stdin is not None and sys.stdin.isatty() else reload.begin
        with rounds:
            status = Supervisor(begun, tell_ready, tell_stopping, on_reload, reload.end).run()
        _log.info("stopped")
        return status


class _Rounds:
    """What this process does beside its workers, in threads: they begin when the workers are there, since it can't be forked any more."""

    def __init__(self, slot: Slot | None) -> None:
        self._on_done = slot.done_daily if slot is not None else lambda: None
        self._running = ExitStack()

    def begin(self, config: Config) -> None:
        """Do it under these settings from now on."""
        self._running.close()
        self._running.enter_context(daily(config, on_done=self._on_done))
        self._running.enter_context(departures(config))

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        self._running.close()


class _Reload:
    """What this process does at SIGHUP, before its workers are replaced and after."""

    def __init__(self, running: Config, kinds: frozenset[Kind], notifier: Notifier, rounds: _Rounds) -> None:
        self._running = running
        self._kinds = kinds
        self._notifier = notifier
        self._rounds = rounds
        self._now = running

    def begin(self) -> bool:
        """Read the settings anew; tell whether workers are to be replaced."""
        self._notifier.tell("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")
        now = reread(self._running, self._kinds)
        if now is None:
            self._notifier.tell("READY=1")
            return False
        _log.info("workers are replaced one by one")
        self._now = now
        return True

    def end(self, as_before: Sequence[str]) -> None:
        """Tell how it ended; ``as_before`` are the workers that go on under the settings that they had."""
        if as_before:
            _log.error("reloading was given up; the error before this says why", as_before=list(as_before))
        else:
            configure(self._now.log, MAIN)
            self._rounds.begin(self._now)
            _log.info("reloaded")
        self._notifier.tell("READY=1")


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
