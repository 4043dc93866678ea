# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.model.alphabet import key_of
from dirserver.store.entries import books
from dirserver.store.finding import crowds
from dirserver.store.finding.crowds import Sections
from tests.cast import make_company, uuid_of
from tests.parts import open_parts

SECTIONS = Sections((("uid",), (), ("title",)), ("l", "ou"), ("cn", "title"))


def test_a_book_is_read_by_name_with_what_its_entries_are_found_by(copied_url):
    parts = open_parts(copied_url)
    company = make_company(parts)
    with parts.directory.writing(company.system) as writing:
        writing.trash(uuid_of("zoe"))
    with parts.store.reading() as tx:
        book = books.by_slug(tx, "people").id
        members = list(crowds.everybody(tx, book, SECTIONS))
        assert [one.sort_key for one in members] == sorted(one.sort_key for one in members)
        names = {one.text.splitlines()[1]: one for one in members}
        assert names.keys() == {"bruno", "ada", "chika", "dov", "esme", "finn", "ludo"}
        assert names["bruno"].own_keys == (None, None, None)
        assert names["ada"].own_keys == (None, key_of("Łukasińska Ada Ada Łukasińska", "pl"), None)
        assert names["ada"].text == crowds.text_of((["ada"], [], ["account manager"]))
        assert crowds.tags_of(names["ada"].tags) == (("ou", "sales"),)
        assert crowds.tags_of("") == ()
        assert crowds.own_keys(tx, book, "pl") == [(names["ada"].id, names["ada"].own_keys[1])]
        assert crowds.own_keys(tx, book, "es") == []
        assert sorted(names["ada"].words.split()) == ["account", "ada", "lukasinska", "manager"]
        ids = {one.id: login for login, one in names.items()}
        assert [one.id for one in crowds.those(tx, book, [names["ada"].id, 0], SECTIONS)] == [names["ada"].id]
        assert (crowds.is_small(tx, book, 7), crowds.is_small(tx, book, 6)) == (True, False)
        near = {ids[one.id]: (one.is_own, one.is_managed) for one in crowds.around(tx, book, uuid_of("ada"))}
        assert near == {"ada": (True, False), "finn": (False, True), "ludo": (False, True)}
        groups = [(ids[number], key, name) for number, key, name in crowds.memberships(tx, book)]
        assert sorted(groups) == [
            ("ada", "sales", "sales"),
            ("bruno", "sales", "sales"),
            ("chika", "hr", "hr"),
            ("esme", "contractors", "contractors"),
        ]
        assert {ids.get(number) for number in crowds.containing(tx, ["manager", "ada"])} == {"ada"}
        assert not crowds.containing(tx, ['"', "ada"])
        assert {ids[number] for number in crowds.beginning(tx, ("cn", "sn"), "ob") | crowds.beginning(tx, ("cn", "sn"), "be")} == {"dov"}
    parts.close()
