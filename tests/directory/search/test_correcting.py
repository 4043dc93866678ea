# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dataclasses import replace

import pytest

from dirserver.directory.directory import Directory
from dirserver.directory.search.question import Question
from dirserver.model.book import Level
from dirserver.model.grant import Grant, Subject
from dirserver.model.principal import Principal
from tests.cast import CLASSES, PEOPLE
from tests.directory.search.test_browsing import browsed, change, web


@pytest.mark.parametrize(
    "typed, meant",
    [
        ("lukasinsa", "Łukasińska"),
        ("lukaskinska", "Łukasińska"),
        ("brunno", "Bruno"),
        ("burno", "Bruno"),
        ("koenigsman", "Königsmann"),
        ("smiht", "Smith"),
        ("cihka", "Chika"),
        ("zoe smiht", "Zoë Smith"),
        ("develoeper", "Developer"),
        ("acount manager", "Account Manager"),
    ],
)
def test_typing_mistakes_are_forgiven(company, parts, typed, meant):
    by_sql = replace(parts, directory=Directory(parts.store, CLASSES, max_octets=0))
    for way in (parts, by_sql):
        found = browsed(way, web(company.ada), Question(typed))
        assert found.instead
        assert meant in found.meant
        assert found.entries


@pytest.mark.parametrize("typed", ["xyzzy", "qq", "12345", "x" * 500, "a b c d e f g", "%_\\'\"", "ada"])
def test_what_is_like_nothing_is_not_corrected(company, parts, typed):
    for way in (parts, replace(parts, directory=Directory(parts.store, CLASSES, max_octets=0))):
        found = browsed(way, web(company.ada), Question(typed))
        assert (found.meant, found.instead) == ((), False)


def test_mistakes_find_nothing_hidden(company, parts):
    change(parts, "ada", description="Zugspitzen", l="Kolbuszowa")
    assert browsed(parts, web(company.esme), Question("kolbuszwa")).meant == ()
    assert browsed(parts, web(company.dov), Question("zugspitzn")).meant == ()
    assert browsed(parts, web(company.dov), Question("kolbuszwa")).meant == ("Kolbuszowa",)


def test_who_reads_no_names_is_corrected_by_the_rest(company, parts):
    with parts.directory.writing(Principal.system()) as writing:
        people = writing.book(PEOPLE)
        for grant in writing.grants(people):
            writing.revoke(people, grant.subject)
        writing.grant(Grant(PEOPLE, Subject.parse("authenticated"), Level.VIEW, ("title",)))
    for way in (parts, replace(parts, directory=Directory(parts.store, CLASSES, max_octets=0))):
        assert browsed(way, web(company.esme), Question("develoeper")).meant == ("Developer",)
