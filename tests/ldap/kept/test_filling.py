# SPDX-License-Identifier: GPL-3.0-or-later
"""Entries that are made before they are asked for. That they are right is told by asking in the usual way too (``ask``)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from twisted.python.failure import Failure

from dirserver.directory.roll.roll import Roll
from dirserver.errors import NotAuthenticated
from dirserver.ldap.kept import filling
from dirserver.ldap.kept.at_once import Quick
from dirserver.ldap.session import Site
from dirserver.ldap.tree.encoded import EncodedCards
from dirserver.model.filter import Equality
from dirserver.model.modification import Modification, Operation
from dirserver.model.principal import Principal
from tests.cast import uuid_of
from tests.ldap.dialogue import HeldWork
from tests.ldap.kept.test_at_once import ask, contains

BRUNO = Equality("mail", "bruno@example.com")


@pytest.fixture
def site(own_site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr(filling, "_WORTH", 2)
    monkeypatch.setattr(filling, "_AT_A_TIME", 3)
    assert own_site.quick is not None
    own_site.quick.prepare()
    yield replace(own_site, cards=EncodedCards(0))
    own_site.quick.close()


@pytest.fixture
def quick(site: Site) -> Quick:
    assert site.quick is not None
    return site.quick


def _roll(quick: Quick) -> Roll:
    roll = quick._at_once._roll
    assert roll is not None
    return roll


def _made(quick: Quick) -> int:
    return sum(map(len, _roll(quick).sheets._sheets.values()))


def _lack_some(site: Site) -> None:
    assert isinstance(ask(site, BRUNO), list)
    assert isinstance(ask(site, Equality("mail", "zoe@example.com")), list)


def test_who_lacks_some_entries_has_all_of_them_made_behind_what_is_served(site: Site, quick: Quick) -> None:
    work = HeldWork(is_eager=False)
    quick.start(work)  # type: ignore[arg-type]
    assert isinstance(ask(site, BRUNO), list)
    assert not work.waiting, "one entry isn't worth it"
    _lack_some(site)
    assert len(work.waiting) == 1
    work.release()
    before = _made(quick)
    assert isinstance(ask(site, contains("exam")), list), "nothing is left to do for a thread"
    assert _made(quick) == before
    assert ask(site, contains("exam"), "bruno") == ask(site, contains("exam"), "bruno")


def test_what_is_written_meanwhile_is_made_as_it_is_then(site: Site, quick: Quick) -> None:
    work = HeldWork(is_eager=False)
    quick.start(work)  # type: ignore[arg-type]
    _lack_some(site)
    _lack_some(site)
    with site.directory.writing(Principal.system()) as writing:
        writing.modify(uuid_of("zoe"), [Modification("cn", Operation.REPLACE, ("Zoe Another",))])
    work.release()
    assert isinstance(ask(site, contains("exam")), list)
    assert isinstance(ask(site, Equality("cn", "Zoe Another")), list)


def test_a_new_roll_takes_over_what_is_right_still_and_the_rest_is_made(site: Site, quick: Quick) -> None:
    quick.start(HeldWork())  # type: ignore[arg-type]
    _lack_some(site)
    _lack_some(site)
    before = _made(quick)
    with site.directory.writing(Principal.system()) as writing:
        writing.modify(uuid_of("zoe"), [Modification("cn", Operation.REPLACE, ("Zoe Another",))])
    quick.prepare()
    assert _made(quick) == before - 1
    assert _roll(quick).sheets.octets == sum(one.octets for one in _roll(quick).sheets._sheets.values())
    quick._filling.again()
    assert _made(quick) == before
    assert isinstance(ask(site, contains("exam")), list)


def test_nothing_is_made_without_room(site: Site, quick: Quick) -> None:
    quick.start(HeldWork())  # type: ignore[arg-type]
    quick.max_octets = 600
    _lack_some(site)
    _lack_some(site)
    assert 0 < _roll(quick).sheets.octets <= 600


def test_nothing_is_made_by_a_process_that_stops(site: Site, quick: Quick) -> None:
    work = HeldWork(is_eager=False)
    quick.start(work)  # type: ignore[arg-type]
    _lack_some(site)
    quick.give_up()
    _lack_some(site)
    before = _made(quick)
    work.release()
    assert _made(quick) <= before + 3
    assert not work.waiting


def test_for_who_has_left_nothing_is_made(site: Site, quick: Quick) -> None:
    work = HeldWork(is_eager=False)
    quick.start(work)  # type: ignore[arg-type]
    _lack_some(site)
    _lack_some(site)
    (key,) = quick._filling._wishes
    quick._filling._done(key, work.waiting[0][0].args[1], Failure(NotAuthenticated("gone")))  # type: ignore[attr-defined]
    assert not quick._filling._wishes
