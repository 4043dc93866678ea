# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from tests.cast import password_of
from tests.web.visitor import Visitor

PAGE = "/me/security/sessions"
FIREFOX = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}


def test_browsers_are_listed_and_signed_out_from_here(app: Flask, ada: Visitor, signed_in: Callable[[str], Visitor]) -> None:
    firefox, third = Visitor(app), signed_in("ada")
    form = firefox.open("/sign-in").form("/sign-in").filled(login="ada", password=password_of("ada"))
    assert firefox.send("/sign-in", form, headers=FIREFOX).status == 303
    page = ada.open(PAGE)
    assert "Firefox, Linux" in page.text
    assert page.text.count("this one") == 1
    assert "In 3 browsers." in ada.open("/me/security").text
    ends = [form for form in page.forms if form.action == f"{PAGE}/end"]
    assert len(ends) == 3
    signed_out = ada.send(ends[0].action, ends[0].filled())
    assert (signed_out.status, signed_out.location) == (303, PAGE)
    assert "The browser is signed out." in ada.open(PAGE).text
    assert ada.send(ends[0].action, ends[0].filled()).location == PAGE, "it is over already"
    assert ada.fill_in(PAGE, f"{PAGE}/end-others").status == 303
    assert [visitor.open(PAGE).status for visitor in (ada, firefox, third)] == [200, 303, 303]
    last = ada.open(PAGE).form(f"{PAGE}/end")
    assert ada.send(last.action, last.filled()).location == "/sign-in"
    assert ada.open(PAGE).status == 303


def test_a_browser_is_known_again_by_a_word_of_its_own(app: Flask) -> None:
    visitor = Visitor(app)
    visitor.sign_in("ada")
    word = visitor.client.get_cookie("dirserver-browser")
    assert word is not None
    visitor.client.delete_cookie("dirserver")
    visitor.sign_in("ada")
    again = visitor.client.get_cookie("dirserver-browser")
    assert again is not None
    assert again.value == word.value
