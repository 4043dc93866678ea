# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.care.ages import Ages
from dirserver.errors import NotAllowed
from dirserver.model.modification import Modification, Operation
from tests.cast import CLIENTS, uuid_of


def test_who_was_changed_or_confirmed_is_not_stale(parts, company):
    ages = Ages(parts.store, parts.directory, 180, clock=parts.clock)
    parts.clock.pass_s(181 * 86_400)
    assert ages.count(company.ada, CLIENTS) == 3
    with parts.directory.writing(company.ada) as writing:
        writing.modify(uuid_of("Acme GmbH"), [Modification("title", Operation.REPLACE, ("x",))])
    assert {one.entry.uuid for one in ages.stale(company.ada, CLIENTS)} == {uuid_of("Żuraw sp. z o.o."), uuid_of("Ñandú S.A.")}
    with pytest.raises(NotAllowed):
        ages.count(company.dov, CLIENTS)
