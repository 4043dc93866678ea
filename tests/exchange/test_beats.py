# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import os

from dirserver.exchange import beats
from dirserver.exchange.beats import Beat


def test_what_one_process_says_its_siblings_read():
    assert beats.latest("a file") is None
    child = os.fork()
    if not child:
        beats.note("a file", Beat(12, 34))
        os._exit(0)
    os.waitpid(child, 0)
    assert beats.latest("a file") == Beat(12, 34)
    assert beats.latest("another file") is None
    beats.forget("another file")
    beats.forget("a file")
    assert beats.latest("a file") is None
