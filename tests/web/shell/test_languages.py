# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from flask import Flask

from dirserver.web.shell.languages import language_choices, language_name
from dirserver.wiring import Parts
from tests.web.visitor import Visitor

SIGN_IN = {"en": "Sign in", "es": "Iniciar sesión", "pl": "Zaloguj się", "pt": "Iniciar sessão", "eo": "Ensaluti"}


@pytest.mark.parametrize(
    "wanted, language", [("es-MX,es;q=0.9", "es"), ("pl", "pl"), ("pt-BR", "pt"), ("eo", "eo"), ("de, fr", "en"), ("", "en")]
)
def test_a_stranger_is_spoken_to_as_the_browser_asks(nobody: Visitor, wanted, language):
    page = nobody.open("/sign-in", headers={"Accept-Language": wanted})
    assert f'<html lang="{language}" dir="ltr">' in page.html
    assert SIGN_IN[language] in page.text


def test_a_choice_wins_over_the_browser(nobody: Visitor):
    page = nobody.fill_in("/sign-in", "/language", language="eo")
    assert page.location == "/sign-in"
    assert "Ensaluti" in nobody.open("/sign-in", headers={"Accept-Language": "pl"}).text


def test_a_choice_follows_the_account_to_other_browsers(app: Flask, ada: Visitor, parts: Parts):
    ada.fill_in("/people/ada", "/language", language="pl")
    assert parts.identity.account("ada").language == "pl"
    other = Visitor(app)
    other.sign_in("ada")
    assert "Ludzie" in other.open("/", headers={"Accept-Language": "es"}).text


def test_what_was_picked_before_the_sign_in_is_kept_by_an_account_that_has_no_language(app: Flask, nobody: Visitor, parts: Parts):
    nobody.fill_in("/sign-in", "/language", language="pl")
    nobody.sign_in("ada")
    assert "Ludzie" in nobody.open("/").text
    assert parts.identity.account("ada").language == "pl"
    other = Visitor(app)
    other.fill_in("/sign-in", "/language", language="es")
    other.sign_in("ada")
    assert "Ludzie" in other.open("/").text
    assert parts.identity.account("ada").language == "pl"


def test_an_unknown_language_changes_nothing(ada: Visitor, parts: Parts):
    page = ada.fill_in("/", "/language", language="xx", next="//evil.example")
    assert page.location == "/"
    assert parts.identity.account("ada").language == ""


def test_counts_and_dates_follow_the_language(ada: Visitor):
    ada.fill_in("/", "/language", language="pl")
    assert "8 osób" in ada.open("/").text
    assert "Ostatnia zmiana:" in ada.open("/people/ada").text


@pytest.mark.parametrize("code", sorted(SIGN_IN))
def test_every_page_speaks_every_language(ada: Visitor, code):
    ada.fill_in("/", "/language", language=code)
    for path in ("/", "/?q=xyz", "/books/clients", "/people/ada", "/me/edit", "/people/ada/history", "/me/devices", "/nothing-here"):
        page = ada.open(path)
        assert page.status in {200, 404}
        if code != "en":
            for english in ("Sign out", "My devices", "Skip to", "Search", "Save", "Not found"):
                assert english not in page.text, (path, english)


def test_languages_are_named_in_the_readers_own(app: Flask):
    with app.test_request_context(headers={"Accept-Language": "es"}):
        assert language_name("pl") == "polaco"
        assert language_name("not a code") == "not a code"
        assert language_name("") == ""
    assert language_choices("ja")[-1] == "ja"
    assert language_choices("es").count("es") == 1
