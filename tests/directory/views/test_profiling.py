# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dataclasses import replace

import pytest

from dirserver.errors import BadInput, NotAllowed, NotFound
from dirserver.model.book import BookKind
from dirserver.model.client import Family
from dirserver.model.client_needs import BUILT_IN
from dirserver.model.profile import ORGANISATION, CardVersion, Gal, PhotoSize, Profile, ProfileSubject, ReadOnlyPut, Rule, Settings
from tests.cast import Company
from tests.parts import CoreParts


def profile(parts: CoreParts, who: object, family: Family | None) -> Profile:
    with parts.directory.reading(replace(who, client=family)) as reading:  # type: ignore[type-var]
        return reading.profile


def say(parts: CoreParts, company: Company, subject: str, family: Family | None, **settings: str) -> None:
    with parts.directory.writing(company.system) as writing:
        writing.set_profile(Rule(ProfileSubject.parse(subject), family, Settings.of(settings)))


def test_each_family_gets_what_it_needs_and_nobody_known_what_is_stored(parts: CoreParts, company: Company) -> None:
    ios = profile(parts, company.ada, Family.IOS)
    assert (ios.gal, ios.vcard, ios.photo, ios.read_only) == (Gal.SYNCED, CardVersion.V3, PhotoSize.PX320, ReadOnlyPut.ABSORB)
    assert profile(parts, company.ada, Family.MACOS).gal is Gal.GATEWAY
    assert profile(parts, company.ada, Family.DAVX5).read_only is ReadOnlyPut.REFUSE
    assert profile(parts, company.ada, Family.OTHER) == profile(parts, company.ada, None) == Profile()
    assert set(BUILT_IN) == set(Family)


def test_the_more_specific_wins_setting_by_setting_from_the_next_question_on(parts: CoreParts, company: Company) -> None:
    say(parts, company, "organisation", None, gal="gateway", photo="96")
    say(parts, company, "group:sales", None, photo="160")
    say(parts, company, "account:ada", Family.IOS, photo="none")
    assert profile(parts, company.dov, Family.IOS) == replace(
        profile(parts, company.dov, Family.IOS), gal=Gal.GATEWAY, photo=PhotoSize.PX96
    )
    assert profile(parts, company.bruno, Family.IOS).photo is PhotoSize.PX160
    assert profile(parts, company.ada, Family.DAVX5).photo is PhotoSize.PX160
    ada = profile(parts, company.ada, Family.IOS)
    assert (ada.gal, ada.photo, ada.vcard) == (Gal.GATEWAY, PhotoSize.NONE, CardVersion.V3)
    say(parts, company, "account:ada", Family.IOS)
    assert profile(parts, company.ada, Family.IOS).photo is PhotoSize.PX160


def test_what_is_said_of_a_family_wins_over_what_is_said_of_any_and_of_two_groups_the_more_careful(
    parts: CoreParts, company: Company
) -> None:
    say(parts, company, "organisation", Family.IOS, gal="off")
    say(parts, company, "organisation", None, gal="synced")
    assert profile(parts, company.ada, Family.IOS).gal is Gal.OFF
    assert profile(parts, company.ada, Family.MACOS).gal is Gal.SYNCED
    with parts.directory.writing(company.system) as writing:
        writing.add_group("quiet")
        writing.add_member("quiet", writing.named(writing.book("people"), "ada").uuid)
    say(parts, company, "group:sales", None, gal="synced")
    say(parts, company, "group:quiet", None, gal="gateway")
    assert profile(parts, company.ada, Family.THUNDERBIRD).gal is Gal.GATEWAY


def test_it_is_told_who_decided_each_setting(parts: CoreParts, company: Company) -> None:
    say(parts, company, "group:SALES", None, gal="off")
    with parts.directory.reading(company.ada) as reading:
        told = {each.name: (each.value, str(each.by.subject), each.by.family) for each in reading.decided(Family.IOS)}
    assert told["gal"] == ("off", "group:sales", None)
    assert told["vcard"] == ("3.0", "built-in", Family.IOS)


def test_a_group_that_goes_takes_its_profile_along(parts: CoreParts, company: Company) -> None:
    say(parts, company, "group:sales", None, gal="off")
    with parts.directory.writing(company.system) as writing:
        writing.drop_group("sales")
        assert writing.profile_rules() == ()


def test_only_operators_say_what_clients_get_and_only_about_what_there_is(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.chika) as writing, pytest.raises(NotAllowed):
        writing.set_profile(Rule(ORGANISATION, None, Settings(gal=Gal.OFF)))
    with parts.directory.reading(company.ada) as reading, pytest.raises(NotAllowed):
        reading.profile_rules()
    for subject in ("group:nobody", "account:nobody"):
        with pytest.raises(NotFound):
            say(parts, company, subject, None, gal="off")
    for text in ("everybody", "organisation:x", "group:"):
        with pytest.raises(BadInput):
            ProfileSubject.parse(text)
    for settings in ({"size": "1"}, {"photo": "5000"}):
        with pytest.raises(BadInput):
            Settings.of(settings)


def test_another_form_has_other_etags_and_begins_its_tokens_anew(parts: CoreParts, company: Company) -> None:
    tokens, etags = set(), set()
    for family in (Family.IOS, Family.DAVX5, Family.OTHER):
        with parts.directory.reading(replace(company.ada, client=family)) as reading:
            book = next(view for view in reading.books() if view.book.kind is BookKind.PEOPLE)
            tokens.add(str(reading.token(book)))
            etags.add(next(iter(reading.listing(book))).etag)
    assert (len(tokens), len(etags)) == (3, 3)
