# SPDX-License-Identifier: GPL-3.0-or-later
"""Listening sockets, which several processes may share, and as many files as their connections need."""

from __future__ import annotations

import errno
import resource
import socket

import structlog

from dirserver.config.values import Address
from dirserver.errors import BadConfig

_BACKLOG = 1024
_OTHER_FILES = 256
_LOG = structlog.get_logger(__name__)


def listening_at(address: Address, setting: str, bound_fd: int | None = None) -> socket.socket:
    """Return a socket that listens there, side by side with others (SO_REUSEPORT), and doesn't block.

    ``bound_fd`` is one that is bound there already, and may listen: whoever began this process holds it too. Raises BadConfig as
    ``bound_at`` does.
    """
    bound = bound_at(address, setting) if bound_fd is None else socket.socket(fileno=bound_fd)
    try:
        # Nobody whom this process begins holds it open.
        bound.set_inheritable(False)
        bound.listen(_BACKLOG)
        bound.setblocking(False)  # noqa: FBT003 - the name says it
    except OSError as error:
        bound.close()
        raise _told(error, address, setting) from None
    return bound


def bound_at(address: Address, setting: str) -> socket.socket:
    """Return a socket that is bound there, side by side with others; nobody comes to it before it listens.

    Raises BadConfig naming the address, the ``setting`` ("[ldap] listen") and the remedy.
    """
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        if family == socket.AF_INET6:
            # "::" alone would take IPv4 too on some systems and not on others.
            bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        bound.bind((address.host, address.port))
    except OSError as error:
        bound.close()
        raise _told(error, address, setting) from None
    return bound


def _told(error: OSError, address: Address, setting: str) -> BadConfig:
    remedy = {
        errno.EADDRINUSE: f"another program listens there; stop it, or set {setting} to another port",
        errno.EACCES: f"ports below 1024 need a privilege; set {setting} to a higher port, or grant CAP_NET_BIND_SERVICE",
        errno.EADDRNOTAVAIL: f"this machine has no such address; set {setting} to one that it has",
    }.get(error.errno or 0, f"check {setting}")
    return BadConfig(f"can't listen on {address} ({error.strerror}): {remedy}")


def allow_connections(count: int, setting: str) -> None:
    """Let this process open as many files as ``count`` connections need, as far as it may; what it may not is told in the log.

    Most systems start processes with 1 024, which is no limit but a default (systemd and login shells leave the hard limit higher).
    """
    wanted = count + _OTHER_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    if most < wanted:
        _LOG.warning(
            "fewer connections than configured: the system allows fewer open files", open_files=most, setting=setting, wanted=count
        )
