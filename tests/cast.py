# SPDX-License-Identifier: GPL-3.0-or-later
"""The people of the tests, each a rule in one person, and the small company that they work in.

Ada, an employee; Bruno, her manager; Chika of HR, who edits people; Dov of the help desk, who looks; Esme, a contractor who
sees names and work numbers only; Finn, who left; a printer that may only search; and nobody.
"""

from __future__ import annotations

import uuid as uuids
from dataclasses import dataclass
from typing import Protocol

from dirserver.card.fields import from_attributes
from dirserver.directory.directory import Directory
from dirserver.directory.views.entry import Draft, Entry
from dirserver.identity.account import Scope
from dirserver.identity.identity import Identity
from dirserver.model.book import BookKind, Level
from dirserver.model.grant import Grant, Subject
from dirserver.model.names import Slug
from dirserver.model.origin import come_from
from dirserver.model.principal import Door, Principal

PEOPLE = Slug("people")
CLIENTS = Slug("clients")

CLASSES = {
    "public": ("cn", "o", "title", "telephoneNumber", "preferredLanguage"),
    "work": (
        "mail",
        "mobile",
        "jpegPhoto",
        "postalAddress",
        "facsimileTelephoneNumber",
        "pager",
        "ipPhone",
        "manager",
        "departmentNumber",
        "labeledURI",
        "categories",
    ),
    "hr": ("employeeNumber", "employeeType"),
}

MAKERS = (Subject.parse("group:sales"), Subject.parse("group:hr"))
"""Who may make shared books, besides administrators."""

ADA_MOBILE = "+49 151 5550101"
ADA_HOME = "+49 30 5550102"

_STAFF: tuple[tuple[str, str, str, str, str | None], ...] = (
    ("bruno", "Bruno", "Königsmann", "Head of Sales", None),
    ("ada", "Ada", "Łukasińska", "Account Manager", "bruno"),
    ("chika", "Chika", "Öztürk", "HR Partner", "bruno"),
    ("dov", "Dov", "Ben-Ami", "Help Desk", "chika"),
    ("esme", "Esmé", "O'Hara", "Contractor", "bruno"),
    ("finn", "Finn", "Nygård", "Developer", "ada"),
    ("zoe", "Zoë", "Smith", "Developer", "ada"),
    ("ludo", "Ĥoraco", "Ŝmidt", "Analyst", "ada"),
)


@dataclass(frozen=True, slots=True)
class Company:
    """Who is who: principals as they come through the CardDAV door."""

    ada: Principal
    bruno: Principal
    chika: Principal
    dov: Principal
    esme: Principal
    printer: Principal
    admin: Principal
    nobody: Principal
    system: Principal


class HasParts(Protocol):
    """What a company can be made in."""

    @property
    def directory(self) -> Directory: ...

    @property
    def identity(self) -> Identity: ...


def uuid_of(login: str) -> str:
    """The UUID of one of the cast."""
    return str(uuids.uuid5(uuids.NAMESPACE_DNS, f"{login}.example.com"))


def password_of(login: str) -> str:
    """The main password of one of the cast."""
    return f"{login}-has-a-long-password"


def device_of(login: str) -> str:
    """The device password of one of the cast."""
    return f"{login}-phone-phone-phone"


def draft(login: str, given: str, family: str, title: str, manager: str | None) -> Draft:
    """One of the staff."""
    number = sum(login.encode()) % 10_000
    values = {
        "cn": (f"{given} {family}",),
        "givenName": (given,),
        "sn": (family,),
        "mail": (f"{login}@example.com",),
        "telephoneNumber": (f"+49 30 555{number:04d}",),
        "mobile": (ADA_MOBILE if login == "ada" else f"+49 151 556{number:04d}",),
        "homePhone": (ADA_HOME if login == "ada" else f"+49 30 557{number:04d}",),
        "title": (title,),
        "o": ("Example Corp",),
        "ou": ("Sales",),
        "employeeNumber": (str(number),),
        **({"manager": (f"urn:uuid:{uuid_of(manager)}",)} if manager else {}),
    }
    return Draft(from_attributes(values, uid=uuid_of(login)), name=login)


def make_company(parts: HasParts) -> Company:
    """Build the company through the parts, as an operator would."""
    directory, identity = parts.directory, parts.identity
    system = Principal.system()
    come_from(system, "")
    with directory.writing(system) as writing:
        people = writing.add_book("people", BookKind.PEOPLE, "People")
        clients = writing.add_book("clients", BookKind.SHARED, "Clients")
        writing.add_all(people, [draft(*one) for one in _STAFF])
        for name in ("contractors", "hr", "sales"):
            writing.add_group(name)
        writing.add_member("contractors", uuid_of("esme"))
        writing.add_member("hr", uuid_of("chika"))
        for login in ("ada", "bruno"):
            writing.add_member("sales", uuid_of(login))
        for grant in _GRANTS:
            writing.grant(grant)
        for name in ("Acme GmbH", "Żuraw sp. z o.o.", "Ñandú S.A."):
            values = {"cn": (name,), "o": (name,), "telephoneNumber": ("+48 22 5550000",), "mail": ("info@client.example",)}
            writing.add(clients, Draft(from_attributes(values, uid=uuid_of(name))))
    for login, given, family, _, _ in _STAFF:
        identity.add_account(login, name=f"{given} {family}", mail=f"{login}@example.com", password=password_of(login))
        identity.add_device_password(login, label="phone", scope=Scope.ALL, secret=device_of(login))
    identity.close_account("finn")
    identity.add_account("printer", name="Printer", mail="", password=password_of("printer"))
    identity.add_account("admin", name="Admin", mail="admin@example.com", password=password_of("admin"), is_admin=True)
    return company_of(parts)


def company_of(parts: HasParts) -> Company:
    """Who is who in a company that was made before."""
    who = {login: principal(parts.identity, login) for login in ("ada", "bruno", "chika", "dov", "esme", "printer", "admin")}
    return Company(**who, nobody=Principal.anonymous(Door.DAV), system=Principal.system())


def principal(identity: Identity, login: str, door: Door = Door.DAV) -> Principal:
    """One of the cast as it comes through a door."""
    account = identity.account(login)
    return Principal(door, account.id, account.login)


def entry_of(directory: Directory, asker: Principal, login: str) -> Entry:
    """Somebody's entry as the asker sees it."""
    with directory.reading(asker) as reading:
        return reading.named(reading.book("people"), login)


_SELF_WRITES = ("telephoneNumber", "mobile", "homePhone", "jpegPhoto", "title", "private")
_GRANTS = (
    Grant(PEOPLE, Subject.parse("authenticated"), Level.VIEW, ("public", "work")),
    Grant(PEOPLE, Subject.parse("group:contractors"), Level.VIEW, ("public",)),
    Grant(PEOPLE, Subject.parse("group:hr"), Level.DELETE, ("*",), ("*",)),
    Grant(PEOPLE, Subject.parse("self"), Level.EDIT, ("public", "work", "private", "hr"), _SELF_WRITES),
    Grant(PEOPLE, Subject.parse("manager"), Level.VIEW, ("public", "work", "hr")),
    Grant(CLIENTS, Subject.parse("authenticated"), Level.VIEW, ("*",)),
    Grant(CLIENTS, Subject.parse("group:sales"), Level.DELETE, ("*",), ("*",)),
    Grant(CLIENTS, Subject.parse("group:contractors"), Level.NONE),
)
