# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.errors import NotFound
from dirserver.model.client import Family
from dirserver.model.profile import ORGANISATION, Gal, ProfileSubject, Rule, Settings, Tier
from dirserver.store.engine import counters
from dirserver.store.rights import profiles
from tests.cast import Company
from tests.parts import CoreParts

ADA = ProfileSubject(Tier.ACCOUNT, "ada")
SALES = ProfileSubject(Tier.GROUP, "sales")


def test_rules_come_from_the_least_to_the_most_specific_as_they_were_put_last(parts: CoreParts, company: Company) -> None:
    with parts.store.writing() as tx:
        before = counters.access_number(tx)
        for subject, family in ((ADA, None), (SALES, Family.IOS), (SALES, None), (ORGANISATION, Family.KDE)):
            profiles.put(tx, Rule(subject, family, Settings(gal=Gal.OFF)))
        profiles.put(tx, Rule(ProfileSubject(Tier.ACCOUNT, "ADA"), None, Settings(gal=Gal.GATEWAY)))
        assert counters.access_number(tx) > before
    with parts.store.reading() as tx:
        found = profiles.listed(tx)
    assert [(rule.subject, rule.family) for rule in found] == [(ORGANISATION, Family.KDE), (SALES, None), (SALES, Family.IOS), (ADA, None)]
    assert found[-1].settings == Settings(gal=Gal.GATEWAY)


def test_nothing_said_is_no_row_and_nobody_has_none(parts: CoreParts, company: Company) -> None:
    with parts.store.writing() as tx:
        profiles.put(tx, Rule(ADA, None, Settings(gal=Gal.OFF)))
        profiles.put(tx, Rule(ADA, None, Settings()))
        assert profiles.listed(tx) == ()
        with pytest.raises(NotFound):
            profiles.put(tx, Rule(ProfileSubject(Tier.GROUP, "nobody"), None, Settings(gal=Gal.OFF)))
