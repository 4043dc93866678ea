# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dataclasses import replace

import pytest

from dirserver.ldap import work
from dirserver.ldap.session import Site
from tests.ldap.dialogue import Dialogue, far_away, search_of
from tests.ldap.speech import decode_answers


@pytest.fixture
def site(site: Site) -> Site:
    """Without what others asked before, which would be answered without any thread."""
    return far_away(site)


def test_an_answer_that_nobody_reads_is_cut_off(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "_CHUNK", 1)
    dialogue = Dialogue(replace(site, limits=replace(site.limits, unsent_bytes=2000)))
    dialogue.bind("ada")
    dialogue.answers()
    dialogue.wire.limit = 1
    dialogue.connection.dataReceived(dialogue.message(search_of()))
    octets = b""
    while dialogue.wire.value():
        octets += dialogue.wire.drain()
    *entries, last = decode_answers(octets)
    assert last.code == 11
    assert 0 < len(entries) < 19


def test_what_nobody_wants_any_more_is_not_sent(site: Site) -> None:
    held = Dialogue(site, is_eager=False)
    held.connection.dataReceived(held.message(search_of()))
    held.connection.connectionLost()
    held.work.release()
    assert held.wire.value() == b""
