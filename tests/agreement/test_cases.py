# SPDX-License-Identifier: GPL-3.0-or-later
"""One table of who may do what, tried at every door: CardDAV, LDAP, pages, JSON API and command line. Effects count, not only answers."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import Client, TestResponse

import dirserver.api.app
import dirserver.web.app
import radicale_dirserver.application as dav
from dirserver.card.projection import attributes
from dirserver.errors import DirserverError, NotFound
from dirserver.exchange.exporting import ExportFormat, export
from dirserver.identity.tokens import TokenScope
from dirserver.ldap.listen import make_site
from dirserver.ldap.session import Site
from dirserver.ldap.wire.message import AttributeChange, DeleteRequest, ModifyKind, ModifyRequest
from dirserver.model.entry import State
from dirserver.model.filter import Equality
from dirserver.model.principal import Door, Principal
from dirserver.wiring import Parts
from tests.api.caller import Caller
from tests.cast import device_of, make_company, uuid_of
from tests.ldap.dialogue import Dialogue, search_of
from tests.web.folder import make_parts
from tests.web.visitor import Visitor

# finds: by a mail address of somebody else; retitles: Zoë, somebody else; retitles_self; deletes: Ludo; clients: sees that book.
CASES: Mapping[str, Mapping[str, bool]] = {
    "ada": {"finds": True, "retitles": False, "retitles_self": True, "deletes": False, "clients": True},
    "bruno": {"finds": True, "retitles": False, "retitles_self": True, "deletes": False, "clients": True},
    "chika": {"finds": True, "retitles": True, "retitles_self": True, "deletes": True, "clients": True},
    "dov": {"finds": True, "retitles": False, "retitles_self": True, "deletes": False, "clients": True},
    "esme": {"finds": False, "retitles": False, "retitles_self": True, "deletes": False, "clients": False},
}
MAIL = "zoe@example.com"
FIND = (
    '<c:addressbook-query xmlns:c="urn:ietf:params:xml:ns:carddav" xmlns:d="DAV:"><d:prop><d:getetag/></d:prop><c:filter>'
    f'<c:prop-filter name="EMAIL"><c:text-match match-type="equals">{MAIL}</c:text-match></c:prop-filter></c:filter></c:addressbook-query>'
)


@dataclass(frozen=True)
class Doors:
    """All doors over one company."""

    parts: Parts
    pages: Flask
    api: Flask
    dav: dav.Application
    ldap: Site

    def title(self, login: str) -> str:
        with self.parts.directory.reading(Principal.system()) as reading:
            return str(next(iter(attributes(reading.find(uuid_of(login)).card).get("title", ())), ""))

    def is_there(self, login: str) -> bool:
        with self.parts.directory.reading(Principal.system()) as reading:
            try:
                return reading.find(uuid_of(login)).state is State.ACTIVE
            except NotFound:
                return False


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    folder: Path = tmp_path_factory.mktemp("cases")
    parts = make_parts(folder)
    make_company(parts)
    yield Doors(parts, dirserver.web.app.make_app(parts), dirserver.api.app.make_app(parts), dav.make_app(parts), make_site(parts))
    parts.close()


class AtCardDav:
    """A phone."""

    def __init__(self, doors: Doors, login: str) -> None:
        self.doors, self.login = doors, login
        secret = base64.b64encode(f"{login}:{device_of(login)}".encode()).decode()
        self.headers = {"Authorization": f"Basic {secret}", "Depth": "1", "Content-Type": "application/xml"}

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> TestResponse:
        environ = {"SCRIPT_NAME": "/dav", "REMOTE_ADDR": "127.0.0.1"}
        return Client(self.doors.dav).open(
            f"/{self.login}/{path}", method=method, data=body.encode(), headers={**self.headers, **headers}, environ_overrides=environ
        )

    def finds(self) -> bool:
        return self.ask("REPORT", "people/", FIND).text.count("getetag>") > 0

    def retitle(self, who: str, title: str) -> None:
        path = f"people/{uuid_of(who)}.vcf"
        card = self.ask("GET", path).text
        assert "TITLE:" in card
        self.ask("PUT", path, re.sub(r"TITLE:[^\r]*", f"TITLE:{title}", card), **{"Content-Type": "text/vcard"})

    def delete(self, who: str) -> None:
        self.ask("DELETE", f"people/{uuid_of(who)}.vcf")

    def sees_clients(self) -> bool:
        return self.ask("PROPFIND", "clients/").status_code == 207


class AtLdap:
    """A mail program."""

    def __init__(self, doors: Doors, login: str) -> None:
        self.dialogue = Dialogue(doors.ldap)
        assert self.dialogue.bind(login, device_of(login)).code == 0

    def finds(self) -> bool:
        return any(answer.dn for answer in self.dialogue.ask(search_of(wanted=Equality("mail", MAIL))))

    def retitle(self, who: str, title: str) -> None:
        change = AttributeChange(ModifyKind.REPLACE, "title", (title.encode(),))
        self.dialogue.ask(ModifyRequest(f"uid={who},ou=people,dc=example,dc=com", (change,)))

    def delete(self, who: str) -> None:
        self.dialogue.ask(DeleteRequest(f"uid={who},ou=people,dc=example,dc=com"))

    def sees_clients(self) -> bool:
        return any(answer.dn for answer in self.dialogue.ask(search_of("ou=clients,ou=books,dc=example,dc=com")))


class AtPages:
    """A browser."""

    def __init__(self, doors: Doors, login: str) -> None:
        account = doors.parts.identity.account(login)
        secret = doors.parts.identity.open_session(Principal(Door.WEB, account.id, login), address="127.0.0.1")
        self.visitor = Visitor(doors.pages)
        self.visitor.client.set_cookie("dirserver", secret, domain="localhost")

    def finds(self) -> bool:
        return "row-name" in self.visitor.open(f"/?part=results&q={MAIL}").html

    def retitle(self, who: str, title: str) -> None:
        path = f"/people/{who}/edit"
        for form in self.visitor.open(path).forms:
            if any(name == "title" for name, _ in form.fields):
                self.visitor.send(form.action, form.filled(title=title))

    def delete(self, _who: str) -> None:
        """There is no page for it."""

    def sees_clients(self) -> bool:
        return self.visitor.open("/books/clients").status == 200


class AtApi:
    """A program."""

    def __init__(self, doors: Doors, login: str) -> None:
        self.call = Caller(doors.api, doors.parts.tokens.add(login, label="cases", scopes=list(TokenScope)))

    def finds(self) -> bool:
        return bool(self.call.ok("GET", f"/people?mail={MAIL}")["items"])

    def retitle(self, who: str, title: str) -> None:
        self.call("PATCH", f"/people/{who}", json={"attributes": {"title": title}})

    def delete(self, who: str) -> None:
        self.call("DELETE", f"/people/{who}")

    def sees_clients(self) -> bool:
        return any(book["slug"] == "clients" for book in self.call.ok("GET", "/books")["items"])


class AtCommandLine:
    """An export as somebody sees it; commands change nothing as somebody."""

    def __init__(self, doors: Doors, login: str) -> None:
        self.doors, self.login = doors, login

    def exported(self, book: str) -> str:
        out = io.BytesIO()
        principal = Principal(Door.CLI, self.doors.parts.identity.account(self.login).id, self.login)
        try:
            export(out, directory=self.doors.parts.directory, principal=principal, book=book, format=ExportFormat.CSV)
        except DirserverError:
            return ""
        return out.getvalue().decode()

    def finds(self) -> bool:
        return MAIL in self.exported("people")

    def sees_clients(self) -> bool:
        return bool(self.exported("clients"))


Visit = AtCardDav | AtLdap | AtPages | AtApi
READERS: dict[str, Callable[[Doors, str], Visit | AtCommandLine]] = {
    "CardDAV": AtCardDav,
    "LDAP": AtLdap,
    "pages": AtPages,
    "API": AtApi,
    "CLI": AtCommandLine,
}
WRITERS: dict[str, Callable[[Doors, str], Visit]] = {"CardDAV": AtCardDav, "LDAP": AtLdap, "pages": AtPages, "API": AtApi}


@pytest.mark.parametrize("login", CASES)
def test_what_somebody_may_find_and_see_is_the_same_at_every_door(doors: Doors, login: str) -> None:
    for name, door in READERS.items():
        visit = door(doors, login)
        assert visit.finds() == CASES[login]["finds"], name
        assert visit.sees_clients() == CASES[login]["clients"], name


@pytest.mark.parametrize("login", CASES)
def test_what_somebody_may_change_is_the_same_at_every_door(doors: Doors, login: str) -> None:
    for name, door in WRITERS.items():
        visit = door(doors, login)
        for who, case in (("zoe", "retitles"), (login, "retitles_self")):
            title = f"{name} by {login}"
            visit.retitle(who, title)
            assert (doors.title(who) == title) == CASES[login][case], (name, case)
        if name != "pages":
            visit.delete("ludo")
            assert doors.is_there("ludo") != CASES[login]["deletes"], name
        with doors.parts.directory.writing(Principal.system()) as writing:
            writing.restore(uuid_of("ludo"))
