# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.care.stewards import accounts_of
from dirserver.model.book import Level
from dirserver.model.grant import Grant, Subject
from dirserver.model.principal import Principal
from tests.cast import CLIENTS, PEOPLE

SYSTEM = Principal.system()


def told(parts, slug):
    with parts.directory.reading(SYSTEM) as reading:
        book = reading.book(slug).book
    with parts.store.reading() as tx:
        return [row.login for row in accounts_of(tx, book)]


def test_who_looks_after_a_book_is_told_and_administrators_where_nobody_does(parts, company):
    assert (told(parts, PEOPLE), told(parts, CLIENTS)) == (["chika"], ["bruno", "ada"])
    with parts.directory.writing(SYSTEM) as writing:
        writing.grant(Grant(PEOPLE, Subject.parse("account:dov"), Level.EDIT, ("*",), ("*",)))
        writing.revoke(writing.book("clients"), Subject.parse("group:sales"))
    assert (told(parts, PEOPLE), told(parts, CLIENTS)) == (["chika", "dov"], ["admin"])
