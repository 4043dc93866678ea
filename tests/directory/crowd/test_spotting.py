# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.card.projection import stored_values
from dirserver.directory.crowd.spotting import proposed
from dirserver.directory.search.question import Drawn, Question
from dirserver.directory.views.binding import typed
from dirserver.model.modification import Modification, Operation
from dirserver.model.principal import Door, Principal
from tests.cast import uuid_of


@pytest.fixture
def draw(company, parts):
    """Look for a text as somebody; what was found, and what had to be drawn for that."""

    def drawn(who, text):
        made = []
        how = Drawn(
            ("names",), lambda entry: made.append(entry.name) or f"{entry.name}: {','.join(stored_values(entry.card).get('title', ()))}"
        )
        with parts.directory.reading(Principal(Door.WEB, who.account_id, who.login)) as reading:
            return reading.browse(reading.book("people"), Question(text, drawn=how)).pieces, made

    return drawn


def test_what_one_was_shown_is_drawn_for_nobody_again_until_it_changes(company, parts, draw):
    assert draw(company.dov, "smi") == (("ludo: Analyst", "zoe: Developer"), ["ludo", "zoe"])
    assert draw(company.chika, "smi")[1] == ["ludo", "zoe"], "who sees more is shown more"
    assert draw(company.dov, "smi")[1] == []
    with parts.directory.writing(company.system) as writing:
        writing.modify(uuid_of("zoe"), [Modification("title", Operation.REPLACE, ("Head",))])
    assert draw(company.dov, "smi") == (("ludo: Analyst", "zoe: Head"), ["zoe"])


def test_nothing_is_kept_of_what_one_sees_more_of_than_others(company, draw):
    for _ in range(2):
        assert draw(company.ada, "smi")[1] == ["ludo", "zoe"], "her reports"
    assert draw(company.dov, "smi")[1] == ["ludo", "zoe"]


def test_only_the_index_is_asked_unless_a_number_is_too_short_for_it(company, parts):
    with parts.store.reading() as tx:
        assert proposed(tx, typed("")) is None
        assert proposed(tx, typed("001")) is None
        assert len(proposed(tx, typed("lukas"))) >= 1
        assert len(proposed(tx, typed("b"))) >= 2
        assert proposed(tx, typed("nobody at all")) == []
