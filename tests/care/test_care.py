# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.care.care import make_care
from dirserver.care.checks import Code
from dirserver.config import CareSettings
from dirserver.config.values import AttributeName, Region
from dirserver.model.principal import Principal
from tests.cast import CLIENTS, make_company
from tests.parts import KEY, open_parts


def test_the_settings_reach_what_they_are_for(copied_url):
    parts = open_parts(copied_url)
    make_company(parts)
    settings = CareSettings(required=(AttributeName("title"),), region=Region("PT"), confirm_after_days=30)
    care = make_care(settings, parts.store, parts.directory, KEY, clock=parts.clock)
    care.retention.tend()
    assert dict(care.hygiene.summary(Principal.system(), CLIENTS).counts)[Code.REQUIRED] == 3
    parts.clock.pass_s(31 * 86_400)
    assert care.ages.count(Principal.system(), CLIENTS) == 3
    parts.close()
