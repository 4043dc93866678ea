# SPDX-License-Identifier: GPL-3.0-or-later
"""The loop of everybody who tells others what was written: look when something was, or when something is due."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import structlog

from dirserver.errors import Conflict, Unavailable
from dirserver.store.engine.opening import Store

_log = structlog.get_logger(__name__)

_TICK_S = 1.0
_SWEEP_S = 600.0
_AFTER_A_FAULT_US = 30 * 1_000_000


def watch(
    store: Store,
    stop: threading.Event,
    *,
    step: Callable[[threading.Event], int | None],
    sweep: Callable[[], None],
    clock: Callable[[], int],
    subject: str,
) -> None:
    """Call ``step`` whenever anything was written or what it named is due, ``sweep`` now and then, until told to stop.

    ``step`` returns when the next thing is due in microseconds since 1970 (``clock``), or None. A database that doesn't answer is asked
    again, a fault ends nothing; both are logged under ``subject``.
    """
    pulse = store.pulse()
    next_us: int | None = None
    swept = float("-inf")
    try:
        while not stop.is_set():
            try:
                if time.monotonic() - swept >= _SWEEP_S:
                    sweep()
                    swept = time.monotonic()
                if pulse.has_moved() or (next_us is not None and next_us <= clock()):
                    next_us = step(stop)
            except (Unavailable, Conflict) as error:
                _log.warning("waiting for the database", subject=subject, reason=error.public_message)
                # What was missed meanwhile shows when it answers again.
                next_us = clock()
            except Exception:  # noqa: BLE001 # the outermost frame of the loop: one fault must not end it
                _log.exception("failed; going on", subject=subject)
                next_us = clock() + _AFTER_A_FAULT_US
            stop.wait(_TICK_S)
    finally:
        pulse.close()
