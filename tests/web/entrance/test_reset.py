# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody who forgot the password, from the sign-in to the sign-in, with real SMTP in between."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from dirserver.web.app import make_app
from dirserver.wiring import Parts, wire, wire_mail
from tests.mail.postbox import Postbox, postbox
from tests.web.visitor import Visitor

NEW = "four words in a row"


@dataclasses.dataclass
class Site:
    """Pages that send mail, and where it arrives."""

    app: Flask
    parts: Parts
    box: Postbox
    deliver: Callable[[], object]


@pytest.fixture
def site(parts: Parts, tmp_path: Path) -> Iterator[Site]:
    with postbox(tmp_path) as box:
        config = dataclasses.replace(parts.config, mail=box.settings(tmp_path))
        with_mail, carriers = wire(config), wire_mail(config)
        yield Site(make_app(with_mail), with_mail, box, carriers.courier.step)
        carriers.close()
        with_mail.close()


def link_in(box: Postbox, kind: str) -> str:
    """The path of the link in the newest letter that has one."""
    found = [match[0] for text in box.texts() for match in [re.search(rf"/{kind}/[\w-]+", text)] if match is not None]
    return found[-1]


def test_who_forgot_the_password_gets_a_link_and_signs_in_with_another(site: Site) -> None:
    signed_in = Visitor(site.app)
    signed_in.sign_in("ada")
    visitor = Visitor(site.app)
    assert "/forgotten" in visitor.open("/sign-in").links
    known, unknown = (visitor.fill_in("/forgotten", "/forgotten", login=login) for login in ("Ada@example.com", "nobody"))
    assert [(page.status, page.location, page.html) for page in (known, unknown)] == [(303, "/forgotten/sent", known.html)] * 2
    assert "30 minutes" in visitor.open("/forgotten/sent").text
    site.deliver()
    link = link_in(site.box, "reset")
    weak = visitor.fill_in(link, link, password="adalukasinska!!!", again="adalukasinska!!!")
    assert weak.status == 422
    assert "made of your own name" in weak.text
    done = visitor.fill_in(link, link, password=NEW, again=NEW)
    assert (done.status, done.location) == (303, "/sign-in")
    assert "Sign in with it now" in visitor.open("/sign-in").text
    assert visitor.open(link).status == 410
    assert signed_in.open("/").status == 303, "browsers from before are signed out"
    assert visitor.sign_in("ada", NEW).status == 303
    site.deliver()
    subjects = [message["Subject"] for message in site.box.arrived if message["To"].addresses[0].addr_spec == "ada@example.com"]
    assert subjects == [
        "A sign-in from a new browser",
        "A new password for the address book of example.com",
        "Your password was changed",
        "A sign-in from a new browser",
    ]


def test_who_was_invited_chooses_a_password_and_is_in(site: Site) -> None:
    site.parts.identity.add_account("gil", name="Gil", mail="gil@example.com", language="eo")
    site.parts.identity.links.invite("gil", by_mail=True)
    site.deliver()
    link, visitor = link_in(site.box, "welcome"), Visitor(site.app)
    assert site.box.arrived[0]["Subject"].startswith("Via konto")
    assert visitor.fill_in(link, link, password=NEW, again=NEW).status == 303
    assert visitor.open("/").status == 200


def test_too_many_requests_are_refused_whoever_they_name(site: Site) -> None:
    visitor = Visitor(site.app)
    for login in ("ada", "nobody"):
        statuses = [visitor.fill_in("/forgotten", "/forgotten", login=login).status for _ in range(6)]
        assert statuses == [303] * 5 + [429]


def test_where_no_mail_is_sent_the_page_says_who_helps(nobody: Visitor) -> None:
    page = nobody.open("/forgotten")
    assert "Ask those who look after it" in page.text
    token = nobody.open("/sign-in").form("/sign-in").filled()
    assert nobody.send("/forgotten", {**token, "login": "ada"}).status == 403


def test_an_invented_link_is_none(nobody: Visitor) -> None:
    assert nobody.open("/reset/invented").status == 410
