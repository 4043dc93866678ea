# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.card.fields import from_attributes
from dirserver.config import load
from dirserver.directory.views.entry import Draft
from dirserver.model.modification import Modification, Operation
from dirserver.model.principal import Door, Principal
from dirserver.wiring import wire


def test_what_waits_is_listed_approved_and_rejected(company):
    company.ok("account", "add", "ada", "--name", "Ada", "--mail", "ada@example.com")
    company.ok("approval", "add", "jobTitle", "--by", "manager")
    company.ok("approval", "add", "private", "--by", "stewards")
    parts = wire(load(company.folder / "dirserver.toml"))
    try:
        with parts.directory.writing(Principal.system()) as writing:
            writing.add(writing.book("people"), Draft(from_attributes({"cn": ("Ada",)}, uid="a"), name="ada"))
        account = parts.identity.account("ada")
        with parts.directory.writing(Principal(Door.WEB, account.id, "ada")) as writing:
            wanted = [Modification(name, Operation.REPLACE, ("Poet",)) for name in ("title", "description")]
            writing.modify(writing.me().uuid, wanted)
    finally:
        parts.close()
    title, note = company.json("proposal", "list")
    assert (title["person"], title["wanted"], title["approver"], title["changed_since"]) == ("Ada", ["title: Poet"], "manager", False)
    assert "title is changed as ada proposed" in company.ok("proposal", "approve", str(title["number"]))
    company.ok("proposal", "reject", str(note["number"]), "--reason", "No")
    assert company.json("proposal", "list") == []
    assert company.run("proposal", "approve", str(title["number"])).status != 0
