# SPDX-License-Identifier: GPL-3.0-or-later

import pytest

from dirserver.web.people.collation import sort_key


@pytest.mark.parametrize(
    "language, words",
    [
        ("pl", ["Adam", "Azor", "Ągo", "Lis", "Lza", "Łata", "Malina", "Zenon", "Zyta", "Źrebak", "Żaba"]),
        ("es", ["Nadal", "Nuño", "Ñandú", "Oca"]),
        ("eo", ["Caro", "Cirilo", "Ĉambro", "Domo", "Sunjo", "Ŝako"]),
        ("en", ["Ląd", "Łata", "Lza", "Ñandú", "Nuño", "Öztürk", "Ozz"]),
        ("pt", ["Abreu", "Águas", "Azevedo"]),
    ],
)
def test_letters_stand_where_the_language_has_them(language, words):
    shuffled = [*words[1::2], *words[::2]]
    assert sorted(shuffled, key=lambda word: sort_key(word, language)) == words


def test_marks_and_case_decide_only_between_equals():
    assert sorted(["resume", "Résumé", "resumes"], key=lambda word: sort_key(word, "en"))[2] == "resumes"
    assert sorted(["Öz", "Oy", "Pa"], key=lambda word: sort_key(word, "en")) == ["Oy", "Öz", "Pa"]
