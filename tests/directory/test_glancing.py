# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections.abc import Sequence

import pytest

from dirserver.directory.glancing import MOST
from dirserver.directory.views.entry import Form
from dirserver.directory.views.rendering import Rendering
from dirserver.model.book import Level
from dirserver.model.grant import Grant, Subject
from dirserver.model.modification import Modification, Operation
from dirserver.model.names import Href
from dirserver.model.principal import Principal
from tests.cast import CLIENTS, PEOPLE, Company, uuid_of
from tests.parts import CoreParts

ADA, BRUNO, DOV = (Href(f"{uuid_of(login)}.vcf") for login in ("ada", "bruno", "dov"))


def read(parts: CoreParts, who: Principal, hrefs: Sequence[Href] | None, form: Form = Form.NATIVE) -> dict[Href, Rendering]:
    with parts.directory.reading(who) as reading:
        return {one.href: one for one in reading.renderings(reading.book(PEOPLE), hrefs, form)}


def glance(parts: CoreParts, who: Principal, hrefs: Sequence[Href], form: Form = Form.NATIVE) -> dict[Href, Rendering] | None:
    return parts.directory.at_a_glance(
        who, lambda reading: {one.href: one for one in reading.renderings(reading.book(PEOPLE), hrefs, form)}
    )


def test_a_glance_shows_what_a_reading_shows_or_says_nothing(parts: CoreParts, company: Company) -> None:
    seen = 0
    for login in ("ada", "bruno", "chika", "esme", "printer", "system"):
        who = getattr(company, login)
        for form in (Form.NATIVE, Form.VCARD3, Form.VCARD4):
            for href, one in read(parts, who, None, form).items():
                shown = glance(parts, who, [href], form)
                assert shown in (None, {href: one})
                seen += shown is not None
    assert seen > 20
    # Their own cards show them more than the View on the book does.
    assert glance(parts, company.ada, [ADA]) is None


def test_a_change_is_seen_at_the_next_glance(parts: CoreParts, company: Company) -> None:
    read(parts, company.ada, [DOV])
    before = glance(parts, company.ada, [DOV])
    with parts.directory.writing(company.system) as writing:
        writing.modify(uuid_of("dov"), [Modification("title", Operation.REPLACE, ("Juggler",))])
    assert before is not None
    assert glance(parts, company.ada, [DOV]) is None, "nothing is rendered at a glance"
    after = read(parts, company.ada, [DOV])
    assert b"Juggler" in after[DOV].body
    assert glance(parts, company.ada, [DOV]) == after
    with parts.directory.writing(company.system) as writing:
        writing.trash(uuid_of("dov"))
    assert glance(parts, company.ada, [DOV]) is None


def test_who_wants_one_card_and_no_more_has_it_kept_too(parts: CoreParts, company: Company) -> None:
    with parts.directory.reading(company.ada) as reading:
        first = next(iter(reading.renderings(reading.book(PEOPLE), [DOV], Form.NATIVE)))
    assert glance(parts, company.ada, [DOV]) == {DOV: first}


def test_a_change_of_rights_is_seen_at_the_next_glance(parts: CoreParts, company: Company) -> None:
    read(parts, company.esme, [DOV])
    assert glance(parts, company.esme, [DOV]) is not None
    with parts.directory.writing(company.system) as writing:
        writing.grant(Grant(PEOPLE, Subject.parse("group:contractors"), Level.NONE))
    assert glance(parts, company.esme, [DOV]) is None
    assert glance(parts, company.esme, [BRUNO, DOV]) is None


def test_who_was_never_here_and_what_takes_a_second_question_is_for_a_reading(parts: CoreParts, company: Company) -> None:
    assert glance(parts, company.bruno, [DOV]) is None
    read(parts, company.bruno, [ADA, DOV])
    assert glance(parts, company.bruno, [DOV]) is not None
    assert glance(parts, company.bruno, [DOV] * (MOST + 1)) is None
    assert parts.directory.at_a_glance(company.bruno, lambda reading: reading.book(CLIENTS)) is None
    twice = parts.directory.at_a_glance(
        company.bruno, lambda reading: [list(reading.renderings(reading.book(PEOPLE), [href])) for href in (DOV, ADA)]
    )
    assert twice is None


def test_what_is_asked_at_a_glance_may_fail_as_in_a_reading(parts: CoreParts, company: Company) -> None:
    read(parts, company.ada, [DOV])
    with pytest.raises(ZeroDivisionError):
        parts.directory.at_a_glance(company.ada, lambda _reading: 1 // 0)
