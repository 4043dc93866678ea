# SPDX-License-Identifier: GPL-3.0-or-later
"""What we say of Twisted is true of Twisted."""

from __future__ import annotations

import pytest
from twisted.internet import base, task, tcp

from dirserver.listening.transport import Clock, Timer, Transport


def promised(protocol: type) -> set[str]:
    return {name for name in vars(protocol) if not name.startswith("_")}


@pytest.mark.parametrize("protocol, cls", [(Transport, tcp.Server), (Clock, task.Clock), (Timer, base.DelayedCall)])
def test_twisted_has_what_we_call(protocol: type, cls: type) -> None:
    assert promised(protocol)
    assert {name for name in promised(protocol) if not callable(getattr(cls, name, None))} == set()
