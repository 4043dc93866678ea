# SPDX-License-Identifier: GPL-3.0-or-later
"""What the server does once a day while it runs: publish the head of the audit trail, look through books, empty the trash."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import structlog

from dirserver.config import Config
from dirserver.errors import DirserverError
from dirserver.model.audit import Head
from dirserver.wiring import wire

_log = structlog.get_logger(__name__)
_DAY_S = 24 * 3600


def publish_head(config: Config) -> Head:
    """Write the last hash of the audit trail to the log and to the file of heads; a file that can't be written is only told."""
    parts = wire(config)
    try:
        head = parts.trail.head()
    finally:
        parts.close()
    _log.info("audit head", number=head.number, hash=head.hash)
    if config.security.audit_heads_file:
        line = json.dumps({"number": head.number, "hash": head.hash, "at": datetime.now(UTC).isoformat(timespec="seconds")})
        try:
            with Path(config.security.audit_heads_file).open("a", encoding="utf-8") as file:
                file.write(line + "\n")
        except OSError as error:
            _log.warning(
                "the head of the audit trail can't be written to its file", file=config.security.audit_heads_file, why=error.strerror
            )
    return head


def everyday(config: Config) -> None:
    """Do all that is done once a day."""
    publish_head(config)
    parts = wire(config)
    try:
        removed = parts.care.retention.tend()
    finally:
        parts.close()
    if removed:
        _log.info("the trash was emptied of what had lain there long enough", entries=removed)


@contextmanager
def daily(config: Config, task: Callable[[Config], object] = everyday) -> Iterator[None]:
    """Do ``task`` now and at each midnight (UTC) until the block ends, beside what the block does."""
    over = threading.Event()
    worker = threading.Thread(target=_run, args=(config, task, over), name="daily", daemon=True)
    worker.start()
    try:
        yield
    finally:
        over.set()
        worker.join()


def _run(config: Config, task: Callable[[Config], object], over: threading.Event) -> None:
    while not over.is_set():
        try:
            task(config)
        except DirserverError as error:
            _log.warning("what is done daily failed", why=error.public_message)
        except Exception:  # noqa: BLE001 # the server goes on, and tomorrow it is tried again
            _log.exception("what is done daily failed")
        over.wait(_DAY_S - time.time() % _DAY_S)
