# SPDX-License-Identifier: GPL-3.0-or-later

from markupsafe import Markup

from dirserver.web.people.asked import Look
from dirserver.web.people.rows import Pieces, drawn
from dirserver.wiring import Parts
from tests.cast import entry_of, principal


def test_the_least_recent_make_room():
    pieces = Pieces(10)
    for name in ("a", "b"):
        pieces.keep((name,), Markup("12345"))
    assert pieces.find([("a",)]) == ["12345"]
    pieces.keep(("c",), Markup("123456"))
    assert pieces.find([("a",), ("b",), ("c",)]) == [None, None, "123456"]
    pieces.keep(("a",), Markup("1234"))
    assert pieces.find([("a",), ("c",)]) == ["1234", "123456"]


def test_an_entry_is_drawn_anew_for_another_language_view_look_and_card(app, parts: Parts, change):
    def piece(login: str, language: str = "en", look: Look = Look.LIST) -> str:
        entry = entry_of(parts.directory, principal(parts.identity, login), "ada")
        with app.test_request_context("/", headers={"Accept-Language": language}):
            return str(drawn([entry], look)[0])

    first = piece("dov")

    assert piece("dov", "es") != first
    assert "mailto" in first
    assert "mailto" not in piece("esme")
    assert piece("dov", look=Look.GALLERY) != first
    change("ada", title="Director")
    assert "Director" in piece("dov")
