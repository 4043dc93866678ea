# SPDX-License-Identifier: GPL-3.0-or-later
"""Parts over a SQLite file, and the sample company with its drawn people, for pictures."""

from dataclasses import dataclass
from pathlib import Path

from dirserver.card.patch import from_attributes
from dirserver.care.founding import CONTRACTORS, PEOPLE, found
from dirserver.config import Config, DatabaseSettings, HttpSettings, SecuritySettings
from dirserver.config.values import PublicUrl
from dirserver.demo.people import Person, make_people, stable_uuid
from dirserver.demo.portraits import draw_portrait
from dirserver.directory.entry import Draft
from dirserver.identity.keys import make_key
from dirserver.model.book import BookKind, Level
from dirserver.model.grant import Grant, Subject
from dirserver.model.names import Slug
from dirserver.model.principal import Principal
from dirserver.wiring import Parts, wire

CLIENTS = Slug("clients")
CAST = ("ada", "bruno", "chika", "dov", "esme")


@dataclass(frozen=True, slots=True)
class Sample:
    """The parts, and the people as they were drawn."""

    parts: Parts
    people: dict[str, Person]


def make_parts(folder: Path) -> Parts:
    """Return parts on an empty SQLite database in a folder."""
    make_key(folder / "dirserver.key")
    return open_parts(folder)


def open_parts(folder: Path) -> Parts:
    """Return parts on the SQLite database in a folder."""
    config = Config(
        database=DatabaseSettings(url=f"sqlite:///{folder / 'dirserver.db'}"),
        http=HttpSettings(public_url=PublicUrl("http://127.0.0.1:8080")),
        security=SecuritySettings(key_file=folder / "dirserver.key"),
    )
    return wire(config, may_create=True)


def sample_password(login: str) -> str:
    """Return the password of one of the cast."""
    return f"demo-{login}-password"


def make_sample(parts: Parts, size: int = 40) -> Sample:
    """Fill an empty directory: ``size`` people, clients, grants, groups and the cast's accounts."""
    people = {person.uid: person for person in make_people(size)}
    with parts.directory.writing(Principal.system()) as writing:
        found(writing)
        clients = writing.add_book(CLIENTS, BookKind.SHARED, "Clients")
        writing.add_all(writing.book(PEOPLE), (_draft(person, people) for person in people.values()))
        writing.add(clients, _client("acme", {"cn": "Acme / Sons", "o": "Acme", "telephoneNumber": "+442079460100", "l": "Leeds"}))
        writing.add(clients, _client("lodz", {"givenName": "Łucja", "sn": "Żak", "o": "Fabryka", "mail": "lucja@fabryka.example"}))
        writing.add_member(CONTRACTORS, people["esme"].uuid)
        writing.grant(Grant(CLIENTS, Subject.parse("authenticated"), Level.VIEW, ("*",)))
    for login in CAST:
        person = people[login]
        parts.identity.add_account(login, name=person.display, mail=person.mail, password=sample_password(login))
    parts.identity.add_account("admin", name="Administrator", mail="admin@example.com", password=sample_password("admin"), is_admin=True)
    with parts.directory.writing(Principal.system()) as writing:
        writing.grant(Grant(PEOPLE, Subject.parse("account:chika"), Level.OWN, ("*",), ("*",)))
    return Sample(parts, people)


def _draft(person: Person, people: dict[str, Person]) -> Draft:
    values: dict[str, tuple[str | bytes, ...]] = dict(person.attributes)
    if person.manager:
        values["manager"] = (f"urn:uuid:{people[person.manager].uuid}",)
    if person.has_portrait:
        values["jpegPhoto"] = (draw_portrait(person.uid, is_woman=person.is_woman),)
    return Draft(from_attributes(values, uid=person.uuid), name=person.uid, uuid=person.uuid)


def _client(name: str, values: dict[str, str]) -> Draft:
    uuid = stable_uuid("client", name)
    return Draft(from_attributes({key: (value,) for key, value in values.items()}, uid=uuid), uuid=uuid)
