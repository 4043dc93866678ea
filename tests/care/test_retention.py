# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.care.checks import Standards
from dirserver.care.looking import Looking
from dirserver.care.retention import Retention
from dirserver.care.trash import Trash
from dirserver.model.entry import State
from dirserver.model.principal import Principal
from tests.cast import CLIENTS, PEOPLE, make_company, uuid_of
from tests.parts import open_parts

SYSTEM = Principal.system()


@pytest.fixture
def parts(copied_url):
    opened = open_parts(copied_url)
    yield opened
    opened.close()


def test_the_trash_is_emptied_when_it_is_due_and_never_where_it_is_kept_for_ever(parts):
    make_company(parts)
    looking = Looking(parts.store, Standards())
    acme, other = uuid_of("Acme GmbH"), uuid_of("Ñandú S.A.")
    with parts.directory.writing(SYSTEM) as writing:
        writing.trash(acme)
        writing.trash(uuid_of("zoe"))
    parts.clock.pass_s(20 * 86_400)
    with parts.directory.writing(SYSTEM) as writing:
        writing.trash(other)
    parts.clock.pass_s(20 * 86_400)
    assert Retention(parts.store, parts.directory, looking, 0, clock=parts.clock).tend() == 0
    assert looking.waiting(PEOPLE) == 0
    # Zoe has an account: she stays.
    assert Retention(parts.store, parts.directory, looking, 30, clock=parts.clock).tend() == 1
    trash = Trash(parts.store, parts.directory)
    assert [one.entry.uuid for one in trash.away(SYSTEM, CLIENTS, State.TRASHED)] == [other]
    assert trash.counts(SYSTEM, PEOPLE)[State.TRASHED] == 1
