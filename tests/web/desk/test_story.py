# SPDX-License-Identifier: GPL-3.0-or-later
"""A morning of Chika, who looks after the people: everything that waits on her desk, done and taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from dirserver.model.approval import Approver
from dirserver.model.entry import State
from dirserver.model.principal import Principal
from tests.cast import uuid_of
from tests.web.aging import age
from tests.web.desk.conftest import add

DESK = "/desk/people"


def test_chika_clears_her_desk(chika, ada, parts):
    add(parts, "ana", "people", cn="Ana Ruíz", givenName="Ana", sn="Ruíz", mobile="+34600111222", mail="ana@example.com")
    add(parts, "ana2", "people", cn="ANA RUIZ", givenName="ANA", sn="RUIZ", mobile="600 111 222", title="Clerk")
    add(parts, "loud", "people", cn="BOB STONE", givenName="Bob", sn="Stone", mobile="+34600111223")
    with parts.directory.writing(Principal.system()) as writing:
        writing.proposals.let_wait(writing.book("people"), "title", Approver.parse("stewards"))
    ada.fill_in("/me/edit", "/me/edit", title="Queen")

    desk = chika.open(DESK)
    assert "1 change waits for your approval" in " ".join(desk.text.split())
    assert "/approvals" in desk.links
    (approval,) = [form.action for form in chika.open("/approvals").forms if form.action.startswith("/approvals/")]
    chika.fill_in("/approvals", approval, approve="1")
    assert "waits for your approval" not in chika.open(DESK).text

    # Twice the same: merged, looked at, taken back and merged again.
    pair = next(link for link in chika.open(f"{DESK}/duplicates").links if link.startswith(f"{DESK}/compare"))
    merged = chika.fill_in(pair, f"{DESK}/compare")
    told = chika.open(merged.location)
    assert chika.open("/people/ana2").status == 404
    chika.send(f"{DESK}/batches", told.form(f"{DESK}/batches").filled())
    assert chika.open("/people/ana2").status == 200
    chika.fill_in(pair, f"{DESK}/compare")

    mended = chika.fill_in(f"{DESK}/findings?code=name-all-caps", f"{DESK}/findings")
    assert "done=mended" in mended.location
    assert "Bob Stone" in chika.open("/people/loud").text

    # Finn is looked for no more; he was archived by mistake, and comes back.
    age(parts)
    page = chika.open(f"{DESK}/unconfirmed")
    finn = page.form(f"{DESK}/unconfirmed").filled(entry=[uuid_of("finn")])
    assert chika.send(f"{DESK}/unconfirmed", {**finn, "do": "archive"}).location == f"{DESK}/unconfirmed?done=archived"
    assert chika.open("/people/finn").status == 404
    away = chika.open(f"{DESK}/trash?state=archived")
    assert "Finn" in away.text
    chika.send(f"{DESK}/trash", {**away.form(f"{DESK}/trash").filled(), "do": "restore"})
    assert chika.open("/people/finn").status == 200

    chika.fill_in("/people/loud/more", "/people/loud/trash")
    away = chika.open(f"{DESK}/trash")
    assert "Bob Stone" in away.text
    assert "merged into" in away.text
    report = chika.open(f"{DESK}/report").text
    assert "Devices by program" in report
    assert "Never used" in report


def test_the_trash_says_when_each_entry_goes(ada, app, parts):
    kept = replace(parts.care, settings=replace(parts.care.settings, trash_days=90))
    app.extensions["dirserver.parts"] = replace(parts, care=kept)
    uuid = add(parts, "one", cn="Ana Ruiz")
    with parts.directory.writing(Principal.system()) as writing:
        writing.trash(uuid)
    (away,) = parts.care.trash.away(Principal.system(), "clients", State.TRASHED)
    goes = away.entry.modified_at + timedelta(days=90)
    assert f"removed for good on {goes:%b} {goes.day}, {goes.year}" in ada.open("/desk/clients/trash").text
