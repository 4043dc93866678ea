# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import os
import subprocess
import sys

import pytest

from dirserver.metering.board import CELLS, FIRST_FREE, Board


def test_what_one_process_writes_another_reads_also_one_that_is_no_fork() -> None:
    board = Board.make(["main", "http-1", "a-name-of-more-octets-than-there-is-room-for"])
    script = f"from dirserver.metering.board import Board; Board({board.fd}).slots()[1].cells[2] = 2**63"
    subprocess.run([sys.executable, "-c", script], check=True, pass_fds=(board.fd,))
    main, http, long = board.slots()
    assert (main.name, http.name, long.name) == ("main", "http-1", "a-name-of-more-octets-than-there")
    assert (http.cells[2], main.cells[2], long.cells[2]) == (2**63, 0, 0)
    board.close()
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(board.fd)
    assert http.cells[2] == 2**63, "what is mapped stays"


def test_a_slot_tells_how_its_process_does_and_what_was_counted_goes_with_it() -> None:
    slot = Board.make(["http-1"]).slots()[0]
    assert (slot.pid, slot.starts, slot.is_up, slot.started_us, slot.daily_us, slot.deaths) == (0, 0, False, 0, 0, 0)
    slot.begin(17)
    assert (slot.pid, slot.starts, slot.is_up) == (17, 1, False)
    slot.be_up()
    slot.cells[0] = slot.cells[len(slot.cells) - 1] = 5
    slot.end()
    assert (slot.pid, slot.starts, slot.is_up, slot.deaths) == (0, 1, False, 1)
    slot.begin(18)
    slot.clear()
    slot.done_daily()
    assert (slot.starts, slot.cells[0], slot.cells[len(slot.cells) - 1], slot.name) == (2, 0, 0, "http-1")
    assert slot.started_us > 1_600_000_000_000_000
    assert slot.daily_us >= slot.started_us
    assert len(slot.cells) == CELLS - FIRST_FREE
