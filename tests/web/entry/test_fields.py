# SPDX-License-Identifier: GPL-3.0-or-later

from collections import Counter

import pytest

from dirserver.model.attribute import CANONICAL, FIELDS, Syntax, find
from dirserver.speech.catalogue import LANGUAGES, load_languages
from dirserver.web.entry.fields import BY_ATTRIBUTE, GROUPS, Look, label_of, label_of_unit
from dirserver.web.shell.assets import areas

# Names of attributes that are words for people too, in one language or another.
PLAIN = {"mobile", "mail", "manager", "pager", "title", "street", "gender", "description", "anniversary", "nickname", "initials"}

LOOKS = {
    Syntax.PHONE: {Look.PHONE, Look.LINE},
    Syntax.MAIL: {Look.MAIL},
    Syntax.URI: {Look.WEB, Look.CHAT},
    Syntax.ADDRESS: {Look.POSTAL},
    Syntax.DATE: {Look.DATE},
    Syntax.DN: {Look.ENTRY},
    Syntax.BINARY: {Look.PHOTO},
    Syntax.TEXT: {Look.LINE, Look.TEXT, Look.LANGUAGE},
}


def test_every_field_is_an_attribute_of_the_directory_and_looks_like_it():
    for field in BY_ATTRIBUTE.values():
        attribute = find(field.attribute)
        assert attribute is not None, field.attribute
        assert attribute.name == field.attribute
        assert field.look in LOOKS[attribute.syntax], field.attribute
        assert not (attribute.is_single and field.is_many), field.attribute


def test_no_attribute_stands_twice():
    attributes = [field.attribute for group in GROUPS for field in group.fields]
    assert len(attributes) == len(set(attributes))


def test_a_label_is_found_in_any_case_and_never_missing():
    assert label_of("MOBILE") == "Mobile"
    assert label_of("homeMail") == label_of("mozillaSecondEmail") == "Private mail"
    assert label_of("x-strange") == "x-strange"


@pytest.mark.parametrize("code", LANGUAGES)
def test_whatever_is_shown_has_a_label_in_words_that_nothing_else_has(code):
    language = load_languages(area / "messages" for area in areas())[code]
    for names, label in (([each.name for each in CANONICAL], label_of), (FIELDS, label_of_unit)):
        labels = {name: language.translations.gettext(label(name)) for name in names}
        assert not [name for name, words in labels.items() if words.casefold() == name.casefold() and name not in PLAIN]
        assert not [words for words, times in Counter(words.casefold() for words in labels.values()).items() if times > 1]
