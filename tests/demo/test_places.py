# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import phonenumbers
import pytest

from dirserver.demo.places import LANDS, Exchange


@pytest.mark.parametrize("tag", sorted(LANDS))
def test_every_number_that_can_be_given_out_is_valid_in_its_country(tag):
    land = LANDS[tag]
    for block in (land.mobiles, *(city.phones for city in land.cities)):
        for index in (0, 1, 499, 10**block.digits - 101, 10**block.digits - 1):
            assert phonenumbers.is_valid_number(phonenumbers.parse(block.number(index))), block.number(index)


def test_mobiles_are_mobile():
    for land in LANDS.values():
        kind = phonenumbers.number_type(phonenumbers.parse(land.mobiles.number(7)))
        assert kind == phonenumbers.PhoneNumberType.MOBILE


def test_no_two_people_get_one_number():
    exchange = Exchange()
    city = LANDS["de"].cities[0]
    numbers = [exchange.next(city.phones) for _ in range(900)]
    assert len(set(numbers)) == 900
    assert exchange.next(LANDS["de"].cities[1].phones).startswith("+4989")
