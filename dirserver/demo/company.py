# SPDX-License-Identifier: GPL-3.0-or-later
"""Make the sample company in a directory: people with photos, shared books, groups, grants, and accounts for the cast."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from dirserver.card.fields import from_attributes
from dirserver.demo.cast import ADMIN, CAST, FINN, device_password, password
from dirserver.demo.contacts import Contact, make_contacts
from dirserver.demo.people import Person, make_finn, make_people
from dirserver.demo.portraits import draw_portrait
from dirserver.demo.untidy import MOST, untidy
from dirserver.demo.work import DEPARTMENTS, DOMAIN
from dirserver.directory.directory import Directory
from dirserver.directory.views.entry import Draft
from dirserver.directory.writing import Writing
from dirserver.errors import NotFound
from dirserver.identity.identity import Identity
from dirserver.model.book import BookKind, Level
from dirserver.model.grant import Grant, Subject
from dirserver.model.names import Slug
from dirserver.model.principal import Principal

Progress = Callable[[int, int], None]
"""Called as ``progress(entries_done, entries_in_all)``."""

PEOPLE = Slug("people")
CLIENTS = Slug("clients")
SUPPLIERS = Slug("suppliers")
_CONTACTS = {CLIENTS: 120, SUPPLIERS: 80}
_PRIVATE_CONTACTS = 8
_HELPERS = 4

_SELF_READS = ("public", "work", "private", "hr")
_SELF_WRITES = ("telephoneNumber", "mobile", "homePhone", "jpegPhoto", "title", "private")
_GRANTS = (
    Grant(PEOPLE, Subject.parse("authenticated"), Level.VIEW, ("public", "work")),
    Grant(PEOPLE, Subject.parse("self"), Level.EDIT, _SELF_READS, _SELF_WRITES),
    Grant(PEOPLE, Subject.parse("group:contractors"), Level.VIEW, ("public",)),
    Grant(PEOPLE, Subject.parse("group:hr"), Level.DELETE, ("*",), ("*",)),
    Grant(PEOPLE, Subject.parse("group:helpdesk"), Level.VIEW, ("public", "work")),
    Grant(CLIENTS, Subject.parse("authenticated"), Level.VIEW, ("*",)),
    Grant(CLIENTS, Subject.parse("group:sales"), Level.EDIT, ("*",), ("*",)),
    Grant(CLIENTS, Subject.parse("group:contractors"), Level.NONE),
    Grant(SUPPLIERS, Subject.parse("authenticated"), Level.VIEW, ("*",)),
    Grant(SUPPLIERS, Subject.parse("group:logistics"), Level.EDIT, ("*",), ("*",)),
    Grant(SUPPLIERS, Subject.parse("group:contractors"), Level.NONE),
)


class Parts(Protocol):
    """What the company is made in."""

    @property
    def directory(self) -> Directory:
        """Its entries."""

    @property
    def identity(self) -> Identity:
        """Its accounts."""


@dataclass(frozen=True, slots=True)
class Company:
    """What there is now. ``was_made``: False if it was there before."""

    people: int
    contacts: int
    groups: int
    logins: tuple[str, ...]
    was_made: bool

    @property
    def summary(self) -> str:
        """One sentence about it."""
        return f"{self.people} people, {self.contacts} contacts in shared books, {self.groups} groups; accounts {', '.join(self.logins)}"


def build(parts: Parts, *, people: int = 1000, progress: Progress | None = None) -> Company:
    """Make the company with ``people`` employees, unless it is there.

    What an interrupted start left is completed: the directory is made in one transaction, then the accounts one by one.
    BadInput if there are too few people for the cast.
    """
    made = False
    if not _is_there(parts.directory):
        staff = make_people(people)
        with parts.directory.writing(Principal.system()) as writing:
            _fill(writing, staff, progress)
        made = True
    logins = tuple(login for login, *_ in _accounts())
    missing = set(logins) - {account.login for account in parts.identity.accounts()}
    for login, name, mail in _accounts():
        if login in missing:
            _add_account(parts.identity, login, name, mail)
    if "ada" in missing:
        _fill_private_book(parts.directory)
    with parts.directory.reading(Principal.system()) as reading:
        contacts = sum(reading.count(reading.book(slug)) for slug in _CONTACTS)
        return Company(reading.count(reading.book(PEOPLE)), contacts, len(reading.groups()), logins, made or bool(missing))


def _is_there(directory: Directory) -> bool:
    with directory.reading(Principal.system()) as reading:
        try:
            reading.named(reading.book(PEOPLE), CAST[0].uid)
        except NotFound:
            return False
        return True


def _fill(writing: Writing, staff: tuple[Person, ...], progress: Progress | None) -> None:
    existing = {view.slug for view in writing.books()}
    if PEOPLE not in existing:
        writing.add_book(PEOPLE, BookKind.PEOPLE, "People", description="Everybody who works here")
    writing.add_book(CLIENTS, BookKind.SHARED, "Clients", description="Whom we sell to")
    writing.add_book(SUPPLIERS, BookKind.SHARED, "Suppliers", description="Whom we buy from")
    finn = make_finn(staff)
    everybody = (*staff, finn)
    shared = {slug: make_contacts(slug, size) for slug, size in _CONTACTS.items()}
    shared[CLIENTS] = (*shared[CLIENTS][:-MOST], *untidy(CLIENTS, shared[CLIENTS]))
    steps = _Steps(progress, len(everybody) + sum(map(len, shared.values())))
    uuids = {person.uid: person.uuid for person in everybody}
    writing.add_all(writing.book(PEOPLE), steps.counted(_draft(person, uuids) for person in everybody))
    for slug, contacts in shared.items():
        writing.add_all(writing.book(slug), steps.counted(Draft(contact.card, contact.name, contact.uuid) for contact in contacts))
    writing.archive(finn.uuid)
    _add_groups(writing, staff)
    for grant in _GRANTS:
        writing.grant(grant)


@dataclass(slots=True)
class _Steps:
    """Counts the entries that go in, and tells."""

    progress: Progress | None
    total: int
    done: int = 0

    def counted(self, drafts: Iterator[Draft]) -> Iterator[Draft]:
        for draft in drafts:
            yield draft
            self.done += 1
            if self.progress is not None and (self.done % 10 == 0 or self.done == self.total):
                self.progress(self.done, self.total)


def _draft(person: Person, uuids: dict[str, str]) -> Draft:
    values: dict[str, tuple[str | bytes, ...]] = dict(person.attributes)
    if person.manager:
        values["manager"] = (f"urn:uuid:{uuids[person.manager]}",)
    if person.has_portrait:
        values["jpegPhoto"] = (draw_portrait(person.uid, is_woman=person.is_woman),)
    return Draft(from_attributes(values, uid=person.uuid), person.uid, person.uuid)


def _add_groups(writing: Writing, staff: tuple[Person, ...]) -> None:
    """One group for each department, with all its people; then those that only the cast is in."""
    members: defaultdict[str, list[str]] = defaultdict(list)
    for person in staff:
        members[person.department.slug].append(person.uuid)
    descriptions = {department.slug: department.name for department in DEPARTMENTS}
    descriptions |= {"contractors": "People of other companies", "helpdesk": "Who helps with computers and phones"}
    members["helpdesk"] += [person.uuid for person in staff if person.department.slug == "it" and person.uid != "dov"][:_HELPERS]
    for role in CAST:
        uuid = next(person.uuid for person in staff if person.uid == role.uid)
        for group in role.groups:
            if uuid not in members[group]:
                members[group].append(uuid)
    existing = {group.name for group in writing.groups()}
    for name, description in descriptions.items():
        if name not in existing:
            writing.add_group(name, description=description, mail=f"{name}@{DOMAIN}")
        for uuid in members[name]:
            writing.add_member(name, uuid)


def _accounts() -> tuple[tuple[str, str, str], ...]:
    """Login, name and mail of each account; the operator's belongs to nobody."""
    people = tuple((role.uid, f"{role.given} {role.family}", role.mail) for role in (*CAST, FINN))
    return (*people, (ADMIN, "Administrator", f"{ADMIN}@{DOMAIN}"))


def _add_account(identity: Identity, login: str, name: str, mail: str) -> None:
    role = next((role for role in (*CAST, FINN) if role.uid == login), None)
    identity.add_account(
        login,
        name=name,
        mail=mail,
        password=password(login),
        is_admin=login == ADMIN,
        is_loopback_only=True,
        # Who reads English has chosen nothing, so what a visitor picks before signing in holds.
        language=role.language if role is not None and role.language != "en" else "",
    )
    identity.add_device_password(login, label="Demo", secret=device_password(login))
    if role is FINN:
        identity.close_account(login)


def _fill_private_book(directory: Directory) -> None:
    """Give Ada some contacts of her own, as her phone would hold them."""
    with directory.writing(Principal.system()) as writing:
        book = writing.book("~ada")
        contacts: tuple[Contact, ...] = make_contacts("friends", _PRIVATE_CONTACTS)
        writing.add_all(book, (Draft(contact.card, contact.name, contact.uuid) for contact in contacts))
