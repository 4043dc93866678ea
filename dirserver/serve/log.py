# SPDX-License-Identifier: GPL-3.0-or-later
"""Log lines on standard error: plain for people, JSON for machines, the same for our code and for the libraries below it.

Rules of this file: no line holds a query string, a request header, a body or a secret. What libraries say about single
requests is left out, because it names people.
"""

from __future__ import annotations

import contextlib
import functools
import json
import logging
import re
import sys
import time
from collections import deque
from collections.abc import MutableMapping
from typing import Any, Generic, TextIO, TypeVar

from dirserver.config import LogSettings
from dirserver.config.values import LogFormat
from dirserver.serve.plain import structlog

# These tell about each request, with names and addresses of people in it. Radicale's logger is quietened by its door: it wants to
# be made by Radicale.
_TALKATIVE = ("twisted", "werkzeug", "alembic", "sqlalchemy", "asyncio", "PIL")
# A one-time link carries its secret in the path.
_SECRET_SEGMENT = re.compile(r"(?<=/)(?![0-9a-fA-F-]{36}(?:\.vcf)?(?:/|$))[A-Za-z0-9_=-]{24,}(?=/|$)")
_quoted = json.encoder.encode_basestring
_address = functools.lru_cache(maxsize=1024)(_quoted)
_CONTROL = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]")


_MOST_KEPT = 128
_AT_ONCE_AFTER_S = 0.2


def is_json(settings: LogSettings, stream: TextIO | None = None) -> bool:
    """Tell whether lines are JSON: as configured, or for ``auto`` when nobody is looking."""
    stream = sys.stderr if stream is None else stream
    return settings.format is LogFormat.JSON or (settings.format is LogFormat.AUTO and not stream.isatty())


class _This:
    """What this process is called. Loggers that were used before a fork keep what they were made of, and look here."""

    name = ""


_this = _This()


def _name_process(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    event["process"] = _this.name
    return event


def configure(settings: LogSettings, process: str) -> None:
    """Send structlog's and the standard library's lines to standard error. ``process`` names this one in each line."""
    json_lines = is_json(settings)
    _this.name = process

    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        _name_process,
    ]
    shape: list[structlog.typing.Processor] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
        if json_lines
        else [
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback, timestamp_key="time"
            )
        ]
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *shape]
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.level.upper())
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def shown_path(path: str) -> str:
    """Return a request's path for a log line: secrets of one-time links masked, control characters escaped, cut at 300 characters."""
    masked = _SECRET_SEGMENT.sub("***", path)
    return _CONTROL.sub(lambda found: f"%{ord(found.group()):02X}", masked)[:300]


Facts = TypeVar("Facts", bound=tuple[object, ...])


class _Lines(Generic[Facts]):
    """Writes lines directly: structlog's chain would cost more than many of the answers.

    Of many in a second, some wait for ``flush``, which somebody has to call now and then, and become text only there: one after the other
    they take half as long as each behind its answer. Safe for threads.
    """

    def __init__(self, settings: LogSettings, process: str, stream: TextIO | None = None) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._is_json = is_json(settings, self._stream)
        self._process = _quoted(process)
        self._kept: deque[tuple[float, Facts]] = deque()
        self._last = 0.0

    def _keep(self, facts: Facts) -> None:
        """Write a line of what happened now, or keep it for a moment where many come."""
        kept, now = self._kept, time.time()
        kept.append((now, facts))
        if len(kept) >= _MOST_KEPT or now - self._last > _AT_ONCE_AFTER_S:
            self.flush()

    def flush(self) -> None:
        """Write what is kept."""
        self._last = time.time()
        lines: list[str] = []
        second, begun = 0, ("", "")
        with contextlib.suppress(IndexError):
            while True:
                moment, facts = self._kept.popleft()
                if int(moment) != second:
                    second = int(moment)
                    begun = self._begin(time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second)))
                lines.append(f"{begun[0]}{int((moment - second) * 1000):03}{begun[1]}{self._text(*facts)}\n")
        if lines:
            # One write call, so that lines of several processes never mix.
            self._stream.write("".join(lines))
            self._stream.flush()

    def _begin(self, time_text: str) -> tuple[str, str]:
        """Return what all lines of a second have in common: what stands before and behind the milliseconds."""
        if not self._is_json:
            return f"{time_text}.", "+00:00 [info     ] "
        return f'{{"time": "{time_text}.', f'+00:00", "level": "info", "event": "request", "process": {self._process}, '

    def _text(self, *facts: Any) -> str:  # noqa: ANN401 - those of each kind
        """Return what else stands in the line."""
        raise NotImplementedError


class AccessLog(_Lines[tuple[str, str, int, float, str]]):
    """One line for each request over HTTP."""

    def write(self, method: str, path: str, status: int, started: float, address: str) -> None:
        """Write a line. ``started`` is time.perf_counter() at the request's start."""
        self._keep((method, path, status, (time.perf_counter() - started) * 1000, address))

    def _text(self, method: str, path: str, status: int, ms: float, address: str) -> str:
        path = shown_path(path)
        if not self._is_json:
            return f"{method} {path} {status} {ms:.1f} ms {address}"
        # Put together by hand: the encoder alone would take a tenth of a poll.
        return f'"method": {_quoted(method)}, "path": {_quoted(path)}, "status": {status}, "ms": {ms:.1f}, "address": {_address(address)}}}'


class OperationLog(_Lines[tuple[str, int, int, float, str]]):
    """One line for each request over LDAP."""

    def write(self, operation: str, code: int, entries: int, ms: float, address: str) -> None:
        """Write a line, from any thread."""
        self._keep((operation, code, entries, ms, address))

    def _text(self, operation: str, code: int, entries: int, ms: float, address: str) -> str:
        return _operation_text(self._is_json, operation, code, entries, int(ms * 10 + 0.5), address)


@functools.lru_cache(maxsize=2048)
def _operation_text(is_json: bool, operation: str, code: int, entries: int, tenths: int, address: str) -> str:  # noqa: FBT001 - positions are the key
    """Return what stands behind the time; most answers are quick and short, so that one text serves many of them."""
    ms = f"{tenths // 10}.{tenths % 10}"
    if not is_json:
        return f"{operation} {code}, {entries} entries {ms} ms {address}"
    return f'"operation": "{operation}", "code": {code}, "entries": {entries}, "ms": {ms}, "address": {_quoted(address)}}}'
