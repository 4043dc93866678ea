# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of cases for what is shared by a label, tried at every door as ``test_cases`` does."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from dirserver.card.fields import from_attributes
from dirserver.card.projection import attributes
from dirserver.directory.views.entry import Draft
from dirserver.errors import NotFound
from dirserver.ldap.wire.message import AttributeChange, DeleteRequest, ModifyKind, ModifyRequest, SearchRequest
from dirserver.model.book import Level
from dirserver.model.entry import State
from dirserver.model.filter import Equality
from dirserver.model.grant import Grant, Subject
from dirserver.model.modification import Modification, Operation
from dirserver.model.names import Href, Slug
from dirserver.model.principal import Principal
from tests.agreement.test_cases import FIND, MAIL, READERS, WRITERS, AtApi, AtCardDav, AtCommandLine, AtLdap, AtPages, Doors, Visit, doors
from tests.cast import CLIENTS, uuid_of
from tests.ldap.dialogue import search_of

__all__ = ["doors"]

VIP = "clients-vip"
LABELS = {"vera": ("VIP",), "victor": ("VIP", "Old"), "otto": ("Old",)}
# sees: through the label; other: of the book, what doesn't carry it; retitles and deletes: a contact with the label, and one without.
CASES: Mapping[str, Mapping[str, bool]] = {
    "esme": {"sees": True, "other": False, "retitles": True, "retitles_other": False, "deletes": False, "labels": False},
    "dov": {"sees": True, "other": True, "retitles": False, "retitles_other": False, "deletes": False, "labels": False},
    "zoe": {"sees": True, "other": True, "retitles": True, "retitles_other": False, "deletes": True, "labels": False},
    "ada": {"sees": True, "other": True, "retitles": True, "retitles_other": True, "deletes": True, "labels": False},
    "bruno": {"sees": True, "other": True, "retitles": True, "retitles_other": True, "deletes": True, "labels": True},
}
GRANTS = (
    Grant(CLIENTS, Subject.parse("group:contractors"), Level.EDIT, ("public", "work"), ("title", "categories"), "VIP"),
    Grant(CLIENTS, Subject.parse("account:zoe"), Level.DELETE, ("*",), ("*",), "VIP"),
    Grant(CLIENTS, Subject.parse("account:bruno"), Level.MANAGE, ("*",), ("*",)),
)


def mail(name: str) -> str:
    return f"{name}@label.example"


@pytest.fixture(scope="module", autouse=True)
def labelled(doors: Doors) -> None:
    with doors.parts.directory.writing(Principal.system()) as writing:
        for name, labels in LABELS.items():
            values = {"cn": (name.title(),), "mail": (mail(name),), "title": ("-",), "categories": labels}
            writing.add(writing.book(CLIENTS), Draft(from_attributes(values, uid=uuid_of(name)), name=name, href=Href(f"{name}.vcf")))
        for grant in GRANTS:
            writing.grant(grant)


@dataclass
class Shelf:
    """A door with the book in which somebody finds what a label shows; every question about others is asked of both books."""

    doors: Doors
    visit: Visit | AtCommandLine
    slug: str

    def finds(self, name: str) -> bool:
        found = {self._finds(name, slug) for slug in {self.slug, str(CLIENTS), VIP}}
        return True in found

    def _finds(self, name: str, slug: str) -> bool:
        match self.visit:
            case AtCardDav():
                listed = self.visit.ask("PROPFIND", f"{slug}/").text
                query = FIND.replace(MAIL, mail(name))
                asked = self.visit.ask("REPORT", f"{slug}/", query).text
                got = self.visit.ask("GET", f"{slug}/{name}.vcf").status_code == 200
                assert (f"/{name}.vcf" in listed) == (f"/{name}.vcf" in asked) == got
                return got
            case AtLdap():
                whole = self.visit.dialogue.ask(search_all(name))
                here = self.visit.dialogue.ask(search_all(name, f"ou={slug},ou=books,dc=example,dc=com"))
                assert len([one for one in whole if one.dn]) >= len([one for one in here if one.dn])
                return any(one.dn for one in here)
            case AtPages():
                found = "row-name" in self.visit.visitor.open(f"/books/{slug}?part=results&q={mail(name)}").html
                assert found == (self.visit.visitor.open(f"/books/{slug}/{name}").status == 200)
                return found
            case AtApi():
                listed = self.visit.call("GET", f"/contacts?book={slug}&mail={mail(name)}")
                shown = self.visit.call("GET", f"/contacts/{uuid_of(name)}").status_code == 200
                found = listed.status_code == 200 and bool(listed.get_json()["items"])
                assert shown or not found
                return found
            case AtCommandLine():
                return mail(name) in self.visit.exported(slug)

    def write(self, name: str, attribute: str, value: str) -> None:
        match self.visit:
            case AtCardDav():
                path = f"{self.slug}/{name}.vcf"
                card = self.visit.ask("GET", path).text
                line = "TITLE" if attribute == "title" else "CATEGORIES"
                sent = re.sub(rf"{line}:[^\r]*\r\n", "", card).replace("END:VCARD", f"{line}:{value}\r\nEND:VCARD")
                self.visit.ask("PUT", path, sent, **{"Content-Type": "text/vcard"})
            case AtLdap():
                change = AttributeChange(ModifyKind.REPLACE, attribute, (value.encode(),))
                self.visit.dialogue.ask(ModifyRequest(f"uid={name},ou={self.slug},ou=books,dc=example,dc=com", (change,)))
            case AtPages():
                for form in self.visit.visitor.open(f"/books/{self.slug}/{name}/edit").forms:
                    if any(field == attribute for field, _ in form.fields):
                        self.visit.visitor.send(form.action, form.filled(**{attribute: value}))
            case AtApi():
                values = [value] if attribute == "categories" else value
                self.visit.call("PATCH", f"/contacts/{uuid_of(name)}", json={"attributes": {attribute: values}})

    def delete(self, name: str) -> None:
        match self.visit:
            case AtCardDav():
                self.visit.ask("DELETE", f"{self.slug}/{name}.vcf")
            case AtLdap():
                self.visit.dialogue.ask(DeleteRequest(f"uid={name},ou={self.slug},ou=books,dc=example,dc=com"))
            case AtPages():
                for form in self.visit.visitor.open(f"/books/{self.slug}/{name}/more").forms:
                    if form.action.endswith("/trash"):
                        self.visit.visitor.send(form.action, form.filled())
            case AtApi():
                self.visit.call("DELETE", f"/contacts/{uuid_of(name)}")


