# SPDX-License-Identifier: GPL-3.0-or-later

from dirserver.model.attribute import Syntax, find
from dirserver.web.entry.fields import BY_ATTRIBUTE, GROUPS, Look, label_of

LOOKS = {
    Syntax.PHONE: {Look.PHONE, Look.LINE},
    Syntax.MAIL: {Look.MAIL},
    Syntax.URI: {Look.WEB},
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
    assert label_of("userCertificate") == "userCertificate"
