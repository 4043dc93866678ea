# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import io
import json
import zipfile

from PIL import Image

from dirserver.card.media import photo_digest
from dirserver.care import takeout as takeouts
from dirserver.care.takeout import Takeout
from dirserver.care.trail import Trail
from dirserver.identity.holdings import Holdings
from dirserver.model.approval import Approver
from dirserver.model.grant import Subject
from dirserver.model.modification import Modification, Operation
from tests.cast import PEOPLE, uuid_of


def test_proposals_are_told_as_they_are_stored(parts, company):
    with parts.directory.writing(company.system) as writing:
        writing.proposals.let_wait(writing.book(PEOPLE), "title", Approver.parse("manager"))
    with parts.directory.writing(company.ada) as writing:
        writing.modify(uuid_of("ada"), [Modification("title", Operation.REPLACE, ("Queen",))])
    takeout = Takeout(parts.directory, Holdings(parts.store), Trail(parts.store), clock=parts.clock)
    name, octets = takeout.of(company.ada, parts.identity.account("ada"))
    assert name.startswith("my-data-2026-")
    with zipfile.ZipFile(io.BytesIO(octets)) as bundle:
        (told,) = json.loads(bundle.read("proposals.json"))
    assert told["changes"] == {"title": {"before": ["Account Manager"], "after": ["Queen"]}}
    assert (told["state"], told["approver"]) == ("waiting", "manager")


def picture(colour: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 40), colour).save(out, "PNG")
    return out.getvalue()


def test_photos_of_the_history_and_of_proposals_are_in_it_and_names_stand_beside_ids(parts, company):
    with parts.directory.writing(company.ada) as writing:
        for colour in ("navy", "teal"):
            writing.modify(uuid_of("ada"), [Modification("jpegPhoto", Operation.REPLACE, (picture(colour),))])
        writing.comments.add(writing.find(uuid_of("zoe")), "tea", is_private=True)
    with parts.directory.writing(company.system) as writing:
        writing.proposals.let_wait(writing.book(PEOPLE), "jpegPhoto", Approver.parse("manager"))
    with parts.directory.writing(company.ada) as writing:
        writing.modify(uuid_of("ada"), [Modification("jpegPhoto", Operation.REPLACE, (picture("red"),))])
    takeout = Takeout(parts.directory, Holdings(parts.store), Trail(parts.store), clock=parts.clock)
    with zipfile.ZipFile(io.BytesIO(takeout.of(company.ada, parts.identity.account("ada"))[1])) as bundle:
        names = {name.removeprefix("photos/").partition(".")[0]: name for name in bundle.namelist() if name.startswith("photos/")}
        photos = [one["photo"] for one in json.loads(bundle.read("history.json"))]
        (proposal,) = json.loads(bundle.read("proposals.json"))
        (comment,) = json.loads(bundle.read("comments.json"))
        assert set(names) == {*filter(None, photos), *proposal["changes"]["jpegPhoto"]["after"]}
        assert [bundle.read(name)[:3] for name in names.values()] == [b"\xff\xd8\xff"] * 3
        assert all(name.endswith(".jpeg") for name in names.values())
    assert (comment["about_name"], comment["text"]) == ("Zoë Smith", "tea")


def test_of_more_photos_than_there_is_room_for_the_newest_are_in_it(parts, company, monkeypatch):
    with parts.directory.writing(company.ada) as writing:
        for colour in ("navy", "teal", "gold"):
            writing.modify(uuid_of("ada"), [Modification("jpegPhoto", Operation.REPLACE, (picture(colour),))])
    with parts.directory.reading(company.ada) as opened:
        ada = opened.find(uuid_of("ada"))
        newest = photo_digest(ada.card)
        assert newest is not None
        monkeypatch.setattr(takeouts, "MOST_PHOTOS", len(opened.blob(ada, newest).data))
    takeout = Takeout(parts.directory, Holdings(parts.store), Trail(parts.store), clock=parts.clock)
    with zipfile.ZipFile(io.BytesIO(takeout.of(company.ada, parts.identity.account("ada"))[1])) as bundle:
        photos = [name for name in bundle.namelist() if name.startswith("photos/")]
    assert [name.removeprefix("photos/").partition(".")[0] for name in photos] == [newest]


def taken(parts, who, login: str, language: str = "") -> dict[str, str]:
    takeout = Takeout(parts.directory, Holdings(parts.store), Trail(parts.store), clock=parts.clock)
    with zipfile.ZipFile(io.BytesIO(takeout.of(who, parts.identity.account(login), language)[1])) as bundle:
        return {name: bundle.read(name).decode() for name in bundle.namelist() if not name.startswith("photos/")}


def test_an_entry_that_is_archived_or_in_the_trash_is_ones_own_still(parts, company):
    before = taken(parts, company.ada, "ada")
    with parts.directory.writing(company.system) as writing:
        writing.archive(uuid_of("ada"))
    with parts.directory.reading(company.ada) as reading:
        assert reading.me() is None
    files = taken(parts, company.ada, "ada")
    entry = json.loads(files["entry.json"])
    assert (entry["state"], entry["attributes"]) == ("archived", json.loads(before["entry.json"])["attributes"])
    assert files["entry.vcf"] == before["entry.vcf"]
    assert [one["state"] for one in json.loads(files["history.json"])] == ["archived", "active"]
    assert files["groups.json"] == before["groups.json"]
    assert "Your entry is archived" in files["README.txt"]
    assert "archived" not in before["README.txt"]


def test_who_may_look_alone_takes_the_history_of_their_entry_too(parts, company):
    with parts.directory.writing(company.system) as writing:
        writing.revoke(writing.book(PEOPLE), Subject.parse("self"))
    files = taken(parts, company.ada, "ada")
    shown, (past,) = json.loads(files["entry.json"]), json.loads(files["history.json"])
    assert past["attributes"] == shown["attributes"]
    assert "homePhone" not in past["attributes"]