def search_all(name: str, base: str = "ou=books,dc=example,dc=com") -> SearchRequest:
    return search_of(base, Equality("mail", mail(name)))


def shelf(doors: Doors, visit: Visit | AtCommandLine, login: str) -> Shelf:
    return Shelf(doors, visit, VIP if login == "esme" else str(CLIENTS))


def held(doors: Doors, name: str, attribute: str) -> set[str]:
    with doors.parts.directory.reading(Principal.system()) as reading:
        return set(map(str, attributes(reading.find(uuid_of(name)).card).get(attribute, ())))


def is_there(doors: Doors, name: str) -> bool:
    with doors.parts.directory.reading(Principal.system()) as reading:
        try:
            return reading.find(uuid_of(name)).state is State.ACTIVE
        except NotFound:
            return False


@pytest.mark.parametrize("login", CASES)
def test_what_shows_by_a_label_is_the_same_at_every_door(doors: Doors, login: str) -> None:
    for name, door in READERS.items():
        there = shelf(doors, door(doors, login), login)
        for who in ("vera", "victor"):
            assert there.finds(who) == CASES[login]["sees"], (name, who)
        assert there.finds("otto") == CASES[login]["other"], name


@pytest.mark.parametrize("login", CASES)
def test_what_may_be_changed_by_a_label_is_the_same_at_every_door(doors: Doors, login: str) -> None:
    for name, door in WRITERS.items():
        there = shelf(doors, door(doors, login), login)
        for who, case in (("vera", "retitles"), ("otto", "retitles_other")):
            title = f"{name} by {login}"
            there.write(who, "title", title)
            assert (held(doors, who, "title") == {title}) == CASES[login][case], (name, case)
        there.write("otto", "categories", "VIP")
        there.write("vera", "categories", "Old")
        assert ("VIP" in held(doors, "otto", "categories")) == CASES[login]["labels"], name
        assert ("VIP" not in held(doors, "vera", "categories")) == CASES[login]["labels"], name
        there.delete("victor")
        assert is_there(doors, "victor") != CASES[login]["deletes"], name
        _as_before(doors)


def _as_before(doors: Doors) -> None:
    with doors.parts.directory.writing(Principal.system()) as writing:
        writing.restore(uuid_of("victor"))
    with doors.parts.directory.writing(Principal.system()) as writing:
        for name, labels in LABELS.items():
            if held(doors, name, "categories") != set(labels):
                writing.modify(uuid_of(name), [Modification("categories", Operation.REPLACE, labels)])


def test_a_label_is_no_book_for_whom_it_is_not_granted(doors: Doors) -> None:
    with doors.parts.directory.writing(Principal.system()) as writing:
        writing.revoke(writing.book(Slug(VIP)), Subject.parse("group:contractors"))
    for name, door in READERS.items():
        there = Shelf(doors, door(doors, "esme"), VIP)
        assert not any(there.finds(who) for who in LABELS), name
