# SPDX-License-Identifier: GPL-3.0-or-later

from collections.abc import Callable

import pytest

from dirserver.model.book import Level
from dirserver.model.grant import Grant, Subject
from dirserver.model.names import Slug
from dirserver.model.principal import Principal
from dirserver.wiring import Parts
from tests.cast import CLIENTS
from tests.web.visitor import Page, Visitor

MEMBERS = "/book/suppliers/members"


@pytest.fixture
def bruno(signed_in: Callable[[str], Visitor]) -> Visitor:
    return signed_in("bruno")


@pytest.fixture
def owner(ada: Visitor) -> Visitor:
    ada.fill_in("/books", "/books", name="Suppliers")
    return ada


def share(visitor: Visitor, where: str = MEMBERS, **typed: object) -> Page:
    form = [each for each in visitor.open(where).forms if each.action == where and each.method == "post"][-1]
    return visitor.send(where, form.filled(**typed))


def test_a_person_is_shared_with_by_login_or_by_name(owner: Visitor, bruno: Visitor):
    assert bruno.open("/books/suppliers").status == 404
    assert share(owner, who="Königsmann", level="2").location == MEMBERS
    assert "Bruno Königsmann may add and edit" in owner.open(MEMBERS).text
    assert bruno.open("/books/suppliers").status == 200
    # Who edits doesn't share.
    assert bruno.open(MEMBERS).status == 403


def test_a_name_that_fits_several_or_nobody_is_asked_about(owner: Visitor):
    several = share(owner, who="example", level="1")
    assert several.status == 422
    both = share(owner, who="dov", group="group:sales", level="1")
    assert (both.status, "but not both" in both.text) == (422, True)
    assert "Several people fit" in several.text
    assert share(owner, who="Finn", level="1").status == 422  # his account is closed
    chosen = owner.send(MEMBERS, {**several.form(MEMBERS).filled(), "who": "dov"})
    assert chosen.location == MEMBERS
    assert "Dov Ben-Ami may look" in owner.open(MEMBERS).text


def test_a_group_gets_some_fields_and_one_of_it_another_level(owner: Visitor, signed_in: Callable[[str], Visitor]):
    share(owner, group="group:hr", level="1", fields="some", reads=["public"])
    assert "hr group may look · sees public" in owner.open(MEMBERS).text
    share(owner, who="chika", level="0")
    assert signed_in("chika").open("/books/suppliers").status == 404


def test_a_level_is_taken_back_and_the_last_owner_stays(owner: Visitor, bruno: Visitor):
    share(owner, who="bruno", level="1")
    token = owner.open(MEMBERS).form(f"{MEMBERS}/remove").filled()
    assert owner.send(f"{MEMBERS}/remove", {**token, "subject": "account:bruno"}).location == MEMBERS
    assert bruno.open("/books/suppliers").status == 404
    refused = owner.send(f"{MEMBERS}/remove", {**token, "subject": "account:ada"})
    assert (refused.status, "only owner" in refused.text) == (409, True)
    share(owner, who="bruno", level="5")
    assert owner.send(f"{MEMBERS}/remove", {**token, "subject": "account:ada"}).location == "/books"


def test_nobody_gives_more_than_they_have(parts: Parts, ada: Visitor):
    with parts.directory.writing(Principal.system()) as writing:
        writing.grant(Grant(CLIENTS, Subject.parse("account:ada"), Level.MANAGE, ("public", "work"), ("public",)))
    where = "/book/clients/members"
    assert "owner" not in ada.open(where).text.partition("Share it with")[2].partition("Which fields")[0]
    for typed in ({"level": "5"}, {"level": "1", "fields": "all"}, {"level": "2", "fields": "some", "writes": ["work"]}):
        refused = share(ada, where, who="dov", **typed)
        assert (refused.status, "at most what you have yourself" in refused.text) == (403, True), typed
    assert share(ada, where, who="dov", level="2", fields="some", reads=["work"], writes=["public"]).location == where
    assert share(ada, where, subject="group:sales", level="1", fields="some", reads=["public"]).status == 403


