# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.errors import BadInput, Conflict, NotAuthenticated, NotFound, SecondStepNeeded
from dirserver.model.audit import Action
from dirserver.model.principal import Door
from dirserver.store.accounts import factors
from dirserver.store.care import audit
from dirserver.store.care.audit import Wanted
from tests.cast import Company, device_of, password_of
from tests.identity.second_factors import Factors, factors_of
from tests.parts import CoreParts

HERE = "127.0.0.1"


@pytest.fixture
def made(parts: CoreParts) -> Factors:
    return factors_of(parts)


def test_a_first_code_turns_it_on_and_other_browsers_have_to_sign_in_again(made: Factors, parts: CoreParts, company: Company) -> None:
    mine, other = (parts.identity.open_session(company.ada, address=HERE) for _ in range(2))
    seed = made.begin("ada")
    for wrong in ("000000", "", "no code", made.code(seed)[:5]):
        with pytest.raises(BadInput):
            made.factor.confirm("ada", wrong, session=mine)
    assert not made.factor.state("ada").is_on
    assert parts.identity.session(other) is not None
    codes = made.factor.confirm("ada", made.code(seed), session=mine)
    state = made.factor.state("ada")
    assert (state.is_on, state.has_codes, state.recovery_codes, state.is_pending) == (True, True, 10, False)
    assert len(set(codes)) == 10
    assert {len(code.replace("-", "")) for code in codes} == {24}
    assert parts.identity.session(mine) is not None
    assert parts.identity.session(other) is None
    with pytest.raises(NotFound):
        made.factor.confirm("ada", made.code(seed), session=mine)


def test_nothing_of_it_can_be_read_in_the_database(made: Factors, parts: CoreParts, company: Company) -> None:
    seed, codes = made.enrol("ada")
    with parts.store.reading() as tx:
        (row,) = factors.every_seed(tx)
        found = tx.connection.exec_driver_sql("SELECT digest FROM recovery_code").scalars().all()
    assert seed.hex() not in row.sealed
    assert not {code for code in codes for digest in found if code.replace("-", "") in digest}
    assert seed.hex() not in repr(made.factor.pending("ada", issuer="x"))


def test_with_it_the_main_password_opens_no_device_door_and_no_session(made: Factors, parts: CoreParts, company: Company) -> None:
    doors = (Door.DAV, Door.LDAP)
    for door in doors:
        # Known from a moment ago: that must not help either.
        assert parts.identity.authenticate("ada", password_of("ada"), door=door, address=HERE).login == "ada"
    made.enrol("ada")
    for door in doors:
        assert parts.identity.recalled("ada", password_of("ada"), door=door, address=HERE) is None
        with pytest.raises(NotAuthenticated, match="login or password is wrong"):
            parts.identity.authenticate("ada", password_of("ada"), door=door, address=HERE)
        assert parts.identity.authenticate("ada", device_of("ada"), door=door, address=HERE).login == "ada"
    principal = parts.identity.authenticate("ada", password_of("ada"), door=Door.WEB, address=HERE)
    with pytest.raises(SecondStepNeeded):
        parts.identity.open_session(principal, address=HERE)


def test_another_phone_takes_the_place_of_the_first_and_recovery_codes_stay(made: Factors, parts: CoreParts, company: Company) -> None:
    first, _ = made.enrol("ada")
    second, codes = made.enrol("ada")
    assert codes == ()
    assert made.factor.state("ada").recovery_codes == 10
    with pytest.raises(NotAuthenticated):
        made.step.prove("ada", made.code(first), address=HERE)
    made.step.prove("ada", made.code(second), address=HERE)


def test_without_the_last_factor_the_recovery_codes_are_gone_too(made: Factors, company: Company) -> None:
    made.enrol("ada")
    made.factor.remove_codes("ada", session="")
    state = made.factor.state("ada")
    assert (state.is_on, state.recovery_codes) == (False, 0)
    for deed in (lambda: made.factor.remove_codes("ada", session=""), lambda: made.factor.renew_recovery_codes("ada")):
        with pytest.raises(NotFound):
            deed()


def test_new_recovery_codes_take_the_place_of_the_old(made: Factors, parts: CoreParts, company: Company) -> None:
    _, old = made.enrol("ada")
    new = made.factor.renew_recovery_codes("ada")
    assert not set(old) & set(new)
    principal = parts.identity.authenticate("ada", password_of("ada"), door=Door.WEB, address=HERE)
    half = made.step.begin(principal)
    with pytest.raises(NotAuthenticated):
        made.step.by_code(half, old[0], address=HERE)
    assert parts.identity.session(made.step.by_code(half, new[0].upper().replace("-", " "), address=HERE)) is not None


def test_an_administrator_takes_it_away_and_every_browser_is_signed_out(made: Factors, parts: CoreParts, company: Company) -> None:
    browser = parts.identity.open_session(company.ada, address=HERE)
    made.enrol("ada", session=browser)
    half = made.step.begin(parts.identity.authenticate("ada", password_of("ada"), door=Door.WEB, address=HERE))
    assert made.factor.reset("ada")
    assert not made.factor.state("ada").is_on
    assert made.factor.state("ada").recovery_codes == 0
    assert parts.identity.session(browser) is None
    assert made.step.waiting(half) is None
    assert parts.identity.authenticate("ada", password_of("ada"), door=Door.DAV, address=HERE).login == "ada"
    assert not made.factor.reset("ada")


def test_every_deed_is_in_the_audit_trail_and_no_secret(made: Factors, parts: CoreParts, company: Company) -> None:
    seed, codes = made.enrol("ada")
    made.factor.renew_recovery_codes("ada")
    made.factor.remove_codes("ada", session="")
    made.factor.reset("ada")
    made.factor.reseal()
    with parts.store.reading() as tx:
        told = [each for each in audit.each(tx, Wanted()) if each.action.startswith(("factor", "recovery", "keys"))]
    assert [each.action for each in told] == [
        Action.FACTOR_ADDED,
        Action.RECOVERY_CODES_MADE,
        Action.RECOVERY_CODES_MADE,
        Action.FACTOR_REMOVED,
        Action.FACTORS_RESET,
        Action.KEYS_ROTATED,
    ]
    assert not [secret for secret in (seed.hex(), *codes) if secret in repr(told)]


def test_a_group_that_asks_for_it_bars_the_password_and_keeps_the_last_factor(made: Factors, parts: CoreParts, company: Company) -> None:
    account = parts.identity.account("ada")
    with parts.directory.writing(company.system) as writing:
        writing.add_group("vault")
        writing.add_member("vault", account.entry_uuid)
        writing.require_second_factor("vault", is_required=True)
    assert made.factor.state("ada").is_required
    for door in (Door.DAV, Door.LDAP):
        with pytest.raises(NotAuthenticated):
            parts.identity.authenticate("ada", password_of("ada"), door=door, address=HERE)
    browser = parts.identity.open_session(company.ada, address=HERE)
    assert parts.identity.session(browser).must_enrol
    made.enrol("ada", session=browser)
    assert not parts.identity.session(browser).must_enrol
    with pytest.raises(Conflict):
        made.factor.remove_codes("ada", session=browser)
    assert made.factor.state("ada").has_codes
    with parts.directory.writing(company.system) as writing:
        writing.require_second_factor("vault", is_required=False)
    made.factor.remove_codes("ada", session=browser)
