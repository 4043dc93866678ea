# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import stat

CSV = "uid,givenName,sn,cn,mail\nada,Ada,Marlowe,Ada Marlowe,ada@example.com\nbruno,Bruno,Teixeira,Bruno Teixeira,bruno@example.com\n"


def test_what_is_exported_can_be_imported_again_and_changes_nothing(company):
    (company.folder / "p.csv").write_text(CSV)
    company.ok("import", "p.csv", "--book", "people", "--apply")
    for format_, name in (("csv", "out.csv"), ("vcard", "out.vcf"), ("ldif", "out.ldif")):
        company.ok("export", "--book", "people", "--format", format_, "-o", name)
        assert "add 0, change 0, unchanged 2, refuse 0" in company.ok("import", name, "--book", "people")


def test_an_export_goes_to_standard_output_and_never_leaves_half_a_file(company):
    (company.folder / "p.csv").write_text(CSV)
    company.ok("import", "p.csv", "--book", "people", "--apply")
    assert "Ada Marlowe" in company.ok("export", "--book", "people", "--format", "csv")
    (company.folder / "keep.csv").write_text("mine")
    assert company.run("export", "--book", "none", "--format", "csv", "-o", "keep.csv").status == 4
    assert (company.folder / "keep.csv").read_text() == "mine"
    assert not [path for path in company.folder.iterdir() if path.name.startswith(".dirserver-")]
    assert company.run("export", "--book", "people", "--format", "csv", "-o", "none/x.csv").status == 2


def test_an_export_shows_what_the_account_that_is_named_may_see(company):
    (company.folder / "p.csv").write_text("uid,sn,cn,telephoneNumber,employeeNumber\nada,Marlowe,Ada Marlowe,+49 30 5550101,E77\n")
    company.ok("import", "p.csv", "--book", "people", "--apply")
    company.ok("account", "add", "bruno", "--name", "Bruno", "--mail", "bruno@example.com")
    assert "E77" in company.ok("export", "--book", "people", "--format", "csv")
    seen = company.ok("export", "--book", "people", "--format", "csv", "--as", "bruno")
    assert ("Ada Marlowe" in seen, "E77" in seen) == (True, False)


def test_what_is_exported_is_for_the_one_who_asked(company):
    company.ok("export", "--book", "people", "--format", "csv", "-o", "out.csv")
    assert stat.S_IMODE((company.folder / "out.csv").stat().st_mode) == 0o600
