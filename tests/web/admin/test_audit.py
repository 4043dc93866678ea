# SPDX-License-Identifier: GPL-3.0-or-later

import json

from sqlalchemy import create_engine, text

from dirserver.wiring import Parts
from tests.web.visitor import Visitor

AUDIT = "/admin/audit"


def test_events_are_found_by_who_what_and_when(admin: Visitor):
    admin.fill_in("/admin/groups", "/admin/groups", name="board")
    page = admin.open(f"{AUDIT}?actor=admin&action=group.add")
    assert "group:board" in page.text
    assert "account:admin" in page.text
    assert "group:board" not in admin.open(f"{AUDIT}?action=group.drop").text
    assert "group:board" in admin.open(f"{AUDIT}?target=group:board&since=2020-01-01").text
    assert "There is no account" in admin.open(f"{AUDIT}?actor=nobody-there").text
    assert "Write the day" in admin.open(f"{AUDIT}?since=yesterday").text


def test_the_chain_is_verified(admin: Visitor, parts: Parts):
    assert "The chain is whole" in admin.fill_in(AUDIT, f"{AUDIT}/verify").text
    engine = create_engine(parts.config.database.url)
    with engine.begin() as connection:
        connection.execute(text("DROP TRIGGER audit_event_no_update"))
        connection.execute(text("UPDATE audit_event SET actor = 'account:x' WHERE number = 3"))
    engine.dispose()
    assert "The chain is broken." in admin.fill_in(AUDIT, f"{AUDIT}/verify").text


def test_all_events_come_as_lines(admin: Visitor, parts: Parts):
    answer = admin.fill_in(AUDIT, f"{AUDIT}/export").answer
    lines = [json.loads(line) for line in answer.data.splitlines()]
    assert [line["number"] for line in lines] == list(range(1, parts.trail.head().number + 1))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="audit.jsonl"'


def test_deeds_are_told_in_words_beside_their_names_in_the_chain(admin: Visitor):
    admin.fill_in("/admin/groups", "/admin/groups", name="board")
    page = admin.open(f"{AUDIT}?action=group.add", headers={"Accept-Language": "es"})
    assert "Grupo añadido group.add" in page.text
    assert '<option value="group.add" selected>Grupo añadido</option>' in page.html
    assert "sesión del navegador" in page.text
    assert "estas páginas" in page.text
