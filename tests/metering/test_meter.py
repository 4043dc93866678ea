# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import os

from dirserver.ldap.wire.message import Code
from dirserver.metering.board import Board
from dirserver.metering.meter import MOST_CODE, SYNC_REFRESH_REQUIRED, Meter, Refusal, State
from dirserver.model.principal import Door


def test_what_a_worker_settles_is_read_elsewhere() -> None:
    board = Board.make(["http-1", "ldap-1"])
    for slot in board.slots():
        slot.begin(os.getpid())
    written = [Meter.of_http(board.slots()[0]), Meter.of_ldap(board.slots()[1])]
    read = [Meter.of_http(board.slots()[0]), Meter.of_ldap(board.slots()[1])]
    http, ldap = written
    http.refused(Door.DAV, is_throttled=False)
    http.refused(Door.CLI, is_throttled=True)
    http.refused(Door.WEB, is_throttled=False, is_second_step=True)
    http.refused(Door.API, is_throttled=True, is_second_step=True)
    http.answers.note("pages", 3, 0.02)
    assert read[0].refusals()[Door.DAV, Refusal.CREDENTIALS] == 0
    http.settle(State(1, 2, 3, 4, 5, 6, 7, 8, 9))
    ldap.answers.note("bind", Code.INVALID_CREDENTIALS, 0.1)
    ldap.settle(State())
    assert read[0].state == State(1, 2, 3, 4, 5, 6, 7, 8, 9)
    assert {key for key, count in read[0].refusals().items() if count} == {
        (Door.DAV, Refusal.CREDENTIALS),
        (Door.CLI, Refusal.THROTTLED),
        (Door.WEB, Refusal.SECOND_FACTOR),
        (Door.API, Refusal.THROTTLED),
    }
    assert {each.kind: sum(each.outcomes) for each in read[0].counted()} == {"dav": 0, "api": 0, "pages": 1, "other": 0}
    assert next(each for each in read[1].counted() if each.kind == "bind").outcomes[49] == 1
    assert read[1].state == State()


def test_every_result_code_has_a_place() -> None:
    assert [code for code in Code if code >= MOST_CODE] == [SYNC_REFRESH_REQUIRED]


def test_who_is_followed_by_another_process_settles_nothing_until_it_is_its_turn_again() -> None:
    slot = Board.make(["http-1"]).slots()[0]
    meter = Meter.of_http(slot)
    slot.begin(os.getpid() + 1)
    meter.settle(State(connections=3))
    assert meter.state.connections == 0
    slot.go_back_to(os.getpid())
    meter.settle(State(connections=3))
    assert (meter.state.connections, slot.is_up) == (3, True)
