# SPDX-License-Identifier: GPL-3.0-or-later
"""All that is stored about me."""

from __future__ import annotations

import io
import json
import zipfile

from dirserver.care.trail import Query
from tests.cast import device_of, password_of, principal, uuid_of


def take(visitor) -> dict[str, str]:
    answer = visitor.fill_in("/me/profile", "/me/export").answer
    assert answer.mimetype == "application/zip"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="my-data-')
    with zipfile.ZipFile(io.BytesIO(answer.data)) as bundle:
        return {name: bundle.read(name).decode() for name in bundle.namelist()}


def test_i_take_with_me_what_is_mine_and_nothing_of_others(ada, chika, parts, change):
    change("ada", title="Queen")
    with parts.directory.writing(principal(parts.identity, "chika")) as writing:
        entry = writing.find(uuid_of("ada"))
        writing.comments.add(entry, "shared about Ada", is_private=False)
        writing.comments.add(entry, "private to Chika", is_private=True)
    with parts.directory.writing(principal(parts.identity, "ada")) as writing:
        writing.comments.add(writing.find(uuid_of("zoe")), "private to Ada", is_private=True)
    files = take(ada)
    assert set(files) == {
        "README.txt",
        "account.json",
        "audit.json",
        "comments.json",
        "entry.json",
        "entry.vcf",
        "groups.json",
        "history.json",
        "proposals.json",
    }
    assert json.loads(files["entry.json"])["attributes"]["title"] == ["Queen"]
    assert files["entry.vcf"].startswith("BEGIN:VCARD")
    assert [one["attributes"]["title"] for one in json.loads(files["history.json"])] == [["Queen"], ["Account Manager"]]
    assert sorted(one["text"] for one in json.loads(files["comments.json"])) == ["private to Ada", "shared about Ada"]
    assert [one["label"] for one in json.loads(files["account.json"])["devices"]] == ["phone"]
    assert "sales" in json.loads(files["groups.json"])
    whole = "".join(files.values())
    for hidden in ("private to Chika", device_of("ada"), password_of("ada"), "argon2"):
        assert hidden not in whole
    assert parts.trail.newest(Query(action="book.export", actor="ada"), 5)


def test_the_file_speaks_the_language_of_the_page(ada):
    answer = ada.send("/me/export", dict(ada.open("/me/profile").form("/me/export").fields), headers={"Accept-Language": "pl"}).answer
    with zipfile.ZipFile(io.BytesIO(answer.data)) as bundle:
        assert "Co książka adresowa przechowuje o Tobie" in bundle.read("README.txt").decode()


def test_an_account_without_an_entry_takes_its_account(signed_in, nobody):
    admin = signed_in("admin")
    token = dict(admin.open("/me/notices").forms[0].fields)["csrf_token"]
    answer = admin.send("/me/export", {"csrf_token": token}).answer
    with zipfile.ZipFile(io.BytesIO(answer.data)) as bundle:
        assert "entry.json" not in bundle.namelist()
        assert json.loads(bundle.read("account.json"))["account"][0]["login"] == "admin"
    assert nobody.send("/me/export", {}).status != 200
