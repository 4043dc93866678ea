# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

CSV = "uid,givenName,sn,cn,mail\nada,Ada,Marlowe,Ada Marlowe,ada@example.com\nbruno,Bruno,Teixeira,Bruno Teixeira,bruno@example.com\n"


def count(company):
    return next(each["entries"] for each in company.json("book", "list") if each["slug"] == "people")


def test_without_apply_only_the_plan_is_shown(company):
    (company.folder / "p.csv").write_text(CSV)
    out = company.ok("import", "p.csv", "--book", "people")
    assert "add 2, change 0, unchanged 0, refuse 0" in out
    assert "nothing was changed" in out
    assert count(company) == 0


def test_with_apply_it_is_done_as_one_batch_that_can_be_undone(company):
    (company.folder / "p.csv").write_text(CSV)
    out = company.ok("import", "p.csv", "--book", "people", "--apply")
    assert "added 2" in out
    (batch,) = company.json("batch", "list")
    assert f"dirserver batch undo {batch['id']}" in out
    assert count(company) == 2
    assert "2 trashed" in company.ok("batch", "undo", batch["id"])
    assert count(company) == 0
    assert company.run("batch", "undo", "none").status == 4


def test_a_bad_row_is_told_with_file_line_and_remedy_and_nothing_is_imported(company):
    (company.folder / "p.csv").write_text(CSV + "ada,Ada,Twice,Ada Twice,ada2@example.com\n")
    plan = company.run("import", "p.csv", "--book", "people")
    assert plan.status == 2
    assert "p.csv, line 4" in plan.err
    assert company.run("import", "p.csv", "--book", "people", "--apply").status == 2
    assert count(company) == 0
    company.ok("import", "p.csv", "--book", "people", "--apply", "--skip-bad")
    assert count(company) == 2


def test_a_file_book_or_mapping_that_is_not_there_is_told(company):
    (company.folder / "p.csv").write_text(CSV)
    assert company.run("import", "none.csv", "--book", "people").status == 2
    assert company.run("import", "p.csv", "--book", "none").status == 4
    assert company.run("import", "p.csv", "--book", "people", "--map", "none.toml").status == 2


def test_standard_input_is_a_file_too(company):
    assert "add 2" in company.run("import", "-", "--book", "people", "--format", "csv", stdin=CSV).out


def test_a_list_of_another_program_is_understood_where_one_asks_for_it(company):
    (company.folder / "outlook.csv").write_bytes("Imię;Nazwisko;Urodziny;Ulubiony kolor\nŁucja;Śliska;14.3.1975;x\n".encode("cp1250"))
    assert company.run("import", "outlook.csv", "--book", "people").status == 2
    done = company.run("import", "outlook.csv", "--book", "people", "--guess", "--apply")
    assert "read as cp1250" in done.err
    assert "column 'Imię' is taken for givenName" in done.err
    assert "column 'Ulubiony kolor' is left out" in done.err
    assert "added 1" in done.out
    assert "Łucja Śliska" in company.ok("export", "--book", "people", "--format", "csv")
