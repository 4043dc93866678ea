# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import os
from dataclasses import replace

from dirserver.config import Address, Config
from dirserver.config.mail_settings import MailSettings
from dirserver.serve.programs import Served, on_board, programs

HTTP, LDAP, METRICS = (Address("127.0.0.1", port) for port in (8080, 3890, 9464))
ALL = Config(mail=MailSettings(host="mail.example.com"))


def names(config: Config, served: Served) -> list[str]:
    return [program.name for program in programs(config, served)]


def test_each_address_has_its_workers_and_who_serves_http_delivers() -> None:
    assert names(ALL, Served(HTTP, LDAP, None, METRICS)) == ["http-1", "http-2", "push", "mail", "ldap-1", "metrics"]
    assert names(ALL, Served(None, LDAP)) == ["ldap-1"]
    assert names(replace(ALL, push=replace(ALL.push, enabled=False), mail=MailSettings()), Served(HTTP, None)) == ["http-1", "http-2"]


def test_on_a_board_each_has_a_slot_of_its_name_and_this_process_the_first() -> None:
    begun, own = on_board(programs(ALL, Served(HTTP, LDAP, None, METRICS)))
    assert (own.name, own.pid, own.is_up) == ("main", os.getpid(), True)
    assert [program.slot.name for program in begun if program.slot is not None] == [program.name for program in begun]
    own.board.close()