def test_the_page_says_why_somebody_sees_the_book(owner: Visitor, parts: Parts):
    share(owner, group="group:sales", level="1", fields="some", reads=["public"])
    assert "Bruno Königsmann : may look Decided by: sales – may look sees public" in owner.open(f"{MEMBERS}?why=bruno").text
    assert "Nothing was given to them" in owner.open(f"{MEMBERS}?why=dov").text
    assert "Administrators see every shared book" in owner.open(f"{MEMBERS}?why=admin").text
    assert "Nobody with an account" in owner.open(f"{MEMBERS}?why=nobody").text


def test_who_has_a_part_is_offered_that_part(parts: Parts, owner: Visitor, ada: Visitor):
    with parts.directory.writing(Principal.system()) as writing:
        writing.grant(Grant(CLIENTS, Subject.parse("account:ada"), Level.MANAGE, ("public", "work"), ("public",)))
        writing.grant(Grant(CLIENTS, Subject.parse("account:dov"), Level.VIEW, ("public",)))
        writing.grant(Grant(CLIENTS, Subject.parse("account:bruno"), Level.VIEW, ("*",)))
    where = "/book/clients/members"
    page = ada.open(where)
    form = [each for each in page.forms if each.action == where and each.method == "post"][-1].filled()
    assert (form["fields"], form["reads"], form["writes"]) == (["some"], ["public", "work"], ["public"])
    subjects = [each.filled().get("subject") for each in page.forms if each.action == where]
    # What she could neither give nor take back has no form.
    assert (["account:dov"] in subjects, ["account:bruno"] in subjects) == (True, False)
    assert share(ada, where, who="chika", level="2").location == where
    assert "All of them" in owner.open(MEMBERS).text
    missed = share(owner, who="nobody-at-all", level="3")
    assert [each for each in missed.forms if each.action == MEMBERS][-1].filled()["level"] == ["3"]


def test_a_level_with_nothing_to_see_or_change_is_refused_in_words(owner: Visitor, bruno: Visitor):
    blind = share(owner, who="bruno", level="1", fields="some")
    assert (blind.status, "Tick what they may see." in blind.text) == (422, True)
    idle = share(owner, who="bruno", level="2", fields="some", reads=["public"])
    assert (idle.status, "needs something to change" in idle.text) == (422, True)
    # What was typed and ticked is still there.
    form = [each for each in idle.forms if each.action == MEMBERS and each.method == "post"][-1].filled()
    assert (form["who"], form["level"], form["fields"], form["reads"]) == (["bruno"], ["2"], ["some"], ["public"])
    assert bruno.open("/books/suppliers").status == 404


def test_what_the_command_line_gives_on_ones_own_entry_or_on_reports_is_taken_back_too(parts: Parts, owner: Visitor):
    with parts.directory.writing(Principal.system()) as writing:
        for subject in ("self", "manager"):
            writing.grant(Grant(Slug("suppliers"), Subject.parse(subject), Level.VIEW, ("public",)))
    page = owner.open(MEMBERS)
    assert "Each person, about themselves may look" in page.text
    for subject in ("self", "manager"):
        form = next(each for each in page.forms if each.action == f"{MEMBERS}/remove" and ("subject", subject) in each.fields)
        assert owner.send(f"{MEMBERS}/remove", form.filled()).location == MEMBERS
    assert "Each person, about themselves" not in owner.open(MEMBERS).text


def test_single_fields_of_a_grant_stay_as_long_as_they_are_ticked(parts: Parts, owner: Visitor):
    with parts.directory.writing(Principal.system()) as writing:
        writing.grant(Grant(Slug("suppliers"), Subject.parse("account:dov"), Level.EDIT, ("public", "mobile"), ("mobile",)))
    form = next(each for each in owner.open(MEMBERS).forms if ("subject", "account:dov") in each.fields)
    assert form.filled()["reads"] == ["public", "mobile"]
    owner.send(MEMBERS, form.filled(reads=["mobile"]))
    with parts.directory.reading(Principal.system()) as reading:
        (grant,) = [each for each in reading.grants(reading.book("suppliers")) if each.subject.name == "dov"]
    assert (grant.reads, grant.writes) == (("mobile",), ("mobile",))
