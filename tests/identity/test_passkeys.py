# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
from dataclasses import dataclass

import pytest

from dirserver.errors import BadInput, Conflict, NotAuthenticated, NotFound, SecondStepNeeded
from dirserver.identity.passkeys import Passkeys
from dirserver.identity.site import Site
from dirserver.model.principal import Door
from tests.cast import Company, password_of
from tests.identity.authenticator import PRESENT, Authenticator
from tests.identity.second_factors import Factors, factors_of
from tests.parts import KEY, CoreParts

HERE = "192.0.2.7"
SITE = Site("contacts.example.com", "https://contacts.example.com", "example.com")


@dataclass(frozen=True)
class Keys:
    """Passkeys over the core's parts, and Ada's session."""

    factors: Factors
    passkeys: Passkeys
    session: str

    def device(self, **said: str | int) -> Authenticator:
        return Authenticator(**{"origin": SITE.origin, "rp_id": SITE.rp_id, **said})

    def registered(self, **said: str | int) -> Authenticator:
        """A device with a passkey of Ada's."""
        device = self.device(**said)
        options = self.passkeys.options_to_register("ada", session=self.session)
        self.passkeys.register("ada", device.register(options), label="My laptop", session=self.session)
        return device

    def first_step(self) -> str:
        identity = self.factors.parts.identity
        return self.factors.step.begin(identity.authenticate("ada", password_of("ada"), door=Door.WEB, address=HERE))


@pytest.fixture
def keys(parts: CoreParts, company: Company) -> Keys:
    made = factors_of(parts)
    passkeys = Passkeys(parts.store, KEY, SITE, made.step, clock=parts.clock)
    return Keys(made, passkeys, parts.identity.open_session(company.ada, address=HERE))


def test_a_passkey_turns_the_second_factor_on_and_signs_in_alone(keys: Keys, parts: CoreParts) -> None:
    device = keys.device()
    options = keys.passkeys.options_to_register("ada", session=keys.session)
    assert len(keys.passkeys.register("ada", device.register(options), label=" My laptop ", session=keys.session)) == 10
    assert keys.factors.factor.state("ada").passkeys == 1
    for door in (Door.DAV, Door.LDAP):
        with pytest.raises(NotAuthenticated):
            parts.identity.authenticate("ada", password_of("ada"), door=door, address=HERE)
    with pytest.raises(SecondStepNeeded):
        parts.identity.open_session(parts.identity.authenticate("ada", password_of("ada"), door=Door.WEB, address=HERE), address=HERE)
    secret = keys.passkeys.sign_in(device.sign(keys.passkeys.options_to_sign_in()), address=HERE)
    session = parts.identity.session(secret)
    assert (session.account.login, session.is_fresh) == ("ada", True)
    (told,) = keys.passkeys.listed("ada")
    assert (told.label, told.last_used_address, told.is_synced) == ("My laptop", HERE, False)


def test_it_is_the_second_step_of_its_own_account_even_where_nobody_was_verified(keys: Keys, parts: CoreParts, company: Company) -> None:
    device = keys.registered(flags=PRESENT)
    half = keys.first_step()
    asked = keys.passkeys.options_for_second_step(half)
    assert [each["id"] for each in json.loads(asked)["allowCredentials"]] == [json.loads(device.sign(asked))["id"]]
    assert parts.identity.session(keys.passkeys.second_step(half, device.sign(asked), address=HERE)) is not None
    # Of somebody else's sign-in it is none.
    keys.factors.enrol("bruno")
    other = keys.factors.step.begin(parts.identity.authenticate("bruno", password_of("bruno"), door=Door.WEB, address=HERE))
    with pytest.raises(NotAuthenticated):
        keys.passkeys.second_step(other, device.sign(keys.passkeys.options_for_second_step(other)), address=HERE)
    # Alone, a touch is one factor only.
    with pytest.raises(NotAuthenticated):
        keys.passkeys.sign_in(device.sign(keys.passkeys.options_to_sign_in()), address=HERE)
    with pytest.raises(NotFound):
        keys.passkeys.options_for_second_step("guess")


