# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes that wait for somebody's consent: what is held back, who decides, and what comes of it. Gate: test_holding.py."""

from __future__ import annotations

import pytest

from dirserver.errors import BadInput, Conflict, NotAllowed, NotFound, Stale
from dirserver.model.approval import Approver, Stage
from dirserver.model.audit import Action
from dirserver.model.modification import Modification, Operation
from dirserver.model.notice import NoticeKind
from dirserver.model.principal import Principal
from dirserver.store.care import audit
from dirserver.store.care.audit import Wanted
from tests.cast import Company, entry_of, uuid_of
from tests.parts import CoreParts


def wait_for(parts: CoreParts, **approvers: str) -> None:
    """Let fields of one's own entry wait for somebody."""
    with parts.directory.writing(Principal.system()) as writing:
        for name, approver in approvers.items():
            writing.proposals.let_wait(writing.book("people"), name, Approver.parse(approver))


def change(parts: CoreParts, who: Principal, login: str, **values: str) -> tuple[int, ...]:
    """Change an entry and return the numbers of what waits."""
    with parts.directory.writing(who) as writing:
        writing.modify(uuid_of(login), [Modification(name, Operation.REPLACE, (value,)) for name, value in values.items()])
        return tuple(one.number for one in writing.held)


def titles(parts: CoreParts, company: Company) -> tuple[str, ...]:
    return tuple(each.value for each in entry_of(parts.directory, company.admin, "ada").card.all("TITLE"))


def test_a_field_waits_for_the_manager_who_approves_it_while_the_rest_is_changed_at_once(parts: CoreParts, company: Company) -> None:
    wait_for(parts, title="manager")
    (number,) = change(parts, company.ada, "ada", title="Key Account Manager", mobile="+49 151 5550999")
    entry = entry_of(parts.directory, company.ada, "ada")
    assert (entry.card.first("TITLE").value, "5550999" in str(entry.card)) == ("Account Manager", True)
    with parts.directory.reading(company.bruno) as reading:
        (waiting,) = reading.proposals.to_decide()
        assert (waiting.number, waiting.by, waiting.display, waiting.is_stale) == (number, "ada", "Ada Łukasińska", False)
        assert waiting.changes == {"title": (("Account Manager",), ("Key Account Manager",))}
        assert [(one.kind, one.names, one.is_new) for one in reading.notices.listed()] == [
            (NoticeKind.TO_DECIDE, ("Ada Łukasińska",), True)
        ]
    with parts.directory.writing(company.bruno) as writing:
        writing.proposals.approve(number)
    assert titles(parts, company) == ("Key Account Manager",)
    with parts.directory.reading(company.ada) as reading:
        newest = reading.history(reading.me())[0]
        assert (newest.by, newest.proposed_by, newest.changed) == ("bruno", "ada", ("title",))
        assert [(one.stage, one.decided_by) for one in reading.proposals.mine()] == [(Stage.APPROVED, "bruno")]
        assert [(one.kind, one.actor) for one in reading.notices.listed()] == [(NoticeKind.APPROVED, "bruno")]
    with parts.directory.reading(company.bruno) as reading:
        assert (reading.proposals.to_decide(), reading.notices.unseen()) == ((), 0)
    with parts.store.reading() as tx:
        told = [row.action for row in audit.each(tx, Wanted(target=f"proposal:{number}"))]
    assert told == [Action.PROPOSAL_MADE, Action.PROPOSAL_APPROVED]


def test_who_has_nothing_to_do_with_a_proposal_learns_nothing_of_it_and_nobody_decides_on_their_own(
    parts: CoreParts, company: Company
) -> None:
    wait_for(parts, title="group:sales")
    (number,) = change(parts, company.ada, "ada", title="Boss")
    for who in (company.dov, company.esme, company.nobody):
        with parts.directory.writing(who) as writing:
            assert writing.proposals.to_decide() == ()
            for decide in (writing.proposals.approve, writing.proposals.withdraw, writing.proposals.one):
                with pytest.raises(NotFound):
                    decide(number)
    with parts.directory.writing(company.ada) as writing:
        assert writing.proposals.to_decide() == ()
        with pytest.raises(NotAllowed):
            writing.proposals.approve(number)
    with parts.directory.writing(company.bruno) as writing:
        with pytest.raises(NotAllowed):
            writing.proposals.withdraw(number)
        writing.proposals.refuse(number, " Not before May ")
    with parts.directory.reading(company.ada) as reading:
        (refused,) = reading.proposals.mine()
        assert (refused.stage, refused.reason, refused.decided_by) == (Stage.REFUSED, "Not before May", "bruno")
        assert [one.remark for one in reading.notices.listed()] == ["Not before May"]
    with parts.directory.writing(company.bruno) as writing, pytest.raises(Conflict):
        writing.proposals.approve(number)
    assert titles(parts, company) == ("Account Manager",)


