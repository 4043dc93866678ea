# SPDX-License-Identifier: GPL-3.0-or-later
"""From what workers count, the kernel tells and the database holds to metrics."""

from __future__ import annotations

import platform
import time
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path

from cryptography import x509
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from dirserver.care.vitals import Vitals, VitalSigns
from dirserver.config import Config
from dirserver.errors import DirserverError
from dirserver.metering.board import Board, Slot
from dirserver.metering.meter import MOST_CODE, SYNC_REFRESH_REQUIRED, Meter
from dirserver.serve.metrics import catalogue
from dirserver.serve.metrics.catalogue import Family
from dirserver.serve.metrics.processes import usage_of

_LOOKED_EVERY_S = 10.0
_US = 1_000_000
_MAIN = "main"
_SQLITE = "sqlite:///"


class Collection(Collector):
    """What prometheus_client asks at each scrape. The database is asked once in ten seconds at most, whoever scrapes how often."""

    def __init__(self, config: Config, board: Board, vitals: VitalSigns) -> None:
        self._config = config
        self._vitals = vitals
        self._slots = board.slots()
        self._http = [(slot.name, Meter.of_http(slot)) for slot in self._slots if slot.name.startswith("http-")]
        self._ldap = [(slot.name, Meter.of_ldap(slot)) for slot in self._slots if slot.name.startswith("ldap-")]
        self._looked_s = -_LOOKED_EVERY_S
        self._seen: Vitals | None = None

    def collect(self) -> Iterator[Metric]:
        """Yield all metrics that have anything to say now."""
        is_sqlite = self._config.database.url.startswith("sqlite:")
        build = catalogue.BUILD_INFO.family()
        build.put(1, version("dirserver"), platform.python_version(), "sqlite" if is_sqlite else "postgresql")
        for families in (
            (build,),
            _processes(self._slots),
            _http(self._http),
            _ldap(self._ldap),
            _states([*self._http, *self._ldap]),
            self._database(),
            _files(self._config),
            _daily(self._slots),
        ):
            yield from (family.metric for family in families if family.metric.samples)

    def _database(self) -> Sequence[Family]:
        now_s = time.monotonic()
        if now_s - self._looked_s >= _LOOKED_EVERY_S:
            self._looked_s = now_s
            try:
                self._seen = self._vitals.look()
            except DirserverError:
                self._seen = None
        up = catalogue.DATABASE_UP.family()
        up.put(self._seen is not None)
        return (up, *(_vitals(self._seen) if self._seen is not None else ()))


def _processes(slots: Sequence[Slot]) -> Sequence[Family]:
    up, starts, started = catalogue.WORKER_UP.family(), catalogue.WORKER_STARTS.family(), catalogue.WORKER_STARTED.family()
    deaths = catalogue.WORKER_DEATHS.family()
    memory, cpu, files = catalogue.WORKER_MEMORY.family(), catalogue.WORKER_CPU.family(), catalogue.WORKER_FILES.family()
    for slot in slots:
        up.put(slot.is_up, slot.name)
        starts.put(slot.starts, slot.name)
        deaths.put(slot.deaths, slot.name)
        started.put(slot.started_us / _US, slot.name)
        usage = usage_of(slot.pid) if slot.pid else None
        if usage is not None:
            memory.put(usage.resident_octets, slot.name)
            cpu.put(usage.cpu_s, slot.name)
            files.put(usage.open_files, slot.name)
    return up, starts, deaths, started, memory, cpu, files


def _http(meters: Sequence[tuple[str, Meter]]) -> Sequence[Family]:
    requests, durations = catalogue.HTTP_REQUESTS.family(), catalogue.HTTP_DURATION.family()
    unreadable = catalogue.HTTP_UNREADABLE.family()
    for name, meter in meters:
        unreadable.put(meter.state.unreadable, name)
        for counted in meter.counted():
            durations.put_durations(counted, name, counted.kind)
            for digit, count in enumerate(counted.outcomes):
                # Those that there could be are there from the beginning: the first fault is a rise from nothing.
                if digit > 1:
                    requests.put(count, name, counted.kind, f"{digit}xx")
    return requests, unreadable, durations


