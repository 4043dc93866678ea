# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
import sqlite3


def test_the_trail_is_listed_exported_and_proved_and_tampering_is_told(company):
    company.ok("account", "add", "ada", "--name", "Ada", "--mail", "ada@example.com")
    listed = company.json("audit", "list", "--action", "account.add")
    assert [(each["actor"], each["door"], each["target"]) for each in listed][-1:] == [("system", "cli", "account:ada")]
    assert company.json("audit", "list", "--target", "account:ada", "--limit", "1")[0]["action"] == "account.add"
    verdict = company.json("audit", "verify")
    assert verdict["faults"] == []
    lines = [json.loads(line) for line in company.ok("audit", "export").splitlines()]
    assert [lines[-1]["number"], lines[-1]["hash"]] == [verdict["head"]["number"], verdict["head"]["hash"]]
    (company.folder / "heads").write_text(json.dumps(verdict["head"]))
    database = sqlite3.connect(company.folder / "dirserver.db")
    database.execute("DROP TRIGGER audit_event_no_delete")
    database.execute("DELETE FROM audit_event WHERE number = (SELECT max(number) FROM audit_event)")
    database.commit()
    database.close()
    assert company.run("audit", "verify").status == 0
    cut = company.run("audit", "verify", "--heads", "heads")
    assert (cut.status, "cut" in cut.out) == (8, True)


def test_an_export_of_a_book_is_in_the_trail(company):
    company.ok("export", "--book", "people", "--format", "csv")
    (event,) = company.json("audit", "list", "--action", "book.export")
    assert (event["target"], event["fields"]) == ("book:people", ["csv"])


def test_a_file_of_heads_that_is_not_there_is_told(company):
    assert company.run("audit", "verify", "--heads", "none").status == 2
