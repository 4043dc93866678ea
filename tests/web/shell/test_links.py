# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from flask import Flask

from dirserver.web.shell.links import entry_url, mail_url, safe_next


@pytest.mark.parametrize("target", ["/", "/people/ada", "/?q=%C5%82uk&page=2", "/books/clients", "/people/a%2Fb"])
def test_a_path_on_this_site_is_safe(target):
    assert safe_next(target) == target


@pytest.mark.parametrize(
    "target",
    [
        "",
        "https://evil.example/",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        " /people",
        "javascript:alert(1)",
        "people",
        "http:evil.example",
        "/x\x00y",
    ],
)
def test_anything_else_leads_to_the_front_page(target):
    assert safe_next(target) == "/"


@pytest.mark.parametrize("name", ["Acme / Sons", "a/b", "..", ".", ""])
def test_a_name_that_no_path_can_hold_gives_way_to_the_uuid(app: Flask, name):
    with app.test_request_context():
        assert entry_url("person.show", "clients", name, "the-uuid") == "/books/clients/the-uuid"


def test_people_have_the_short_address(app: Flask):
    with app.test_request_context():
        assert entry_url("person.show", "people", "ada", "u") == "/people/ada"
        assert entry_url("photo.show", "clients", "Żak & Co?", "u") == "/books/clients/%C5%BBak%20&%20Co%3F/photo"


def test_a_mail_address_is_written_to_and_gives_no_header():
    assert mail_url("ada+x@example.com") == "mailto:ada+x@example.com"
    assert mail_url("a?bcc=b&c#d%@example.com") == "mailto:a%3Fbcc%3Db%26c%23d%25@example.com"
