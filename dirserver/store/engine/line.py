# SPDX-License-Identifier: GPL-3.0-or-later
"""The line in which the processes of one machine wait to write to a SQLite file: who came first writes first.

Who waits for SQLite's own lock looks for it again and again, more and more rarely; where several processes write all the time, one of
them waited for seconds while another one took it a hundred times. So before they ask SQLite, they stand in line: the first place is
whose who writes, the second whose who is next, and nobody passes by. Locks of a file beside the database, which end with their
process. SQLite's lock still decides: whoever knows nothing of the line, such as another program, breaks nothing.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from pathlib import Path

SUFFIX = "-line"
"""What the file is called after the database's own name."""
_NEXT, _WRITING, _PRESENT = 0, 1, 2
_SHORT_S, _LONG_S, _MANY = 0.000_2, 0.001, 20


class Line:
    """A place in the line for one process; one thread of it at a time may use it."""

    def __init__(self, database: Path) -> None:
        self._path = Path(f"{database}{SUFFIX}")
        self._file: int | None = None

    def wait(self, seconds: float) -> bool:
        """Wait for one's turn and tell whether it came in time. Where the file can't be made, everybody's turn is now."""
        if self._file is None:
            try:
                self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
                fcntl.lockf(self._file, fcntl.LOCK_SH | fcntl.LOCK_NB, 1, _PRESENT)
            except OSError:
                return True
        until = time.monotonic() + seconds
        if not self._reach(_NEXT, until):
            return False
        try:
            return self._reach(_WRITING, until)
        finally:
            self._leave(_NEXT)

    def leave(self) -> None:
        """Let the next one write. More than once is fine."""
        self._leave(_WRITING)

    def close(self) -> None:
        """Close the file; who is the last one takes it away, as SQLite does with its own."""
        if self._file is not None:
            with contextlib.suppress(OSError):
                fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _PRESENT)
                self._path.unlink()
            os.close(self._file)
            self._file = None

    def _reach(self, place: int, until: float) -> bool:
        tries = 0
        while not self._takes(place):
            if time.monotonic() >= until:
                return False
            tries += 1
            time.sleep(_SHORT_S if tries < _MANY else _LONG_S)
        return True

    def _takes(self, place: int) -> bool:
        try:
            fcntl.lockf(self._file or 0, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
        except BlockingIOError:
            return False
        except OSError:
            # A file system without locks: SQLite has its own ways there.
            return True
        return True

    def _leave(self, place: int) -> None:
        if self._file is not None:
            with contextlib.suppress(OSError):
                fcntl.lockf(self._file, fcntl.LOCK_UN, 1, place)
