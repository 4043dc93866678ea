# SPDX-License-Identifier: GPL-3.0-or-later
"""What a running server does every quarter of a minute: let those go whose day has come."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from dirserver.config import Config
from dirserver.errors import DirserverError
from dirserver.model.principal import Door, Principal
from dirserver.wiring import Parts, wire

_log = structlog.get_logger(__name__)
_EVERY_S = 15.0
BY_THE_CLOCK = Principal(Door.CLI, login="system", is_system=True, credential="schedule")


def carry_out(parts: Parts) -> int:
    """Let those go who are due, each in a transaction of its own; return how many. What can't be done is logged and tried again."""
    count = 0
    for account_id in parts.directory.departures_due():
        try:
            with parts.directory.writing(BY_THE_CLOCK) as writing:
                done = writing.departures.carry_out(account_id)
        except DirserverError as error:
            _log.warning("an account is due to be let go and can't be", account=account_id, why=error.public_message)
            continue
        if done is not None:
            count += 1
            _log.info("an account was let go as its day had come", account=account_id, copies=len(done.copies), open=len(done.referrals))
    return count


@contextmanager
def departures(config: Config, *, every_s: float = _EVERY_S) -> Iterator[None]:
    """Carry out what is due, now and again, until the block ends, beside what the block does."""
    over = threading.Event()
    worker = threading.Thread(target=_run, args=(config, every_s, over), name="departures", daemon=True)
    worker.start()
    try:
        yield
    finally:
        over.set()
        worker.join()


def _run(config: Config, every_s: float, over: threading.Event) -> None:
    parts: Parts | None = None
    while not over.is_set():
        try:
            parts = parts or wire(config)
            carry_out(parts)
        except DirserverError as error:
            _log.warning("whose day has come can't be looked up", why=error.public_message)
        except Exception:  # noqa: BLE001 # the server goes on, and it is tried again
            _log.exception("whose day has come can't be looked up")
        over.wait(every_s)
    if parts is not None:
        parts.close()
