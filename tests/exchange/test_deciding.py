# SPDX-License-Identifier: GPL-3.0-or-later
"""Single rows against the company of the cast."""

from __future__ import annotations

import pytest

from dirserver.exchange.problem import Severity
from tests.cast import uuid_of
from tests.exchange.trade import OPERATOR, entries_of, imported, planned

OTHER = "0d6ef5c9-5bd5-4a1a-8c3e-1a2b3c4d5e6f"


def outcome(parts, text, book="people", who=OPERATOR):
    """(to add, to change, unchanged, refused) and what was told."""
    made = planned(parts.directory, text, book, who=who)
    return (made.to_add, made.to_change, made.unchanged, made.refused), [str(problem) for problem in made.problems]


def test_a_row_changes_the_entry_of_its_uuid(company, parts):
    counts, told = outcome(parts, f"uuid,title\n{uuid_of('ada')},Director\n")
    assert (counts, told) == ((0, 1, 0, 0), [])


def test_a_row_changes_the_entry_of_its_uid_in_any_case(company, parts):
    assert outcome(parts, "uid,title\nADA,Director\n")[0] == (0, 1, 0, 0)


def test_a_row_that_says_what_is_stored_changes_nothing(company, parts):
    assert outcome(parts, "uid,title,manager\nada,Account Manager,bruno\n")[0] == (0, 0, 1, 0)


def test_an_empty_cell_says_nothing(company, parts):
    assert outcome(parts, "uid,title,mobile\nada,,\n")[0] == (0, 0, 1, 0)


def test_a_row_of_nobody_is_a_new_entry(company, parts):
    assert outcome(parts, f"uid,uuid,cn\ngrace,{OTHER},Grace\n")[0] == (1, 0, 0, 0)


def test_a_new_entry_needs_a_name(company, parts):
    counts, (told,) = outcome(parts, "uid,mobile\ngrace,+34911111112\n")
    assert counts == (0, 0, 0, 1)
    assert told == "line 2, cn: the name is missing; give cn, or givenName and sn"


def test_a_uid_and_a_uuid_that_name_two_entries_are_refused(company, parts):
    assert outcome(parts, f"uid,uuid,cn\nada,{uuid_of('bruno')},x\n")[0] == (0, 0, 0, 1)
    counts, (told,) = outcome(parts, f"uid,uuid,cn\nada,{OTHER},x\n")
    assert counts == (0, 0, 0, 1)
    assert f"the uid 'ada' belongs to an entry with another UUID ({uuid_of('ada')})" in told


def test_a_uuid_of_another_book_is_refused(company, parts):
    counts, (told,) = outcome(parts, f"uuid,cn\n{uuid_of('ada')},Ada\n", "clients")
    assert counts == (0, 0, 0, 1)
    assert "an entry of the book 'people' has this UUID" in told


def test_another_uid_for_a_known_uuid_is_told_and_changes_nothing(company, parts):
    made = planned(parts.directory, f"uid,uuid,title\nada.l,{uuid_of('ada')},Account Manager\n")
    assert (made.unchanged, [problem.severity for problem in made.problems]) == (1, [Severity.DOUBTFUL])


def test_the_archive_is_not_written_over(company, parts):
    with parts.directory.writing(OPERATOR) as writing:
        writing.archive(uuid_of("finn"))
    for text in ("uid,title\nfinn,Back\n", f"uuid,title\n{uuid_of('finn')},Back\n"):
        counts, (told,) = outcome(parts, text)
        assert counts == (0, 0, 0, 1)
        assert "the archive of this book holds this entry; restore it first" in told


ADA = uuid_of("ada")
MANAGERS = ["ada", "ADA", ADA, f"urn:uuid:{ADA}", "ada@example.com", "uid=ada,ou=people,dc=example,dc=com", f"entryUUID={ADA},dc=example"]


@pytest.mark.parametrize("manager", MANAGERS)
def test_a_manager_is_named_in_many_ways(company, parts, manager):
    imported(parts.directory, f'uid,cn,manager\ngrace,Grace,"{manager}"\n')
    assert entries_of(parts.directory)["grace"].manager.uuid == uuid_of("ada")


def test_a_manager_whom_nobody_knows_is_left_out_and_told(company, parts):
    made = planned(parts.directory, "uid,manager\nada,nobody\n")
    assert (made.unchanged, made.doubts) == (1, 1)
    assert "nobody is called 'nobody', neither here nor in the file" in str(made.problems[0])


def test_who_may_not_write_a_field_is_refused_it(company, parts):
    counts, told = outcome(parts, f"uuid,mobile,employeeNumber\n{uuid_of('ada')},+34911111112,9\n", who=company.ada)
    assert counts == (0, 0, 0, 1)
    assert told == ["line 2, employeeNumber: you may not change this; take the column out, or ask who manages the book"]
    assert outcome(parts, f"uuid,mobile\n{uuid_of('ada')},+34911111112\n", who=company.ada)[0] == (0, 1, 0, 0)
