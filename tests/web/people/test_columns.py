# SPDX-License-Identifier: GPL-3.0-or-later

from dirserver.web.people.columns import Cell, cells_of, in_order
from dirserver.wiring import Parts
from tests.cast import entry_of, principal


def test_cells_lead_on(app, parts: Parts):
    entry = entry_of(parts.directory, principal(parts.identity, "dov"), "ada")
    with app.test_request_context("/"):
        name, phone, mail, home = cells_of(entry, ("sn", "telephonenumber", "mail", "o"))
    assert name == (Cell("Ada Łukasińska", "/people/ada"),)
    assert phone == (Cell("+49 30 5550294", "tel:+49-30-5550294", is_ltr=True),)
    assert mail == (Cell("ada@example.com", "mailto:ada@example.com", is_ltr=True),)
    assert home == (Cell("Example Corp"),)


def test_what_is_hidden_has_no_cell(app, parts: Parts):
    entry = entry_of(parts.directory, principal(parts.identity, "esme"), "ada")
    with app.test_request_context("/"):
        assert cells_of(entry, ("mail", "mobile")) == ((), ())


def test_who_has_no_value_comes_last_either_way(parts: Parts, change):
    change("ada", l="Berlin")
    change("dov", l="Zürich")
    asker = principal(parts.identity, "bruno")
    entries = [entry_of(parts.directory, asker, login) for login in ("zoe", "dov", "ada")]
    assert [entry.name for entry in in_order(entries, "l", "en")] == ["ada", "dov", "zoe"]
    assert [entry.name for entry in in_order(entries, "-l", "en")] == ["dov", "ada", "zoe"]
    assert [entry.name for entry in in_order(entries, "sn", "en")] == ["dov", "ada", "zoe"]
