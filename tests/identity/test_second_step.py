# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import threading

import pytest

from dirserver.errors import NotAuthenticated, NotFound, Throttled
from dirserver.identity.second_step import SecondStep
from dirserver.model.principal import Door
from dirserver.store.care import audit
from dirserver.store.care.audit import Wanted
from tests.cast import Company, password_of
from tests.identity.second_factors import Factors, factors_of
from tests.parts import KEY, CoreParts

HERE = "192.0.2.7"


@pytest.fixture
def made(parts: CoreParts) -> Factors:
    return factors_of(parts)


def first_step(made: Factors, login: str = "ada") -> str:
    principal = made.parts.identity.authenticate(login, password_of(login), door=Door.WEB, address=HERE)
    return made.step.begin(principal)


def test_password_and_code_begin_a_session_and_the_trail_says_by_what(made: Factors, parts: CoreParts, company: Company) -> None:
    seed, _ = made.enrol("ada")
    half = first_step(made)
    waiting = made.step.waiting(half)
    assert (waiting.account.login, waiting.has_codes, waiting.has_passkeys, waiting.recovery_codes) == ("ada", True, False, 10)
    # What goes on with the second step is no session.
    assert parts.identity.session(half) is None
    session = parts.identity.session(made.step.by_code(half, made.code(seed), address=HERE))
    assert (session.account.login, session.is_fresh) == ("ada", True)
    assert made.step.waiting(half) is None
    with parts.store.reading() as tx:
        assert audit.newest(tx, Wanted(action="sign-in"), 1)[0].credential == "password and code"


def test_a_code_works_once_in_whatever_process_it_is_used(made: Factors, company: Company) -> None:
    seed, _ = made.enrol("ada")
    halves = [first_step(made) for _ in range(4)]
    code, start, told = made.code(seed), threading.Barrier(4), []

    def sign_in(half: str, number: int) -> None:
        start.wait(30)
        try:
            (made.step if number % 2 else made.other).by_code(half, code, address=HERE)
            told.append("in")
        except NotAuthenticated:
            told.append("out")

    threads = [threading.Thread(target=sign_in, args=(half, number)) for number, half in enumerate(halves)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
    assert sorted(told) == ["in", "out", "out", "out"]
    # The code that turned it on is used up as well, and so is a proof's.
    made.parts.clock.pass_s(30)
    made.step.prove("ada", made.code(seed), address=HERE)
    with pytest.raises(NotAuthenticated):
        made.other.by_code(first_step(made), made.code(seed), address=HERE)


def test_a_recovery_code_works_once_and_only_for_its_owner(made: Factors, company: Company) -> None:
    _, codes = made.enrol("ada")
    made.enrol("bruno")
    with pytest.raises(NotAuthenticated):
        made.step.by_code(first_step(made, "bruno"), codes[0], address=HERE)
    made.step.by_code(first_step(made), codes[0], address=HERE)
    with pytest.raises(NotAuthenticated):
        made.other.by_code(first_step(made), codes[0], address=HERE)
    assert made.factor.state("ada").recovery_codes == 9
    # It stands for the app, not for the password, nor as a proof of who sits there.
    with pytest.raises(NotAuthenticated):
        made.step.prove("ada", codes[1], address=HERE)


def test_a_half_sign_in_ends_after_ten_minutes_five_failures_or_another_password(made: Factors, parts: CoreParts, company: Company) -> None:
    seed, _ = made.enrol("ada")
    late = first_step(made)
    parts.clock.pass_s(601)
    assert made.step.waiting(late) is None
    failing = first_step(made)
    for _ in range(5):
        with pytest.raises(NotAuthenticated):
            made.step.by_code(failing, "000000", address=HERE)
    with pytest.raises(NotFound):
        made.step.by_code(failing, made.code(seed), address=HERE)
    changed = first_step(made)
    parts.identity.set_password("ada", "another password that is long")
    assert made.step.waiting(changed) is None
    for guess in ("", "guess", "\ud800"):
        assert made.step.waiting(guess) is None
        with pytest.raises(NotFound):
            made.step.by_code(guess, made.code(seed), address=HERE)


def test_guessing_codes_is_throttled_and_the_right_password_does_not_help(made: Factors, company: Company) -> None:
    seed, _ = made.enrol("ada")
    for number in range(2):
        half = first_step(made)
        for _ in range(5):
            with pytest.raises(NotAuthenticated):
                made.step.by_code(half, f"00000{number}", address=f"203.0.113.{number}")
    half = first_step(made)
    with pytest.raises(Throttled):
        made.step.by_code(half, made.code(seed), address=HERE)
    with pytest.raises(Throttled):
        made.step.prove("ada", made.code(seed), address=HERE)


def test_whoever_counts_hears_of_wrong_codes_and_of_those_that_are_not_looked_at(made: Factors, company: Company) -> None:
    seed, _ = made.enrol("ada")
    heard = []

    def on_refused(door: Door, /, *, is_throttled: bool, is_second_step: bool = False) -> None:
        heard.append((door, is_throttled, is_second_step))

    parts = made.parts
    step = SecondStep(
        parts.store, KEY, made.factor, parts.identity.sessions, parts.identity.throttle, clock=parts.clock, on_refused=on_refused
    )
    step.prove("ada", made.code(seed), address=HERE)
    assert heard == []
    for _ in range(10):
        with pytest.raises(NotAuthenticated):
            step.prove("ada", "000000", address=HERE)
    with pytest.raises(Throttled):
        step.prove("ada", "000000", address=HERE)
    assert heard == [(Door.WEB, False, True)] * 10 + [(Door.WEB, True, True)]


def test_a_proof_makes_a_session_fresh_for_a_quarter_of_an_hour(made: Factors, parts: CoreParts, company: Company) -> None:
    secret = parts.identity.open_session(company.ada, address=HERE)
    assert parts.identity.session(secret).is_fresh
    parts.clock.pass_s(901)
    assert not parts.identity.session(secret).is_fresh
    parts.identity.sessions.prove(secret)
    assert parts.identity.session(secret).is_fresh
    parts.identity.sessions.prove("guess")
