# SPDX-License-Identifier: GPL-3.0-or-later
"""What a worker tells the supervisor, one line each through a pipe: that it is ready, or why it can't start."""

from __future__ import annotations

import os
from dataclasses import dataclass

from dirserver.errors import BadConfig, DirserverError, Unavailable

_READY = b"ready\n"
_MAX_LINE_BYTES = 2_000


@dataclass(frozen=True, slots=True)
class Report:
    """The worker's end of the pipe. Short writes to a pipe are atomic (POSIX write, PIPE_BUF): lines never mix."""

    fd: int

    def ready(self) -> None:
        """Tell that one more listener accepts connections (or is about to, see ``serve.http_worker``)."""
        os.write(self.fd, _READY)

    def failed(self, error: DirserverError) -> None:
        """Tell why this worker can't start."""
        kind = "config" if isinstance(error, BadConfig) else "unavailable"
        text = " ".join(error.public_message.split()).encode()[:_MAX_LINE_BYTES]
        os.write(self.fd, kind.encode() + b" " + text + b"\n")


def read_line(line: bytes) -> DirserverError | None:
    """Understand one line at the supervisor's end: None is ready, else why not."""
    if line + b"\n" == _READY:
        return None
    kind, _, text = line.partition(b" ")
    message = text.decode("utf-8", "replace")
    return BadConfig(message) if kind == b"config" else Unavailable(message)
