# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.card.fields import from_attributes
from dirserver.directory.views.entry import Draft
from dirserver.errors import BadInput, NotAllowed, NotAuthenticated, NotFound
from dirserver.identity.tokens import Tokens, TokenScope
from dirserver.model.audit import Action
from dirserver.model.book import Level
from dirserver.model.entry import State
from dirserver.model.grant import Grant, Subject
from dirserver.model.modification import Modification, Operation
from dirserver.model.names import Slug
from dirserver.model.principal import Door
from dirserver.store.entries import entries
from dirserver.store.schema.audit_tables import audit_event
from tests.cast import CLIENTS, Company, device_of, entry_of, password_of, uuid_of
from tests.parts import KEY, CoreParts


def test_who_leaves_opens_no_door_and_what_hung_on_them_is_handed_over(parts: CoreParts, company: Company) -> None:
    tokens = Tokens(parts.store, KEY, clock=parts.clock)
    token = tokens.add("ada", label="cron", scopes=[TokenScope.READ])
    parts.identity.authenticate("ada", device_of("ada"), door=Door.DAV, address="192.0.2.7")
    session = parts.identity.open_session(company.ada, address="")
    link = parts.identity.make_password_link("ada")
    with parts.directory.writing(company.system) as writing:
        writing.grant(Grant(CLIENTS, Subject.parse("account:ada"), Level.EDIT, ("*",), ("*",)))
        writing.modify(uuid_of("dov"), [Modification("secretary", Operation.REPLACE, (f"urn:uuid:{uuid_of('ada')}",))])
    with parts.directory.writing(company.admin) as writing:
        done = writing.departures.let_go("ada", handover_to="bruno")
    assert (done.login, done.is_archived, done.groups, done.revoked, done.books) == ("ada", True, ("sales",), ("clients",), ("~ada",))
    assert {(one.attribute, one.name, one.successor) for one in done.referrals} == {
        ("manager", "zoe", "bruno"), ("manager", "ludo", "bruno"), ("manager", "finn", "bruno"), ("secretary", "dov", "bruno"),
    }  # fmt: skip
    assert {(one.what, one.label, one.last_used_address) for one in done.copies} == {
        ("device password", "phone", "192.0.2.7"), ("token", "cron", ""),
    }  # fmt: skip
    for secret in (device_of("ada"), password_of("ada")):
        with pytest.raises(NotAuthenticated):
            parts.identity.authenticate("ada", secret, door=Door.DAV, address="")
    with pytest.raises(NotAuthenticated):
        tokens.shown(token, address="")
    assert (parts.identity.session(session), parts.identity.account_of_link(link)) == (None, None)
    with pytest.raises(NotAuthenticated), parts.directory.reading(company.ada):
        pass
    with parts.directory.reading(company.system) as reading:
        assert "ada" not in [member.name for member in reading.group("sales").members]
    with parts.store.reading() as tx:
        stored = entries.by_uuid(tx, uuid_of("ada"))
    assert stored is not None
    assert stored.row.state == State.ARCHIVED
    assert entry_of(parts.directory, company.system, "zoe").manager.name == "bruno"
    with parts.directory.reading(company.bruno) as reading:
        assert reading.book("~ada").level == Level.DELETE
    with parts.store.reading() as tx:
        actions = tx.connection.execute(audit_event.select().order_by(audit_event.c.number)).all()
    assert Action.ACCOUNT_OFFBOARDED in {row.action for row in actions}


def test_an_account_that_is_opened_again_has_nothing_of_what_it_had(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.system) as writing:
        writing.departures.let_go("ada")
    parts.identity.reopen_account("ada")
    for secret in (device_of("ada"), password_of("ada")):
        with pytest.raises(NotAuthenticated):
            parts.identity.authenticate("ada", secret, door=Door.LDAP, address="")


def test_without_a_successor_who_needs_another_manager_is_only_named(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.system) as writing:
        done = writing.departures.let_go("bruno")
        again = writing.departures.let_go("bruno")
    assert {(one.name, one.successor) for one in done.referrals} == {("ada", None), ("chika", None), ("esme", None)}
    assert (done.books, again.is_archived, again.copies, again.groups) == ((), False, (), ())


def test_nobody_becomes_their_own_manager(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.system) as writing:
        done = writing.departures.let_go("bruno", handover_to="ada")
    assert {(one.name, one.successor) for one in done.referrals} == {("ada", None), ("chika", "ada"), ("esme", "ada")}


def test_what_others_keep_for_themselves_is_neither_changed_nor_told(parts: CoreParts, company: Company) -> None:
    values = {"cn": ("Private Friend",), "manager": (f"urn:uuid:{uuid_of('ada')}",)}
    with parts.directory.writing(company.dov) as writing:
        mine = writing.add(writing.book(Slug("~dov")), Draft(from_attributes(values, uid=uuid_of("friend"))))
    with parts.directory.writing(company.system) as writing:
        done = writing.departures.let_go("ada", handover_to="bruno")
    assert "Private Friend" not in [one.display for one in done.referrals]
    with parts.directory.reading(company.dov) as reading:
        assert reading.find(mine.uuid).revision == 1


@pytest.mark.parametrize(
    "login, successor, error", [("zed", None, NotFound), ("ada", "zed", NotFound), ("ada", "finn", BadInput), ("ada", "ada", BadInput)]
)
def test_a_handover_that_cannot_be_changes_nothing(parts: CoreParts, company: Company, login, successor, error) -> None:
    with pytest.raises(error), parts.directory.writing(company.system) as writing:
        writing.departures.let_go(login, handover_to=successor)
    assert parts.identity.account("ada").is_active


def test_only_administrators_let_somebody_go(parts: CoreParts, company: Company) -> None:
    with pytest.raises(NotAllowed), parts.directory.writing(company.chika) as writing:
        writing.departures.let_go("ada")
