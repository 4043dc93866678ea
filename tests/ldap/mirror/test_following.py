# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.ldap.mirror import following
from dirserver.ldap.steps import Then
from tests.cast import uuid_of
from tests.ldap.dialogue import search_of
from tests.ldap.mirror.conftest import Office
from tests.ldap.mirror.copies import Copy, run, told


def test_what_changes_while_the_first_answer_is_made_is_told_after_it(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "_MOST_STAGES", 1)
    steps = office.sync("ada", search_of(attributes=("cn",)))
    first = steps.next()
    assert first.then is Then.MORE
    office.change(lambda writing: writing.trash(uuid_of("zoe")))
    copy = Copy().take([*map(told, first.answers), *run(steps)[0]])
    copy.take(run(office.sync("ada", search_of(attributes=("cn",)), copy.cookie))[0])
    assert copy.entries == Copy().take(run(office.sync("ada", search_of(attributes=("cn",))))[0]).entries


def test_the_clients_time_limit_holds_for_the_first_answer_alone(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    live = office.sync("ada", search_of(time_limit_s=60), stays=True)
    assert run(live)[1] is Then.WAIT
    late = office.sync("ada", search_of(time_limit_s=60))
    monkeypatch.setattr(following.time, "monotonic", lambda: 1e12)
    assert Copy().take(run(late)[0]).code == 3
    office.change(lambda writing: writing.trash(uuid_of("zoe")))
    assert run(live)[1] is Then.WAIT


def test_what_breaks_says_nothing_of_it(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(following, "content_of", broken)
    assert Copy().take(run(office.sync("ada", search_of()))[0]).code == 80
