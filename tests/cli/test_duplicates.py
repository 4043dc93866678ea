# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

CSV = """uid,givenName,sn,cn,mobile,mail,ou
ana,Ana,Ruiz,Ana Ruíz,+34600111222,ana@example.com,Sales
ana2,ANITA,RUIZ,ANA RUIZ,600 111 222,,Sales
eva,Eva,Sol,Eva Sol,+34600111223,eva@example.com,Sales
eva2,Eva,Soler,Eva Sol Ruiz,,eva@example.com,Sales
"""


def test_a_list_is_cleaned_from_the_command_line_and_everything_can_be_taken_back(company):
    (company.folder / "p.csv").write_text(CSV)
    company.ok("book", "add", "clients", "--kind", "shared", "--name", "Clients")
    company.ok("import", "p.csv", "--book", "clients", "--apply")
    pairs = company.json("duplicates", "list", "--book", "clients")
    assert [(one["lane"], one["stays"], one["goes"]) for one in pairs] == [("safe", "ana", "ana2"), ("decision", "eva", "eva2")]
    assert "1 merged" in company.ok("duplicates", "merge", "--safe", "--book", "clients")
    company.ok("duplicates", "keep", "eva", "eva2", "--book", "clients")
    assert company.json("duplicates", "list", "--book", "clients") == []
    assert "merged into eva" in company.ok("duplicates", "merge", "eva", "eva2", "--book", "clients", "--take", "mail-1=kept")
    for batch in company.json("batch", "list")[:2]:
        company.ok("batch", "undo", batch["id"])
    done = company.run("check", "hygiene", "--book", "clients", "--list", "name-all-caps", "--mend")
    assert (done.status, "Ana Ruiz" in done.out) == (8, True)
    assert "3 values mended" in company.ok("check", "hygiene", "--book", "clients", "--list", "name-all-caps", "--apply")
    rows = {row["what"]: row["count"] for row in company.json("check", "hygiene", "--book", "clients")}
    assert (rows["entries"], rows["phone-spelling"], rows.get("name-all-caps")) == (4, 1, None)
    report = {(row["topic"], row["what"]): row["count"] for row in company.json("report", "--book", "clients")}
    assert (report["completeness", "mail"], report["duplicates", "safe"]) == (3, 1)
    refused = company.run("duplicates", "merge", "eva", "--book", "clients")
    assert (refused.status != 0, "--safe" in refused.err) == (True, True)
