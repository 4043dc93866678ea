# SPDX-License-Identifier: GPL-3.0-or-later
"""A transport that sends at once what the kernel takes, as nearly every answer is.

Twisted asks the kernel first when it may write, which costs two system calls and a turn of the reactor for each answer. Whatever
isn't taken at once goes its usual way, and so does everything while a producer is paused or the connection ends.
"""

from __future__ import annotations

from typing import Any, cast

from twisted.internet.tcp import Server


class PromptServer(Server):
    """One accepted connection; listening ports make it where they have it as ``transport``."""

    def startWriting(self) -> None:
        """Called with data in the buffer: send it, and wait for the kernel only with what is left."""
        is_usual = not (self.dataBuffer or self.producerPaused or self.disconnecting)
        # An error shows again in the reactor's turn, which knows what to do about it.
        if is_usual and self._tempDataLen and cast(Any, self).doWrite() is None and not (self.dataBuffer or self._tempDataLen):
            return
        cast(Any, super()).startWriting()
