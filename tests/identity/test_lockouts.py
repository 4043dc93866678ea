# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections.abc import Iterator

import pytest

from dirserver.errors import BadInput, NotAuthenticated, NotFound, Throttled
from dirserver.identity.lockouts import Lockouts
from dirserver.model.audit import Action
from dirserver.model.principal import Door, Principal
from dirserver.store.accounts import accounts
from dirserver.store.care import audit
from dirserver.store.care.audit import Wanted
from tests.cast import password_of
from tests.parts import CoreParts, open_parts

HOME, AWAY = "203.0.113.7", "2001:db8::17"


@pytest.fixture
def core(copied_url: str) -> Iterator[CoreParts]:
    opened = open_parts(copied_url)
    opened.identity.add_account("ada", name="Ada", mail="ada@example.com", password=password_of("ada"))
    yield opened
    opened.close()


@pytest.fixture
def lockouts(core: CoreParts) -> Lockouts:
    return Lockouts(core.store, core.identity.throttle, clock=core.clock)


def fail(core: CoreParts, times: int, login: str = "ada", address: str = HOME) -> None:
    for number in range(times):
        with pytest.raises(NotAuthenticated):
            core.identity.authenticate(login, f"wrong {number}", door=Door.WEB, address=address)


def may_sign_in(core: CoreParts, address: str, login: str = "ada") -> bool:
    try:
        core.identity.authenticate(login, password_of("ada"), door=Door.WEB, address=address)
    except Throttled:
        return False
    return True


def test_nobody_is_locked_out_by_a_few_mistakes(core: CoreParts, lockouts: Lockouts) -> None:
    fail(core, 9)
    assert lockouts.listed() == lockouts.listed([HOME])
    assert (lockouts.listed().known, lockouts.listed().unnamed) == ((), 0)


def test_who_is_refused_is_told_with_where_and_until_when(core: CoreParts, lockouts: Lockouts) -> None:
    fail(core, 10, address=AWAY)
    known = lockouts.listed().known
    assert [(each.login, each.name, each.network, each.failures) for each in known] == [
        ("ada", "ada", "", 10),
        ("ada", "ada", "2001:db8::/64", 10),
    ]
    assert {round(each.until.timestamp() * 1_000_000) - core.clock.now_us for each in known} == {30_000_000}
    assert {round(each.since.timestamp() * 1_000_000) - core.clock.now_us for each in known if each.since} == {0}
    core.clock.pass_s(31)
    assert lockouts.listed().known == ()
    assert may_sign_in(core, AWAY)


def test_where_somebody_is_known_they_are_locked_out_by_their_own_mistakes_alone(core: CoreParts, lockouts: Lockouts) -> None:
    assert may_sign_in(core, HOME)
    fail(core, 10)
    assert [(each.login, each.network) for each in lockouts.listed().known] == [("ada", "203.0.113.7")]


def test_a_mail_address_and_a_code_count_for_themselves(core: CoreParts, lockouts: Lockouts) -> None:
    fail(core, 10, login="ada@example.com")
    assert {each.name for each in lockouts.listed().known} == {"ada@example.com"}
    with core.store.reading() as tx:
        row = accounts.of_name(tx, "ada")
    for _ in range(10):
        core.identity.throttle.note_failure(core.identity.throttle.attempt("second step ada", HOME, row=row))
    assert [(each.name, each.is_second_step) for each in lockouts.listed([HOME]).known if each.is_second_step] == [("ada", True)] * 2


def test_what_nobody_has_a_name_for_is_counted(core: CoreParts, lockouts: Lockouts) -> None:
    fail(core, 10, login="nobody", address="192.0.2.1")
    assert (lockouts.listed().known, lockouts.listed().unnamed) == ((), 2)


def test_a_network_that_guesses_at_many_is_told(core: CoreParts, lockouts: Lockouts) -> None:
    for number in range(50):
        fail(core, 1, login=f"guess{number}")
    (found,) = lockouts.listed().known
    assert (found.login, found.network, found.failures) == ("", HOME, 50)
    assert lockouts.release_network(HOME, Principal.system()) == HOME
    assert lockouts.listed().known == ()


def test_whoever_is_let_in_may_try_again_from_everywhere_at_once_and_stays_signed_in(core: CoreParts, lockouts: Lockouts) -> None:
    here = core.identity.authenticate("ada", password_of("ada"), door=Door.WEB, address="192.0.2.9")
    session = core.identity.open_session(here, address="192.0.2.9")
    fail(core, 10, address=AWAY)
    with pytest.raises(Throttled):
        core.identity.authenticate("ada", "wrong once more", door=Door.WEB, address=AWAY)
    lockouts.release("ada", Principal.system())
    assert (lockouts.listed().known, lockouts.listed().unnamed) == ((), 0)
    assert may_sign_in(core, AWAY)
    assert core.identity.session(session) is not None
    with core.store.reading() as tx:
        (event,) = audit.newest(tx, Wanted(action=Action.LOCKOUT_LIFTED), 5)
    assert event.target == f"account:{core.identity.account('ada').uuid}"


def test_who_or_what_is_not_there_is_told(lockouts: Lockouts) -> None:
    with pytest.raises(NotFound):
        lockouts.release("zed", Principal.system())
    with pytest.raises(BadInput, match="no IP address"):
        lockouts.release_network("home", Principal.system())
