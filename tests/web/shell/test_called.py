# SPDX-License-Identifier: GPL-3.0-or-later
"""Who did something is called as the reader knows them."""

from collections.abc import Callable

import pytest
from flask import Flask

from dirserver.model.book import Level
from dirserver.model.grant import Grant, Subject
from dirserver.model.names import Slug
from dirserver.model.principal import Principal
from dirserver.web.shell.called import called
from dirserver.wiring import Parts
from tests.web.visitor import Visitor


@pytest.fixture
def names_for(app: Flask, signed_in: Callable[[str], Visitor]) -> Callable[[str], list[str]]:
    """What somebody reads in the place of some logins."""

    def names(reader: str) -> list[str]:
        cookie = signed_in(reader).client.get_cookie("dirserver", domain="localhost")
        assert cookie is not None
        with app.test_request_context("/", headers={"Cookie": f"dirserver={cookie.value}"}):
            app.preprocess_request()
            return [called(login) for login in ("ada", "system", "", "ada")]

    return names


def test_people_are_called_by_name_and_whoever_is_no_account_by_what_they_are(names_for: Callable[[str], list[str]]) -> None:
    assert names_for("dov") == ["Ada Łukasińska", "system", "", "Ada Łukasińska"]


def test_who_does_not_see_somebody_is_not_told_their_name(names_for: Callable[[str], list[str]], parts: Parts) -> None:
    with parts.directory.writing(Principal.system()) as writing:
        writing.grant(Grant(Slug("people"), Subject.parse("group:contractors"), Level.NONE))
    assert names_for("esme") == ["ada", "system", "", "ada"]
