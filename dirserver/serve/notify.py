# SPDX-License-Identifier: GPL-3.0-or-later
"""Telling systemd how we are (sd_notify(3)): a datagram to the socket that it names in the environment."""

from __future__ import annotations

import contextlib
import os
import socket


class Notifier:
    """Where to tell it; silent when nobody asked. Takes the address out of the environment, so that workers don't speak for us."""

    def __init__(self) -> None:
        self._address = os.environ.pop("NOTIFY_SOCKET", "")

    def tell(self, *lines: str) -> None:
        """Send ``READY=1``, ``STOPPING=1``, ``STATUS=...``. Never fails: the service must not die of it."""
        if not self._address:
            return
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
            channel.sendto("\n".join(lines).encode(), address)