def _ldap(meters: Sequence[tuple[str, Meter]]) -> Sequence[Family]:
    operations, durations = catalogue.LDAP_OPERATIONS.family(), catalogue.LDAP_DURATION.family()
    for name, meter in meters:
        for counted in meter.counted():
            durations.put_durations(counted, name, counted.kind)
            for code, count in enumerate(counted.outcomes):
                if count or code in {0, 80}:
                    operations.put(count, name, counted.kind, str(code if code < MOST_CODE else SYNC_REFRESH_REQUIRED))
    return operations, durations


def _states(meters: Sequence[tuple[str, Meter]]) -> Sequence[Family]:
    refused = catalogue.SIGN_INS.family()
    now, limit, taken = catalogue.CONNECTIONS.family(), catalogue.CONNECTIONS_LIMIT.family(), catalogue.CONNECTIONS_TAKEN.family()
    away = catalogue.CONNECTIONS_REFUSED.family()
    threads, busy, waiting = catalogue.THREADS.family(), catalogue.THREADS_BUSY.family(), catalogue.WAITING.family()
    for name, meter in meters:
        state = meter.state
        for (door, reason), count in meter.refusals().items():
            if count:
                refused.put(count, name, door, reason)
        now.put(state.connections, name)
        limit.put(state.most_connections, name)
        taken.put(state.welcomed, name)
        away.put(state.turned_away_full, name, "full")
        away.put(state.turned_away_address, name, "address")
        threads.put(state.places, name)
        busy.put(state.busy, name)
        if name.startswith("ldap-"):
            waiting.put(state.waiting, name)
    return refused, now, limit, taken, away, threads, busy, waiting


def _vitals(seen: Vitals) -> Sequence[Family]:
    number, entries = catalogue.CHANGE_NUMBER.family(), catalogue.ENTRIES.family()
    waiting, failed = catalogue.LETTERS_WAITING.family(), catalogue.LETTERS_FAILED.family()
    push, backup = catalogue.PUSH_SUBSCRIPTIONS.family(), catalogue.BACKUP.family()
    number.put(seen.change_number)
    for each in seen.entries:
        entries.put(each.count, each.kind, each.state)
    waiting.put(seen.letters_waiting)
    failed.put(seen.letters_failed)
    for state, count in (("all", seen.push.all), ("behind", seen.push.behind), ("failing", seen.push.failing)):
        push.put(count, state)
    if seen.backup_us is not None:
        backup.put(seen.backup_us / _US)
    return number, entries, waiting, failed, push, backup


def _files(config: Config) -> Sequence[Family]:
    size, expiry = catalogue.DATABASE_SIZE.family(), catalogue.CERTIFICATE.family()
    if config.database.url.startswith(_SQLITE):
        main = config.database.url.removeprefix(_SQLITE)
        for name, path in (("main", Path(main)), ("wal", Path(f"{main}-wal"))):
            if path.is_file():
                size.put(path.stat().st_size, name)
    named = {"http": config.http.tls_certificate, "ldap": config.ldap.tls_certificate, "setup": config.setup.sign_certificate}
    for setting, file in named.items():
        ends = _end_of(Path(file)) if file else None
        if ends is not None:
            expiry.put(ends, setting)
    return size, expiry


def _end_of(file: Path) -> float | None:
    """Return when the first certificate of a file expires, None for one that can't be read: the log tells of it."""
    try:
        return x509.load_pem_x509_certificate(file.read_bytes()).not_valid_after_utc.timestamp()
    except (OSError, ValueError):
        return None


def _daily(slots: Sequence[Slot]) -> Sequence[Family]:
    daily = catalogue.DAILY.family()
    done_us = next((slot.daily_us for slot in slots if slot.name == _MAIN), 0)
    if done_us:
        daily.put(done_us / _US)
    return (daily,)
