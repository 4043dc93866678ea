# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from tests.cli.test_mail import set_up


def test_what_nobody_confirmed_is_listed_and_asking_needs_mail(company):
    assert company.json("confirmation", "list") == []
    assert "[mail] host" in company.run("confirmation", "ask").err
    set_up(company, 1)
    assert "0 letters about 0 entries" in company.ok("confirmation", "ask")
