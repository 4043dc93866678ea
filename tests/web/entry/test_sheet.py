# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from flask import Flask

from dirserver.model.principal import Principal
from dirserver.web.entry.sheet import day, safe_url, sections_of, web_label
from dirserver.wiring import Parts
from tests.cast import uuid_of


@pytest.mark.parametrize("text", ["https://example.com/a?b=c", "http://x", "mailto:a@b", "xmpp:a@b", "sip:12@b", " https://x "])
def test_good_schemes_are_links(text):
    assert safe_url(text) == text.strip()


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "//x",
        "example.com",
        "",
        "http://[",
        "\x01javascript:x",
    ],
)
def test_other_schemes_stay_text(text):
    assert safe_url(text) == ""


def test_an_address_is_shown_without_what_goes_without_saying():
    assert web_label("https://example.com/") == "example.com"
    assert web_label("sip:12@example.com") == "sip:12@example.com"


@pytest.mark.parametrize(
    "text, read",
    [
        ("1985-04-12", "12 de abril de 1985"),
        ("--04-12", "12 de abril"),
        ("--02-29", "29 de febrero"),
        ("spring", "spring"),
        ("--99-99", "--99-99"),
    ],
)
def test_days_are_written_as_the_reader_does(app: Flask, text, read):
    with app.test_request_context(headers={"Accept-Language": "es"}):
        assert day(text) == read


@pytest.fixture
def lines(app: Flask, parts: Parts):
    def of(login: str) -> dict[str, list[tuple[tuple[str, ...], str]]]:
        with app.test_request_context(), parts.directory.reading(Principal.system()) as reading:
            sections = sections_of(reading, reading.find(uuid_of(login)))
        return {line.attribute: [(value.lines, value.url) for value in line.values] for section in sections for line in section.lines}

    return of


def test_every_kind_of_value_leads_where_it_should(lines, change):
    change(
        "zoe",
        labeledURI="https://zoe.example/",
        socialProfile="https://social.example/@zoe",
        secretary=f"urn:uuid:{uuid_of('ada')}",
        description="one\ntwo",
        physicalDeliveryOfficeName="Room 12",
        street="Main Street 1",
        l="Leeds",
        preferredLanguage="eo",
        birthDate="--04-12",
        anniversary="2001-02-03",
    )
    shown = lines("zoe")
    assert shown["labeledURI"] == [(("zoe.example",), "https://zoe.example/")]
    assert shown["socialProfile"] == [(("social.example/@zoe",), "https://social.example/@zoe")]
    assert shown["secretary"] == [(("Ada Łukasińska",), "/people/ada")]
    assert shown["description"] == [(("one", "two"), "")]
    assert shown["postalAddress"] == [
        (("Room 12", "Main Street 1", "Leeds"), "https://www.openstreetmap.org/search?query=Main%20Street%201%2C%20Leeds")
    ]
    assert shown["preferredLanguage"] == [(("Esperanto",), "")]
    assert "street" not in shown
    assert "cn" not in shown


def test_an_attribute_that_no_group_knows_is_shown_all_the_same(lines, change):
    change("zoe", personalTitle="Dr.", middleName="Ann")
    shown = lines("zoe")
    assert shown["personalTitle"] == [(("Dr.",), "")]
    assert shown["middleName"] == [(("Ann",), "")]
