# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.care.care import make_care
from dirserver.care.checks import Code
from dirserver.care.likeness import Lane
from dirserver.config import CareSettings
from dirserver.demo.company import CLIENTS, build
from dirserver.demo.contacts import make_contacts
from dirserver.demo.untidy import MOST, untidy
from dirserver.model.principal import Principal

OPERATOR = Principal.system()


def test_the_untidy_ones_are_the_same_each_time():
    contacts = make_contacts("clients", 120)
    assert untidy("clients", contacts) == untidy("clients", contacts)
    assert len({one.uuid for one in untidy("clients", contacts)}) == MOST


def test_the_desk_of_the_sample_company_has_work(parts):
    build(parts, people=60)
    care = make_care(CareSettings(), parts.store, parts.directory, b"k" * 32, clock=parts.clock)
    assert care.looking.catch_up(CLIENTS) == 120
    counts = care.duplicates.counts(OPERATOR, CLIENTS)
    assert (counts[Lane.SAFE], counts[Lane.DECISION]) == (2, 2)
    found = dict(care.hygiene.summary(OPERATOR, CLIENTS).counts)
    assert {Code.MAIL, Code.PHONE, Code.CAPITALS, Code.SPACE, Code.MOJIBAKE} <= found.keys()
