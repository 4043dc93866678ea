# SPDX-License-Identifier: GPL-3.0-or-later
"""Exit statuses: one table from the tree of errors."""

from __future__ import annotations

from dirserver.errors import BadInput, Conflict, DirserverError, NotAllowed, NotAuthenticated, NotFound, Unavailable

UNEXPECTED = 1
USAGE = 2
DIFFERENCES = 8
"""``check`` found something."""
INTERRUPTED = 130

STATUSES: tuple[tuple[type[DirserverError], int, str], ...] = (
    (BadInput, USAGE, "what was given can't be used: options, settings, a file"),
    (NotAllowed, 3, "not allowed"),
    (NotFound, 4, "nothing of that name"),
    (Conflict, 5, "it clashes with what is there"),
    (NotAuthenticated, 6, "login and password don't fit"),
    (Unavailable, 7, "the database or the network can't answer now; the same command may work later"),
)
"""Error, exit status and meaning; an error without a line of its own has that of its parent."""


def status_of(error: DirserverError) -> int:
    """Return the exit status of an error."""
    return next((status for cls, status, _ in STATUSES if isinstance(error, cls)), UNEXPECTED)
