# SPDX-License-Identifier: GPL-3.0-or-later
"""The largest filters that the settings can allow are answered like any other, by both engines."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from dirserver.config import load
from dirserver.config.about import abouts_of
from dirserver.config.ldap_settings import LdapSettings
from dirserver.ldap.limits import Limits
from dirserver.ldap.listen import make_site
from dirserver.ldap.wire.known import KnownRequests
from dirserver.model.filter import And, Equality, Filter, Not, Or, Substrings
from dirserver.wiring import wire
from tests.cast import make_company
from tests.ldap.dialogue import Dialogue, search_of

ABOUTS = abouts_of(LdapSettings)
DEEPEST, BROADEST = ABOUTS["max_filter_depth"].maximum, ABOUTS["max_filter_parts"].maximum
ADA = Equality("uid", "ada")


def nested(levels: int, found: Filter = ADA) -> Filter:
    for level in range(levels):
        found = (Not(found), And((found, Not(Equality("sn", "x")))), Or((found, Equality("sn", "x"))))[level % 3]
    return found


@pytest.fixture
def dialogue(database_url: str, tmp_path: Path):
    (tmp_path / "dirserver.key").write_text("QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY=")
    (tmp_path / "dirserver.key").chmod(0o600)
    file = tmp_path / "dirserver.toml"
    file.write_text(f'domain = "example.com"\n[database]\nurl = "{database_url}"\n[ldap]\ntime_limit_s = 600\n')
    parts = wire(load(file), may_create=True)
    make_company(parts)
    site = make_site(parts)
    limits = Limits.of(replace(parts.config.ldap, max_filter_depth=DEEPEST, max_filter_parts=BROADEST))
    dialogue = Dialogue(replace(site, limits=limits, known=KnownRequests(limits.wire)))
    dialogue.bind("ada")
    yield dialogue
    parts.close()


@pytest.mark.slow
def test_the_deepest_and_the_broadest_filter_that_may_be_allowed_are_answered(dialogue: Dialogue) -> None:
    others = BROADEST - 2
    for wanted in (
        nested(DEEPEST),
        Or((ADA, *(Equality("mail", f"x{number}@example.com") for number in range(others)))),
        Or((ADA, *(Substrings("cn", "", (f"qqq{number}",)) for number in range(others)))),
        Or((ADA, *(Equality(f"{'sn' if number % 2 else 'telephoneNumber'}", f"555{number}") for number in range(others)))),
        And((ADA, *(Not(Equality("sn", f"x{number}")) for number in range(others // 2)))),
    ):
        answers = dialogue.ask(search_of(wanted=wanted, attributes=("uid",)))
        assert [answer.code for answer in answers][-1] == 0, answers[-1].text
    many = Or(tuple(Equality("sn", str(number)) for number in range(BROADEST)))
    for too_much in (nested(DEEPEST + 1), many):
        (refused,) = dialogue.ask(search_of(wanted=too_much))
        assert refused.code == 11
