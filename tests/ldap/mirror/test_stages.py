# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.ldap.mirror import stages
from dirserver.model.modification import Modification, Operation
from tests.cast import uuid_of
from tests.ldap.dialogue import search_of
from tests.ldap.mirror.conftest import Office
from tests.ldap.mirror.copies import Copy, run, state_of

NAMED = search_of(attributes=("cn", "manager"))


@pytest.mark.parametrize("many", [1, 2, 200])
def test_however_small_the_steps_the_copy_is_the_same(office: Office, monkeypatch: pytest.MonkeyPatch, many: int) -> None:
    monkeypatch.setattr(stages, "MANY", many)
    copy = Copy().take(run(office.sync("ada", NAMED))[0])
    for who in ("zoe", "ludo", "esme"):
        note = Modification("title", Operation.REPLACE, ("New",))
        office.change(lambda writing, who=who, note=note: writing.modify(uuid_of(who), [note]))
    office.change(lambda writing: writing.rename(uuid_of("bruno"), "boss"))
    copy.take(run(office.sync("ada", NAMED, copy.cookie))[0])
    assert copy.entries == Copy().take(run(office.sync("ada", NAMED))[0]).entries


def test_those_who_name_a_manager_that_is_called_otherwise_are_told(office: Office) -> None:
    live = office.sync("ada", NAMED, stays=True)
    run(live)
    office.change(lambda writing: writing.rename(uuid_of("chika"), "chief"))
    answers, _ = run(live)
    assert [state_of(one) for one in answers if one.tag == 0x64] == [(2, uuid_of("chika")), (2, uuid_of("dov"))]


def test_a_name_that_has_a_new_owner_is_given_free_first(office: Office) -> None:
    live = office.sync("ada", NAMED, stays=True)
    run(live)
    office.change(lambda writing: (writing.trash(uuid_of("zoe")), writing.rename(uuid_of("ada"), "zoe")))
    answers, _ = run(live)
    assert next(state_of(one) for one in answers if one.tag == 0x64) == (3, uuid_of("zoe"))
