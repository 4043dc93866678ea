# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from dirserver.card.fields import from_attributes
from dirserver.card.validate import validate
from dirserver.exchange.checking import check, is_small_photo, with_small_photos
from dirserver.exchange.row import Row
from dirserver.model.attribute import CANONICAL, OWN_FIELD, Syntax


def reasons(**values: str | bytes) -> list[str]:
    return [problem.reason for problem in check(Row(2, values={name: (value,) for name, value in values.items()}))]


def picture(side: int, kind: str = "PNG") -> bytes:
    stream = io.BytesIO()
    Image.effect_noise((side, side), 50).convert("RGB").save(stream, kind)
    return stream.getvalue()


@pytest.mark.parametrize(
    "mail", ["ada@example.com", "o'hara@example.co.uk", "a.b+c@xn--mgbh0fb.example", "łukasz@example.com", '"a b"@example.com']
)
def test_real_addresses_pass(mail):
    assert reasons(mail=mail) == []


@pytest.mark.parametrize("mail", ["ada", "ada@@example.com", "ada@example,com", "ada at example.com", "@example.com", "a..b@example.com"])
def test_what_is_no_address_is_refused(mail):
    assert reasons(mail=mail) == [f"'{mail}' is no mail address"]


@pytest.mark.parametrize(
    "phone", ["+34912512932", "+44 (0)20 7946 0155", "4711", "030/12-34 ext. 5", "tel:+34-91", "sip:ada@example.com", "0176 1234 5678"]
)
def test_real_numbers_pass(phone):
    assert reasons(mobile=phone) == []


@pytest.mark.parametrize("phone", ["call reception", "+3460507609299999999", "+34 12", "0000000000", "javascript:alert(1)"])
def test_what_is_no_number_is_refused(phone):
    assert len(reasons(mobile=phone)) == 1


@pytest.mark.parametrize("date", ["1985-04-12", "19850412", "--04-12", "--0412", "1985", "1985-04", "1985-04-12T10:00:00Z"])
def test_dates_pass(date):
    assert reasons(birthDate=date) == []


@pytest.mark.parametrize("date", ["12.04.1985", "1985-13-01", "yesterday", "04/12/85"])
def test_what_is_no_date_is_refused(date):
    assert reasons(birthDate=date) == [f"'{date}' is no date"]


def test_links_that_run_are_refused():
    assert reasons(labeledURI="https://example.com/a,b") == []
    assert len(reasons(labeledURI=" java\u200bscript:alert(1)")) == 1


def test_a_link_is_on_one_line():
    assert reasons(labeledURI="https://example.com/\na") == ["it holds the control character U+000A"]
    assert reasons(labeledURI="https://example.com/a\r\n") == ["it holds the control character U+000D"]


def test_control_characters_are_refused_and_line_breaks_are_not():
    assert reasons(title="Engi\x01neer") == ["it holds the control character U+0001"]
    assert reasons(description="two\nlines\tand a tab") == []


def test_an_attribute_with_one_value_takes_one():
    problems = list(check(Row(2, values={"employeeNumber": ("1", "2")})))
    assert [(problem.column, problem.remedy) for problem in problems] == [("employeeNumber", "employeeNumber takes one")]


def test_a_text_without_end_is_refused():
    assert reasons(description="x" * 131_073) == ["it is longer than 131072 characters"]


def test_photos_must_be_pictures():
    assert reasons(jpegPhoto=picture(20)) == []
    assert reasons(jpegPhoto=b"<svg/>") == ["the photo must be JPEG, PNG or WebP"]


def test_a_small_jpeg_is_kept_to_the_letter_and_others_made_small():
    jpeg = picture(64, "JPEG")
    assert is_small_photo(jpeg)
    assert with_small_photos({"jpegPhoto": (jpeg,)}) == {"jpegPhoto": (jpeg,)}
    large = with_small_photos({"sn": ("x",), "jpegPhoto": (picture(900),)})
    assert large["sn"] == ("x",)
    assert is_small_photo(large["jpegPhoto"][0])
    assert not is_small_photo(jpeg[:2] + b"\xff\xe1\x00\x10Exif\x00\x00" + jpeg[2:])


_TEXTS = [each.name for each in CANONICAL if each.field != OWN_FIELD and each.syntax not in (Syntax.BINARY, Syntax.DN)]


@given(st.dictionaries(st.sampled_from(_TEXTS), st.lists(st.text(min_size=1), min_size=1, max_size=2).map(tuple), max_size=6))
def test_what_passes_can_be_made_a_card_and_stored(values):
    values["cn"] = ("Ada",)
    if not any(check(Row(2, values=values))):
        validate(from_attributes(values, uid="0d6ef5c9-5bd5-4a1a-8c3e-1a2b3c4d5e6f"))
