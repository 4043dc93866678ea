# SPDX-License-Identifier: GPL-3.0-or-later
"""From where and until when device passwords are good; what is known in memory ends with them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dirserver.errors import BadInput, NotAuthenticated
from dirserver.identity.account import Scope
from dirserver.identity.devices import Restrictions, is_within
from dirserver.model.client import Family
from dirserver.model.principal import Door
from tests.cast import Company
from tests.parts import CoreParts

OFFICE, HOME = "10.1.2.3", "203.0.113.7"


def now(parts: CoreParts) -> datetime:
    return datetime.fromtimestamp(parts.clock() / 1_000_000, UTC)


def made(parts: CoreParts, *networks: str, hours: float | None = None) -> str:
    until = now(parts) + timedelta(hours=hours) if hours is not None else None
    return parts.identity.add_device_password("ada", label="phone", restrictions=Restrictions.of(networks, until))


def opens(parts: CoreParts, secret: str, address: str, door: Door = Door.DAV) -> bool:
    try:
        parts.identity.authenticate("ada", secret, door=door, address=address)
    except NotAuthenticated:
        assert parts.identity.recalled("ada", secret, door=door, address=address) is None
        return False
    return True


def test_one_for_a_network_is_good_there_alone_also_when_it_was_good_there_a_moment_ago(parts: CoreParts, company: Company) -> None:
    secret = made(parts, "10.1.0.0/16 192.0.2.1", "2001:db8::/48")
    for door in (Door.DAV, Door.LDAP):
        assert not opens(parts, secret, HOME, door)
        for address in (OFFICE, "192.0.2.1", "2001:db8:0:7::1", "::ffff:10.1.9.9"):
            assert opens(parts, secret, address, door)
            assert not opens(parts, secret, HOME, door)
        assert parts.identity.devices.shown("ada", secret, door=door, address=HOME) is None
        assert parts.identity.devices.shown("ada", secret, door=door, address=OFFICE) is not None


def test_one_that_expires_is_good_until_then_also_from_memory(parts: CoreParts, company: Company) -> None:
    secret = made(parts, hours=0.01)
    assert opens(parts, secret, HOME)
    parts.clock.pass_s(35)
    assert opens(parts, secret, HOME)
    assert parts.identity.recalled("ada", secret, door=Door.DAV, address=HOME) is not None
    parts.clock.pass_s(1)
    assert not opens(parts, secret, HOME)
    (device,) = (one for one in parts.identity.device_passwords("ada") if one.expires_at is not None)
    assert device.is_expired


def test_what_stays_open_knows_when_it_ends(parts: CoreParts, company: Company) -> None:
    secret = made(parts, hours=1)
    known = parts.identity.authenticate("ada", secret, door=Door.LDAP, address=HOME)
    assert known.proof is not None
    assert known.proof.until_us == parts.clock() + 3600 * 1_000_000
    assert known.using(Family.IOS).held == known.held


def test_what_was_used_last_is_told(parts: CoreParts, company: Company) -> None:
    secret = made(parts, OFFICE)
    parts.identity.authenticate("ada", secret, door=Door.DAV, address=OFFICE, program="DAVx5 on Android")
    (device,) = (one for one in parts.identity.device_passwords("ada") if one.networks)
    assert [str(one) for one in device.networks] == ["10.1.2.3/32"]
    assert (device.last_used_address, device.last_used_door, device.last_used_program) == (OFFICE, "dav", "DAVx5 on Android")
    assert device.last_used_at == now(parts)


def test_a_guess_from_elsewhere_is_not_told_from_a_wrong_one(parts: CoreParts, company: Company) -> None:
    secret, said = made(parts, OFFICE), set()
    for one in (secret, "wrong", secret):
        with pytest.raises(NotAuthenticated) as raised:
            parts.identity.authenticate("ada", one, door=Door.DAV, address=HOME)
        said.add((type(raised.value), raised.value.public_message))
    assert len(said) == 1


@pytest.mark.parametrize("network", ["10.1.2.3/8", "office", "10.0.0.0/33", "2001:db8::/129", "::1%eth0/64", "1" * 5000])
def test_what_is_no_network_is_told(network: str) -> None:
    with pytest.raises(BadInput, match="network"):
        Restrictions.of([network], None)


def test_there_are_bounds(parts: CoreParts, company: Company) -> None:
    with pytest.raises(BadInput, match="16"):
        Restrictions.of([" ".join(f"10.0.0.{number}" for number in range(17))], None)
    with pytest.raises(BadInput, match="expired"):
        made(parts, hours=0)


def test_a_generated_one_has_120_bits_and_only_a_keyed_hash_of_it_is_kept(parts: CoreParts, company: Company) -> None:
    secret = parts.identity.add_device_password("ada", label="phone", scope=Scope.DAV)
    letters = secret.replace("-", "")
    assert len(letters) == 24
    assert set(letters) <= set("abcdefghijkmnpqrstuvwxyz23456789")
    with parts.store.reading() as tx:
        kept = str(tx.driver.execute("SELECT * FROM device_password").fetchall())
    assert secret not in kept
    assert parts.identity.devices.digest(secret) in kept


def test_an_address_that_is_none_is_in_no_network() -> None:
    (network,) = Restrictions.of(["10.0.0.0/8"], None).networks
    assert is_within("10.1.2.3", (network,))
    assert is_within("nonsense", ())
    assert not any(is_within(address, (network,)) for address in ("", "nonsense", "2001:db8::1", "11.0.0.1"))
