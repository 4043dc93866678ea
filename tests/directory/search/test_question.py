# SPDX-License-Identifier: GPL-3.0-or-later
"""A book stands in the order of the reader's language; that memory and SQL tell the same is held by ``tests/agreement``."""

from __future__ import annotations

import pytest

from dirserver.directory.directory import Directory
from dirserver.directory.search.browsing import Facet, Question
from dirserver.model.modification import Modification, Operation
from tests.cast import CLASSES, draft, uuid_of

FAMILIES = ("Lza", "Łata", "Lis", "Malina", "Ñandú", "Nuño", "Nunez", "Ĉambro", "Cirilo", "Żaba", "Źrebak", "Zyta")


@pytest.fixture(params=("memory", "SQL"))
def listed(request, company, parts):
    """Ask for the family names of a book's entries, from memory or by SQL."""
    with parts.directory.writing(company.system) as writing:
        book = writing.book("people")
        writing.add_all(book, [draft(f"p{number}", "Pat", family, "Clerk", None) for number, family in enumerate(FAMILIES)])
    directory = parts.directory if request.param == "memory" else Directory(parts.store, CLASSES, max_octets=0)

    def asked(language, initial="", limit=99, **more):
        with directory.reading(company.chika) as reading:
            found = reading.browse(reading.book("people"), Question(initial=initial, limit=limit, language=language, **more))
        names = [entry.display.split()[-1] for entry in found.entries]
        return [name for name in names if name in FAMILIES], found

    return asked


@pytest.mark.parametrize(
    "language, order",
    [
        ("en", "Ĉambro Cirilo Łata Lis Lza Malina Ñandú Nunez Nuño Żaba Źrebak Zyta"),
        ("pl", "Ĉambro Cirilo Lis Lza Łata Malina Ñandú Nunez Nuño Zyta Źrebak Żaba"),
        ("es", "Ĉambro Cirilo Łata Lis Lza Malina Nunez Nuño Ñandú Żaba Źrebak Zyta"),
        ("eo", "Cirilo Ĉambro Łata Lis Lza Malina Ñandú Nunez Nuño Żaba Źrebak Zyta"),
    ],
)
def test_a_book_stands_as_the_readers_alphabet_has_it(listed, language, order):
    whole, found = listed(language)
    assert whole == order.split()
    everybody = [entry.uuid for entry in found.entries]
    pages = [listed(language, limit=7, offset=at, is_counted=False)[1].entries for at in range(0, len(everybody), 7)]
    assert [entry.uuid for page in pages for entry in page] == everybody
    chosen, _ = listed(language, chosen={Facet.DEPARTMENT: "sales"}, text="pat")
    assert chosen == [name for name in whole if name in chosen]


@pytest.mark.parametrize(
    "language, initial, names",
    [
        ("pl", "l", ["Lis", "Lza"]),
        ("pl", "Ł", ["Łata"]),
        ("pl", "ż", ["Żaba"]),
        ("pl", "z", ["Zyta"]),
        ("en", "ł", ["Łata", "Lis", "Lza"]),
        ("es", "Ñ", ["Ñandú"]),
        ("es", "n", ["Nunez", "Nuño"]),
        ("eo", "ĉ", ["Ĉambro"]),
    ],
)
def test_letters_of_their_own_are_browsed_by_themselves(listed, language, initial, names):
    shown, found = listed(language, initial)
    assert shown == names
    assert initial.lower() in found.initials or language == "en"


def test_initials_are_those_of_the_alphabet(listed):
    letters = {language: "".join(listed(language)[1].initials) for language in ("en", "pt", "pl", "es", "eo")}
    assert letters == {
        "en": "bcklmnosz", "pt": "bcklmnosz", "pl": "bcklłmnosz" + "źż", "es": "bcklmnñosz", "eo": "bcĉklmnosŝz",
    }  # fmt: skip


def test_who_is_renamed_stands_elsewhere(company, parts, listed):
    assert listed("pl", "ś")[0] == []
    with parts.directory.writing(company.system) as writing:
        writing.modify(uuid_of("zoe"), [Modification("sn", Operation.REPLACE, ("Świt",))])
    assert [entry.name for entry in listed("pl", "ś")[1].entries] == ["zoe"]
    with parts.directory.writing(company.system) as writing:
        writing.modify(uuid_of("zoe"), [Modification("sn", Operation.REPLACE, ("Swit",))])
    assert [entry.name for entry in listed("pl", "ś")[1].entries] == []
    assert "zoe" in [entry.name for entry in listed("pl", "s")[1].entries]


def test_who_comes_back_from_the_trash_under_another_name_stands_by_it(company, parts, listed):
    with parts.directory.writing(company.system) as writing:
        writing.trash(uuid_of("zoe"))
        writing.add(writing.book("people"), draft("zoe", "Zoe", "Ślad", "Clerk", None))
    assert [entry.name for entry in listed("pl", "ś")[1].entries] == ["zoe"]