def test_a_challenge_is_signed_once_in_time_and_for_what_it_was_made(keys: Keys, parts: CoreParts) -> None:
    device = keys.registered()
    answer = device.sign(keys.passkeys.options_to_sign_in())
    keys.passkeys.sign_in(answer, address=HERE)
    late = device.sign(keys.passkeys.options_to_sign_in())
    proof = device.sign(keys.passkeys.options_to_prove("ada", session=keys.session))
    made_up = device.sign(json.dumps({"challenge": "AAAA"}))
    refused = [answer, proof, made_up, "", "{}", "[]", '{"response": {}}', "x" * 30_000, "[" * 20_000]
    for each in refused:
        with pytest.raises(NotAuthenticated):
            keys.passkeys.sign_in(each, address=HERE)
    with pytest.raises(NotAuthenticated):
        keys.passkeys.prove("ada", proof, session="another session", address=HERE)
    keys.passkeys.prove("ada", proof, session=keys.session, address=HERE)
    parts.clock.pass_s(301)
    with pytest.raises(NotAuthenticated):
        keys.passkeys.sign_in(late, address=HERE)


@pytest.mark.parametrize(
    "broken",
    [
        {"origin": "https://contacts.example.com.evil.example"},
        {"origin": "http://contacts.example.com"},
        {"rp_id": "example.com"},
        {"flags": 0},
    ],
)
def test_what_was_signed_elsewhere_or_without_anybody_there_is_refused(keys: Keys, broken: dict[str, str | int]) -> None:
    with pytest.raises(BadInput):
        keys.registered(**broken)
    device = keys.registered()
    for name, value in broken.items():
        setattr(device, name, value)
    with pytest.raises(NotAuthenticated):
        keys.passkeys.sign_in(device.sign(keys.passkeys.options_to_sign_in()), address=HERE)


def test_a_counter_that_goes_back_a_wrong_user_or_signature_is_refused(keys: Keys) -> None:
    device = keys.registered(count=5)
    keys.passkeys.sign_in(device.sign(keys.passkeys.options_to_sign_in()), address=HERE)
    device.count -= 1
    for said in ({}, {"userHandle": "Ym9i"}, {"signature": "AAAA"}):
        with pytest.raises(NotAuthenticated):
            keys.passkeys.sign_in(device.sign(keys.passkeys.options_to_sign_in(), **said), address=HERE)
    keys.passkeys.sign_in(device.sign(keys.passkeys.options_to_sign_in()), address=HERE)


def test_who_left_does_not_get_in_and_a_removed_passkey_is_good_for_nothing(keys: Keys, parts: CoreParts) -> None:
    first, second = keys.registered(), keys.registered()
    number = keys.passkeys.listed("ada")[0].id
    with pytest.raises(NotFound):
        keys.passkeys.remove("bruno", number, session="")
    keys.passkeys.remove("ada", number, session=keys.session)
    with pytest.raises(NotAuthenticated):
        keys.passkeys.sign_in(first.sign(keys.passkeys.options_to_sign_in()), address=HERE)
    keys.passkeys.sign_in(second.sign(keys.passkeys.options_to_sign_in()), address=HERE)
    parts.identity.close_account("ada")
    with pytest.raises(NotAuthenticated):
        keys.passkeys.sign_in(second.sign(keys.passkeys.options_to_sign_in()), address=HERE)


def test_a_passkey_is_registered_once_under_a_name(keys: Keys) -> None:
    device = keys.registered()
    options = keys.passkeys.options_to_register("ada", session=keys.session)
    assert len(json.loads(options)["excludeCredentials"]) == 1
    with pytest.raises(Conflict):
        keys.passkeys.register("ada", device.register(options), label="again", session=keys.session)
    other = keys.device().register(keys.passkeys.options_to_register("ada", session=keys.session))
    for label in ("", " ", "a\nb", "x" * 101):
        with pytest.raises(BadInput, match="name"):
            keys.passkeys.register("ada", other, label=label, session=keys.session)
    with pytest.raises(BadInput):
        keys.passkeys.register("ada", other, label="x", session="another session")
