# SPDX-License-Identifier: GPL-3.0-or-later
"""Every metric, once: its name, kind, labels and what it means. The reference page is generated from here.

Rules of this file: a label has few values, all of them known beforehand: no login, address, name, book or search word. Times are
seconds since 1970, durations seconds, sizes bytes, as Prometheus has them (https://prometheus.io/docs/practices/naming/).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric

from dirserver.metering.answers import BOUNDS_S, Counted

_BUCKETS = (*(str(bound) for bound in BOUNDS_S), "+Inf")


class Kind(StrEnum):
    """How a metric behaves: a counter only grows, and begins anew with each start of its worker."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True)
class Described:
    """One metric; ``name`` is as it is asked for."""

    name: str
    kind: Kind
    labels: tuple[str, ...]
    text: str

    def family(self) -> Family:
        """Return it without any number."""
        return Family(self)


class Family:
    """One metric with its numbers."""

    def __init__(self, described: Described) -> None:
        self._counter, self._gauge, self._histogram = None, None, None
        self.metric: Metric
        match described.kind:
            case Kind.COUNTER:
                self.metric = self._counter = CounterMetricFamily(described.name, described.text, labels=described.labels)
            case Kind.GAUGE:
                self.metric = self._gauge = GaugeMetricFamily(described.name, described.text, labels=described.labels)
            case Kind.HISTOGRAM:
                self.metric = self._histogram = HistogramMetricFamily(described.name, described.text, labels=described.labels)

    def put(self, number: float, *labels: str) -> None:
        """Say a number of a counter or gauge."""
        family = self._counter or self._gauge
        if family is not None:
            family.add_metric(labels, number)

    def put_durations(self, counted: Counted, *labels: str) -> None:
        """Say how long answers took."""
        if self._histogram is not None:
            self._histogram.add_metric(labels, list(zip(_BUCKETS, _summed(counted.buckets), strict=True)), counted.seconds)


def _summed(buckets: Sequence[int]) -> list[float]:
    """Return for each bucket how many are in it and those before."""
    return [float(sum(buckets[: place + 1])) for place in range(len(buckets))]


def _counter(name: str, labels: str, text: str) -> Described:
    return Described(f"dirserver_{name}", Kind.COUNTER, tuple(labels.split()), text)


def _gauge(name: str, labels: str, text: str) -> Described:
    return Described(f"dirserver_{name}", Kind.GAUGE, tuple(labels.split()), text)


def _histogram(name: str, labels: str, text: str) -> Described:
    return Described(f"dirserver_{name}", Kind.HISTOGRAM, tuple(labels.split()), text)


BUILD_INFO = _gauge("build_info", "version python database", "Always 1; what runs, and on which kind of database.")

WORKER_UP = _gauge("worker_up", "worker", "1 while the process runs and has said that it is ready. The parent is called main.")
WORKER_STARTS = _counter(
    "worker_starts_total",
    "worker",
    "How often the process was started since the server was; more than once: it ended by itself, or somebody reloaded the settings.",
)
WORKER_DEATHS = _counter(
    "worker_deaths_total", "worker", "How often the process ended without being told to: it is started again. Reloads aren't counted."
)
WORKER_STARTED = _gauge("worker_start_time_seconds", "worker", "When it was started last.")
WORKER_MEMORY = _gauge(
    "worker_resident_memory_bytes", "worker", "Memory that it has in RAM. What workers share (their code) is counted at each."
)
WORKER_CPU = _counter("worker_cpu_seconds_total", "worker", "CPU time that it has used.")
WORKER_FILES = _gauge("worker_open_fds", "worker", "Files and connections that it has open.")

HTTP_REQUESTS = _counter(
    "http_requests_total",
    "worker door status",
    "Requests answered over HTTP, by door (dav, api, pages; other: /readyz) and the first digit of the status (2xx). A phone's first "
    "request of a series often is a 401. /healthz isn't counted.",
)
HTTP_UNREADABLE = _counter(
    "http_requests_unreadable_total",
    "worker",
    "Requests over HTTP whose head can't be read: what is no HTTP/1.1, names no host, is too long. They are answered (400, 431, 501, "
    "505), their connection ends, and no door counts them.",
)
HTTP_DURATION = _histogram("http_request_duration_seconds", "worker door", "How long they took until the answer began.")
LDAP_OPERATIONS = _counter(
    "ldap_operations_total",
    "worker operation code",
    "Operations answered over LDAP, by the number of their result code (RFC 4511 appendix A: 0 success, 32 noSuchObject, 49 "
    "invalidCredentials, 51 busy, 80 other: a fault of ours).",
)
LDAP_DURATION = _histogram("ldap_operation_duration_seconds", "worker operation", "How long they took until the last octet was made.")
SIGN_INS = _counter(
    "sign_ins_refused_total",
    "worker door reason",
    "Sign-ins refused, by door: credentials (login and password don't fit), second-factor (a code or a passkey doesn't) or throttled (not "
    "looked at, after too many failures of either).",
)

CONNECTIONS = _gauge("connections", "worker", "Connections open now, with TLS and without.")
CONNECTIONS_LIMIT = _gauge("connections_limit", "worker", "As many as it takes in ([http] and [ldap] max_connections).")
CONNECTIONS_TAKEN = _counter("connections_total", "worker", "Connections taken in.")
CONNECTIONS_REFUSED = _counter(
    "connections_refused_total",
    "worker reason",
    "Connections closed for others: full (max_connections; over HTTP one that rested had to go, also for others of its address), or "
    "address (not let in: max_connections_per_address).",
)
THREADS = _gauge(
    "threads", "worker", "Requests that it works on at the same time ([http] and [ldap] threads). What is answered at once needs none."
)
THREADS_BUSY = _gauge("threads_busy", "worker", "How many of them it works on now.")
WAITING = _gauge("requests_waiting", "worker", "Requests over LDAP that wait for a thread.")

DATABASE_UP = _gauge(
    "database_up", "", "1 if the database answered just now. Without it, what follows up to the push subscriptions is missing."
)
CHANGE_NUMBER = _gauge("change_number", "", "The sum of the change numbers of all shared books: it grows with each change.")
ENTRIES = _gauge(
    "entries",
    "book state",
    "Contacts by the kind of their book (people, shared, personal) and state (active, archived, trashed). Counted once a minute.",
)
LETTERS_WAITING = _gauge("letters_waiting", "", "Letters that wait for the mail server.")
LETTERS_FAILED = _gauge("letters_failed", "", "Letters that were given up lately (dirserver mail queue says why).")
PUSH_SUBSCRIPTIONS = _gauge(
    "push_subscriptions",
    "state",
    "Subscriptions of phones: all, behind (something changed that they haven't been told), failing (the last message wasn't taken).",
)
DATABASE_SIZE = _gauge(
    "database_size_bytes", "file", "SQLite: the database (main) and its write-ahead log (wal), which is cut down in between."
)

BACKUP = _gauge(
    "backup_last_success_timestamp_seconds", "", "SQLite: when dirserver backup made a backup last; missing until it has made one."
)
DAILY = _gauge(
    "daily_last_success_timestamp_seconds",
    "",
    "When the server did last what it does once a day (trash, reminders, photos); missing in the first quarter of an hour after a start.",
)
CERTIFICATE = _gauge(
    "certificate_expiry_timestamp_seconds",
    "setting",
    "When the certificate in a file of the settings expires (http, ldap: tls_certificate; setup: sign_certificate).",
)

ALL = tuple(each for each in tuple(globals().values()) if isinstance(each, Described))
