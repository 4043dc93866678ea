# SPDX-License-Identifier: GPL-3.0-or-later
"""Taking the addresses before anything starts, so that a taken port is told at once and nothing runs half."""

from __future__ import annotations

import errno
import socket

from dirserver.config.values import Address
from dirserver.errors import BadConfig


class Reserved:
    """An address that is ours until ``release``: bound, not listening, open to our own workers' listening sockets.

    The workers listen with SO_REUSEPORT, which would let a second dirserver of the same user in as well: both would answer by turns.
    So it is bound alone first; only then is it shared. ``address`` is numeric, with the real port when 0 was asked for.
    """

    def __init__(self, address: Address, setting: str) -> None:
        try:
            try:
                self._socket = _bound(address, is_reusing=False)
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise
                # Connections of the server before may linger (TIME_WAIT); with SO_REUSEADDR only a listener is in the way.
                self._socket = _bound(address, is_reusing=True)
        except OSError as error:
            raise BadConfig(f"{address}: {_remedy(error, address, setting)}") from None
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        # A name was looked up once, here: all workers listen on what it meant.
        host, port, *_ = self._socket.getsockname()
        self.address = Address(host, port)

    def release(self) -> None:
        """Give the address back."""
        self._socket.close()


def _bound(address: Address, *, is_reusing: bool) -> socket.socket:
    made = socket.socket(socket.AF_INET6 if ":" in address.host else socket.AF_INET, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, is_reusing)
        made.bind((address.host, address.port))
    except BaseException:
        made.close()
        raise
    return made


def _remedy(error: OSError, address: Address, setting: str) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"the port is taken by another program (see: ss -ltnp sport = :{address.port}); stop it or change {setting} in dirserver.toml"
        )
    if error.errno == errno.EACCES:
        return f"ports below 1024 need a privilege (CAP_NET_BIND_SERVICE); change {setting} in dirserver.toml to a higher one"
    if error.errno == errno.EADDRNOTAVAIL or isinstance(error, socket.gaierror):
        return f"this machine doesn't have that address; change {setting} in dirserver.toml, 0.0.0.0 listens on all"
    return f"can't listen here ({error.strerror}); change {setting} in dirserver.toml"
