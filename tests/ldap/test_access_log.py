# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from dirserver.config import LogSettings
from dirserver.config.values import LogLevel
from dirserver.ldap.access_log import code_of
from dirserver.ldap.session import Site
from dirserver.ldap.wire import encode
from dirserver.ldap.wire.message import Code, Response, Result, Scope
from dirserver.model.filter import Equality
from tests.ldap.dialogue import Dialogue, search_of


@pytest.mark.parametrize("code", Code)
def test_the_code_is_read_from_what_is_sent(code: Code) -> None:
    assert code_of(encode.result(Response.SEARCH_DONE, Result(code, "text", "dc=x"))) == code


def test_each_answer_has_a_line_that_names_nobody(site: Site) -> None:
    dialogue = Dialogue(site, address="127.0.0.1")
    with capture_logs() as lines:
        dialogue.bind("ada")
        dialogue.bind("ada", "wrong-password")
        dialogue.ask(search_of(wanted=Equality("uid", "ada")))
        dialogue.ask(search_of("", scope=Scope.BASE))
        dialogue.send(bytes.fromhex("3005020109" + "6300"))
    told = [(line["operation"], line["code"], line["entries"], line["address"]) for line in lines]
    assert told == [
        ("bind", 0, 0, "127.0.0.1"),
        ("bind", 49, 0, "127.0.0.1"),
        ("search", 50, 0, "127.0.0.1"),
        ("search", 0, 1, "127.0.0.1"),
        ("search", 2, 0, "127.0.0.1"),
    ]
    assert not any(word in str(lines) for word in ("ada", "wrong-password", "dc=example"))


@pytest.mark.parametrize("said", [LogSettings(access=False), LogSettings(level=LogLevel.WARNING)])
def test_lines_can_be_switched_off(site: Site, said: LogSettings) -> None:
    config = replace(site.config, log=said)
    dialogue = Dialogue(replace(site, config=config))
    with capture_logs() as lines:
        dialogue.bind("ada")
        dialogue.ask(search_of())
    assert lines == []
