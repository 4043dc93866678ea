# SPDX-License-Identifier: GPL-3.0-or-later
"""The one page of the metrics' listener: GET /metrics, in the text format of Prometheus."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import structlog
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_log = structlog.get_logger(__name__)
PATH = "/metrics"
_ALWAYS = [("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"), ("Content-Security-Policy", "default-src 'none'")]
_PLAIN = "text/plain; charset=utf-8"


class Page:
    """A WSGI application. One scrape is worked on at a time: they ask one database connection."""

    def __init__(self, collector: Collector) -> None:
        self._collector = collector
        self._lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        status, kind, content, more = self._answer(environ["REQUEST_METHOD"], environ["PATH_INFO"])
        start_response(status, [("Content-Type", kind), ("Content-Length", str(len(content))), *_ALWAYS, *more])
        return [content]

    def _answer(self, method: str, path: str) -> tuple[str, str, bytes, list[tuple[str, str]]]:
        if path != PATH:
            return "404 Not Found", _PLAIN, b"metrics are at /metrics\n", []
        if method not in {"GET", "HEAD"}:
            return "405 Method Not Allowed", _PLAIN, b"metrics are only read\n", [("Allow", "GET, HEAD")]
        try:
            with self._lock:
                return "200 OK", CONTENT_TYPE_PLAIN_0_0_4, generate_latest(self._collector), []
        except Exception:  # noqa: BLE001 # outermost frame: Prometheus sees that the scrape failed, the log says why
            _log.exception("metrics can't be told")
            return "500 Internal Server Error", _PLAIN, b"something went wrong here; the server's log says what\n", []
