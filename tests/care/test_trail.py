# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import io
import json

import pytest
from sqlalchemy import text

from dirserver.card.fields import from_attributes
from dirserver.care.trail import Query, Trail, read_heads
from dirserver.directory.ledger.auditing import MANY
from dirserver.directory.views.entry import Draft
from dirserver.errors import BadInput, NotAuthenticated, NotFound
from dirserver.identity.account import Scope
from dirserver.model.audit import Action
from dirserver.model.book import Level
from dirserver.model.grant import Grant, Subject
from dirserver.model.names import Slug
from dirserver.model.origin import come_from
from dirserver.model.principal import Door, Principal
from tests.cast import ADA_MOBILE, Company, entry_of, uuid_of
from tests.parts import CoreParts


def told(parts: CoreParts, **query: str) -> list[tuple[str, str, str, int]]:
    return [(one.actor, one.action, one.target, one.count) for one in Trail(parts.store).newest(Query(**query), 100)]


def tamper(parts: CoreParts, *statements: str) -> None:
    with parts.store.writing() as tx:
        lines = (
            ["DROP TRIGGER audit_event_no_update", "DROP TRIGGER audit_event_no_delete"]
            if tx.is_sqlite
            else ["SET LOCAL session_replication_role = replica"]
        )
        for statement in (*lines, *statements):
            tx.connection.execute(text(statement))


def test_who_did_what_is_told_by_login_with_where_from(parts: CoreParts, company: Company) -> None:
    come_from(company.admin, "192.0.2.7")
    with parts.directory.writing(company.admin) as writing:
        writing.grant(Grant(Slug("clients"), Subject.parse("account:ada"), Level.VIEW, ("public",)))
        writing.add_member("hr", uuid_of("ada"))
        writing.trash(uuid_of("zoe"))
    parts.identity.add_device_password("ada", label="Ada's phone", scope=Scope.DAV)
    rows = Trail(parts.store).newest(Query(actor="admin"), 10)
    assert [(one.action, one.target, one.about, one.fields) for one in rows] == [
        (Action.GRANT_GIVEN, "book:clients", "account:ada", ("level=view", "reads=public", "writes=")),
        (Action.MEMBER_ADDED, "group:hr", f"entry:{uuid_of('ada')}", ()),
        (Action.ENTRY_DELETED, f"entry:{uuid_of('zoe')}", "book:people", ()),
        (Action.DEVICE_ADDED, "account:ada", "", ("scope=dav",)),
    ]
    assert {(one.address, one.door) for one in rows} == {("192.0.2.7", Door.DAV)}


def test_a_single_edit_and_reading_are_not_in_it_and_many_changes_are_one_event(parts: CoreParts, company: Company) -> None:
    before = Trail(parts.store).head()
    with parts.directory.writing(company.ada) as writing:
        writing.replace_card(uuid_of("ada"), entry_of(parts.directory, company.ada, "ada").card)
    with parts.directory.writing(company.system) as writing:
        writing.modify(uuid_of("ada"), [])
    assert Trail(parts.store).head() == before
    with parts.directory.writing(company.system) as writing:
        drafts = [Draft(from_attributes({"cn": (f"Client {number}",)}, uid=f"client-{number}")) for number in range(MANY + 3)]
        writing.add_all(writing.book("clients"), drafts)
    assert told(parts)[-1] == ("system", Action.MANY_CHANGED, "book:clients", MANY + 3)


def test_neither_values_nor_secrets_nor_what_was_typed_get_into_it(parts: CoreParts, company: Company) -> None:
    secret = parts.identity.add_device_password("ada", label="Ada's phone")
    parts.identity.set_password("ada", "a quite new pass phrase")
    for login, typed in (("ada", "wrong guess"), ("my-secret-typed-as-login", "x")):
        with pytest.raises(NotAuthenticated):
            parts.identity.authenticate(login, typed, door=Door.WEB, address="192.0.2.1")
    written = io.BytesIO()
    Trail(parts.store).export(written)
    content = written.getvalue().decode()
    assert Action.SIGN_IN_REFUSED in content
    for hidden in (secret, "a quite new", "wrong guess", "typed-as-login", ADA_MOBILE, "Ada", "ada@example.com"):
        assert hidden not in content, hidden


def test_refused_sign_ins_are_counted_not_listed_one_by_one(parts: CoreParts, company: Company) -> None:
    for second in range(0, 121, 20):
        with pytest.raises(NotAuthenticated):
            parts.identity.authenticate("esme", "wrong", door=Door.DAV, address=f"192.0.2.{second}")
        parts.clock.pass_s(20)
    refused = [count for _, action, target, count in told(parts) if action == Action.SIGN_IN_REFUSED and target == "account:esme"]
    assert refused == [1, 3, 3]


def test_a_sign_in_to_the_pages_is_in_it(parts: CoreParts, company: Company) -> None:
    principal = Principal(Door.WEB, company.dov.account_id, "dov", credential="password")
    parts.identity.open_session(principal, address="192.0.2.9")
    last = Trail(parts.store).newest(Query(), 1)[0]
    assert (last.actor, last.action, last.credential, last.address) == ("account:dov", Action.SIGNED_IN, "password", "192.0.2.9")


def test_a_changed_a_removed_and_a_cut_event_are_noticed(parts: CoreParts, company: Company) -> None:
    trail = Trail(parts.store)
    head = trail.head()
    assert trail.verify([head]).faults == ()
    tamper(parts, "DELETE FROM audit_event WHERE number = (SELECT max(number) FROM audit_event)")
    assert trail.verify().faults == ()
    assert "cut" in trail.verify([head]).faults[0]
    tamper_again = ("UPDATE audit_event SET actor = 'system', address = 'x' WHERE number = 2", "DELETE FROM audit_event WHERE number = 5")
    with parts.store.writing() as tx:
        if not tx.is_sqlite:
            tx.connection.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in tamper_again:
            tx.connection.execute(text(statement))
    assert [fault.partition(":")[0] for fault in trail.verify().faults] == ["event 2", "event 6"]


def test_a_question_for_nobody_or_nothing_is_told(parts: CoreParts) -> None:
    with pytest.raises(NotFound):
        told(parts, actor="nobody-here")
    with pytest.raises(BadInput):
        told(parts, action="sing")


def test_heads_are_read_from_a_file_of_them_and_from_a_log() -> None:
    lines = ["started", json.dumps({"event": "audit head", "number": 7, "hash": "ab"}), "[]", '{"number": "x"}']
    assert [head.number for head in read_heads(lines)] == [7]
