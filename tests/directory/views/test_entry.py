# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import dataclasses
import itertools

import pytest

from dirserver.card.card import Version
from dirserver.directory.views.entry import BookView, Form, Search
from dirserver.model.book import Level
from dirserver.model.grant import Grant, Subject
from dirserver.model.profile import CardVersion, GroupDialect, PhotoSize, Profile
from tests.cast import PEOPLE, Company, entry_of
from tests.parts import CoreParts


def test_a_book_says_what_may_be_done_with_any_entry(parts: CoreParts, company: Company) -> None:
    told: dict[str, BookView] = {}
    for who in ("ada", "chika", "admin"):
        with parts.directory.reading(getattr(company, who)) as reading:
            told[who] = reading.book("people")
    assert [(view.level, view.may_add, view.may_delete) for view in told.values()] == [
        (Level.VIEW, False, False),
        (Level.DELETE, True, True),
        (Level.OWN, True, True),
    ]
    assert told["ada"].own_view.level is Level.EDIT
    assert (told["ada"].slug, told["ada"].name) == ("people", "People")


def test_an_entry_without_a_readable_name_is_called_by_its_uid(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.system) as writing:
        writing.grant(Grant(PEOPLE, Subject.parse("account:dov"), Level.VIEW, ("mail",)))
    entry = entry_of(parts.directory, company.dov, "ada")
    assert entry.display == entry.uuid
    assert "Ada" not in repr(entry.card)


def test_answers_cannot_be_changed(parts: CoreParts, company: Company) -> None:
    entry = entry_of(parts.directory, company.ada, "ada")
    with pytest.raises(dataclasses.FrozenInstanceError):
        entry.name = "boss"
    with pytest.raises(dataclasses.FrozenInstanceError):
        Search().limit = 5


def test_the_keys_of_forms_hold_over_restarts_and_releases() -> None:
    assert [form.key for form in (Form.NATIVE, Form.VCARD3, Form.VCARD4)] == ["native", "3.0", "4.0"]
    assert Form(Version.V3, PhotoSize.PX320, GroupDialect.APPLE).key == "3.0 photo=320/45056 groups=apple"


def test_forms_are_few_and_each_has_a_key_of_its_own() -> None:
    made = {Form.of(Profile(photo=photo, vcard=vcard, groups=groups))
            for photo, vcard, groups in itertools.product(PhotoSize, CardVersion, GroupDialect)}  # fmt: skip
    assert len(made) == len({form.key for form in made}) == 120


def test_another_version_leaves_the_rest_of_a_form_as_it_is() -> None:
    form = Form(Version.V3, PhotoSize.PX96)
    assert form.in_version(Version.V4) == Form(Version.V4, PhotoSize.PX96)
    assert form.in_version(None) is form.in_version(Version.V3) is form
