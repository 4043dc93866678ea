# SPDX-License-Identifier: GPL-3.0-or-later
"""What the server does once a day while it runs.

It publishes the head of the audit trail, looks through books, empties the trash, asks people whether entries are still correct, and removes
photos that nothing refers to any more.
"""

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
_QUIET_S = 15 * 60
"""So long after the start nothing is done that takes the machine: phones come back, and memory is filled."""

_LAST_WORD_S = 1

Task = Callable[[Config], object]


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


def tend(config: Config) -> None:
    """Look through all books, tell stewards what is in the trash and empty it of what is due, ask people, remove unused photos."""
    parts = wire(config)
    try:
        told = parts.care.reviews.tell()
        removed = parts.care.retention.tend()
        done = parts.care.confirmations.ask()
        photos = parts.care.sweeping.sweep()
    finally:
        parts.close()
    if told:
        _log.info("stewards are told what lies in the trash", books=told)
    if done.letters or done.overdue:
        _log.info("it is asked whether entries are still correct", letters=done.letters, entries=done.entries, overdue=done.overdue)
    if photos:
        _log.info("photos that nothing refers to any more were removed", photos=photos)
    if removed:
        _log.info("the trash was emptied of what had lain there long enough", entries=removed)


@contextmanager
def daily(
    config: Config,
    publish: Task = publish_head,
    work: Task = tend,
    *,
    quiet_s: float = _QUIET_S,
    on_done: Callable[[], None] = lambda: None,
) -> Iterator[None]:
    """Do ``publish`` now and ``work`` when the start is over, then both at each midnight (UTC), beside what the block does.

    ``on_done`` is called, in a thread, after each ``work`` that hasn't failed.

    The end of the block doesn't wait for work: what it has done is committed, and it goes on where it stopped.
    """
    over = threading.Event()
    worker = threading.Thread(target=_run, args=(config, publish, work, quiet_s, on_done, over), name="daily", daemon=True)
    worker.start()
    try:
        yield
    finally:
        over.set()
        worker.join(_LAST_WORD_S)


def _run(config: Config, publish: Task, work: Task, quiet_s: float, on_done: Callable[[], None], over: threading.Event) -> None:
    _attempt(publish, config)
    over.wait(quiet_s)
    while not over.is_set():
        if _attempt(work, config):
            on_done()
        over.wait(_DAY_S - time.time() % _DAY_S)
        if not over.is_set():
            _attempt(publish, config)


def _attempt(task: Task, config: Config) -> bool:
    """Tell whether it was done."""
    try:
        task(config)
    except DirserverError as error:
        _log.warning("what is done daily failed", why=error.public_message)
        return False
    except Exception:  # noqa: BLE001 # the server goes on, and tomorrow it is tried again
        _log.exception("what is done daily failed")
        return False
    return True
