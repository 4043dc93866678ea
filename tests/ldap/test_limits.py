# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import subprocess
import sys

from dirserver.config import LdapSettings
from dirserver.ldap.limits import Limits


def test_what_the_configuration_sets_is_what_holds() -> None:
    limits = Limits.of(
        LdapSettings(
            size_limit=7,
            time_limit_s=3,
            max_message_bytes=9_000,
            max_message_bytes_before_bind=2_000,
            max_connections=5,
            max_connections_per_address=4,
            idle_timeout_s=11,
            idle_timeout_before_bind_s=2,
        )
    )
    assert (limits.size_limit, limits.time_limit_s, limits.connections) == (7, 3, 5)
    assert limits.connections_per_address == 4
    assert (limits.wire.octets_after_bind, limits.wire.octets_before_bind) == (9_000, 2_000)
    assert (limits.idle_s, limits.idle_before_bind_s) == (11, 2)
    assert (limits.wire.filter_depth, limits.wire.filter_nodes, limits.wire.attributes) == (50, 256, 128)


def test_as_many_files_may_be_open_as_there_may_be_connections() -> None:
    """In a process of its own: what is raised stays."""
    code = (
        "import resource; from dirserver.ldap.limits import allow_connections as allow\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (100, 900)); allow(500); print(resource.getrlimit(resource.RLIMIT_NOFILE))\n"
        "allow(100); allow(5000); print(resource.getrlimit(resource.RLIMIT_NOFILE))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert [line for line in said.splitlines() if line.startswith("(")] == ["(756, 900)", "(900, 900)"]
    assert "max_connections=5000" in said
