# SPDX-License-Identifier: GPL-3.0-or-later

import sqlite3

import pytest
from flask import Flask

from dirserver import errors
from dirserver.web.shell.errors import status_of
from tests.web.visitor import Visitor


def everything_below(kind: type) -> set[type]:
    return {kind}.union(*(everything_below(each) for each in kind.__subclasses__()))


def test_every_error_has_a_status():
    kinds = {kind for kind in everything_below(errors.DirserverError) if kind.__module__.startswith("dirserver.")}
    assert len(kinds) > 14
    assert {kind for kind in kinds if not 400 <= status_of(kind.__new__(kind)) < 600} == set()


@pytest.mark.parametrize(
    "error, status, told",
    [
        (errors.NotFound("secret path"), 404, "Not found"),
        (errors.NotAllowed("secret rule"), 403, "Not for you"),
        (errors.Stale("secret"), 409, "Somebody was faster"),
        (errors.Conflict("close that account first"), 409, "Close that account first."),
        (errors.Unavailable("secret host"), 503, "Not available right now"),
        (errors.NoRoom("secret path"), 507, "No room left"),
        (errors.DirserverError("secret"), 500, "Something broke"),
        (RuntimeError("password=secret"), 500, "Something broke"),
        (sqlite3.OperationalError("no such table: secret"), 500, "Something broke"),
    ],
)
def test_an_error_is_a_page_that_tells_nothing_from_inside(app: Flask, ada: Visitor, error, status, told, monkeypatch):
    def broken() -> str:
        raise error

    monkeypatch.setitem(app.view_functions, "profile_edit.show_own", broken)
    page = ada.open("/me")
    assert page.status == status
    assert told in page.text
    assert "secret" not in page.html


def test_an_error_speaks_the_readers_language(nobody: Visitor):
    page = nobody.open("/no-such-page", headers={"Accept-Language": "pl"})
    assert page.status == 404
    assert "Nie znaleziono" in page.text
    assert 'lang="pl"' in page.html


def test_a_page_stands_while_the_store_is_down(app: Flask, ada: Visitor, monkeypatch):
    def down(*_: object) -> None:
        raise errors.Unavailable("the database doesn't answer")

    monkeypatch.setattr(app.extensions["dirserver.parts"].identity, "session", down)
    assert ada.open("/people/ada").status == 503


def test_a_wrong_method_and_a_huge_form_are_told(ada: Visitor):
    form = ada.open("/").form("/sign-out").filled()
    assert ada.send("/people/ada", form).status == 405
    assert ada.send("/sign-out", {**form, "x": "y" * 2_000_000}).status == 413


@pytest.mark.parametrize(
    "referrer, back",
    [
        ("http://localhost/people/ada?x=1", "/people/ada?x=1"),
        ("http://evil.example/people/ada", None),
        ("http://localhost//evil.example", "/"),
        ("http://[", None),
        ("", None),
    ],
)
def test_a_refused_form_leads_back_to_the_page_that_sent_it(ada: Visitor, referrer, back):
    form = ada.open("/").form("/sign-out").filled()
    page = ada.send("/approvals/99", {**form, "approve": "1"}, headers={"Referer": referrer})
    assert page.status == 404
    assert ("Back to where you were" in page.text, back is None or page.links.count(back) > 0) == (back is not None, True)
