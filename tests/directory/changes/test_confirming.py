# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.care.ages import Ages
from dirserver.model.modification import Modification, Operation
from tests.cast import CLIENTS, PEOPLE, uuid_of

DAY_S = 86_400


def say(directory, who, uuid, text):
    with directory.writing(who) as writing:
        writing.modify(uuid, [Modification("title", Operation.REPLACE, (text,))])


def test_only_a_change_by_hand_of_who_knows_counts_as_a_confirmation(parts, company):
    parts.clock.pass_s(181 * DAY_S)
    ages = Ages(parts.store, parts.directory, 180, clock=parts.clock)
    say(parts.directory, company.chika, uuid_of("ada"), "Head of something")
    with parts.directory.writing(company.ada) as writing:
        writing.begin_batch("import", "a list")
        writing.modify(uuid_of("Acme GmbH"), [Modification("title", Operation.REPLACE, ("x",))])
    assert (ages.count(company.chika, PEOPLE), ages.count(company.ada, CLIENTS)) == (8, 3)
    say(parts.directory, company.ada, uuid_of("ada"), "Head of nothing")
    say(parts.directory, company.ada, uuid_of("Acme GmbH"), "y")
    assert (ages.count(company.chika, PEOPLE), ages.count(company.ada, CLIENTS)) == (7, 2)