def test_a_newer_proposal_takes_the_place_of_the_older_and_can_be_taken_back(parts: CoreParts, company: Company) -> None:
    wait_for(parts, public="stewards")
    (first,) = change(parts, company.ada, "ada", title="One")
    assert change(parts, company.ada, "ada", title="One") == (first,)
    (second,) = change(parts, company.ada, "ada", title="Two")
    with parts.directory.reading(company.chika) as reading:
        assert [one.number for one in reading.proposals.to_decide()] == [second]
    with parts.directory.writing(company.ada) as writing:
        writing.proposals.withdraw(second)
    with parts.directory.reading(company.ada) as reading:
        assert [(one.number, one.stage) for one in reading.proposals.mine()] == [(second, Stage.WITHDRAWN), (first, Stage.REPLACED)]


def test_a_newer_proposal_keeps_what_waits_of_the_same_field_and_was_left_alone(parts: CoreParts, company: Company) -> None:
    wait_for(parts, title="manager")
    (first,) = change(parts, company.ada, "ada", title="Boss", businessRole="Approver")
    (second,) = change(parts, company.ada, "ada", title="Director")
    assert change(parts, company.ada, "ada", businessRole="Approver") == (second,)
    with parts.directory.writing(company.bruno) as writing:
        (waiting,) = writing.proposals.to_decide()
        assert (waiting.number, first != second) == (second, True)
        assert waiting.changes == {"title": (("Account Manager",), ("Director",)), "businessRole": ((), ("Approver",))}
        writing.proposals.approve(second)
    card = entry_of(parts.directory, company.admin, "ada").card
    assert [each.value for each in (*card.all("TITLE"), *card.all("ROLE"))] == ["Director", "Approver"]


def test_what_somebody_else_changed_since_is_told_before_it_is_overwritten(parts: CoreParts, company: Company) -> None:
    wait_for(parts, title="manager")
    (number,) = change(parts, company.ada, "ada", title="Mine")
    assert change(parts, company.chika, "ada", title="Chika's") == ()
    with parts.directory.writing(company.bruno) as writing:
        with pytest.raises(Stale):
            writing.proposals.approve(number)
        waiting = writing.proposals.one(number)
        assert waiting.is_stale
        assert waiting.changes == {"title": (("Chika's",), ("Mine",))}
        with pytest.raises(Stale):
            writing.proposals.approve(number, seen="something else")
        writing.proposals.approve(number, seen=waiting.seen)
    assert titles(parts, company) == ("Mine",)


def test_the_field_goes_before_its_class_and_rules_are_the_owners_to_make(parts: CoreParts, company: Company) -> None:
    wait_for(parts, public="account:dov", title="manager")
    (number,) = change(parts, company.ada, "ada", title="Boss")
    with parts.directory.reading(company.dov) as reading:
        assert reading.proposals.to_decide() == ()
    with parts.directory.writing(company.chika) as writing:
        people = writing.book("people")
        with pytest.raises(NotAllowed):
            writing.proposals.let_wait(people, "mail", Approver.parse("manager"))
        with pytest.raises(NotAllowed):
            writing.proposals.let_pass(people, "title")
    with parts.directory.writing(company.admin) as writing:
        with pytest.raises(BadInput):
            writing.proposals.let_wait(writing.book("clients"), "mail", Approver.parse("manager"))
        with pytest.raises(NotFound):
            writing.proposals.let_wait(writing.book("people"), "mail", Approver.parse("group:nemo"))
        writing.proposals.let_pass(writing.book("people"), "jobTitle")
    with parts.directory.reading(company.dov) as reading:
        assert [one.number for one in reading.proposals.to_decide()] == [number]
    for text in ("boss", "group:", "manager:x"):
        with pytest.raises(BadInput):
            Approver.parse(text)
