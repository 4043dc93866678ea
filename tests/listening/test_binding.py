# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import socket
import subprocess
import sys

import pytest

from dirserver.config.values import Address
from dirserver.errors import BadConfig
from dirserver.listening.binding import listening_at


def test_several_listen_side_by_side_and_who_is_refused_learns_the_remedy() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = Address("127.0.0.1", other.getsockname()[1])
        with pytest.raises(BadConfig, match=rf"can't listen on {taken} .*another program listens there.*\[http\] listen"):
            listening_at(taken, "[http] listen")
    with pytest.raises(BadConfig, match="no such address"):
        listening_at(Address("192.0.2.1", 8080), "[ldap] listen")
    first = listening_at(Address("127.0.0.1", 0), "[http] listen")
    second = listening_at(Address("127.0.0.1", first.getsockname()[1]), "[http] listen")
    assert not first.getblocking()
    first.close()
    second.close()


def test_as_many_files_may_be_open_as_there_may_be_connections() -> None:
    """In a process of its own: what is raised stays."""
    code = (
        "import resource; from dirserver.listening.binding import allow_connections as allow\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (100, 900)); allow(500, 'x'); print(resource.getrlimit(resource.RLIMIT_NOFILE))\n"
        "allow(100, 'x'); allow(5000, '[ldap] max_connections'); print(resource.getrlimit(resource.RLIMIT_NOFILE))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert [line for line in said.splitlines() if line.startswith("(")] == ["(756, 900)", "(900, 900)"]
    assert "[ldap] max_connections" in said
