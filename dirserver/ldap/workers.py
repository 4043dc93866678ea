# SPDX-License-Identifier: GPL-3.0-or-later
"""What the connections of a process share to get work done."""

from __future__ import annotations

from dataclasses import dataclass

from dirserver.ldap.hub import Hub
from dirserver.ldap.tally import Tally
from dirserver.ldap.threads import Threads
from dirserver.listening.transport import Clock


@dataclass(frozen=True, slots=True)
class Workers:
    """Where work is done, the clock that timeouts go by, who waits for changes, and how many connections each account has."""

    operations: Threads
    binds: Threads
    clock: Clock
    hub: Hub
    accounts: Tally[int]
