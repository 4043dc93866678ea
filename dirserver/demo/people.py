# SPDX-License-Identifier: GPL-3.0-or-later
"""The people of the sample company, made from nothing but a seed: the same number gives the same people, on any machine."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace
from operator import itemgetter
from random import Random
from typing import IO
from uuid import UUID, uuid5

from dirserver.demo.cast import CAST, FINN, Role
from dirserver.demo.chart import Seat, draw_chart
from dirserver.demo.places import LANDS, City, Exchange
from dirserver.demo.tongues import TONGUES, Tongue
from dirserver.demo.work import COMPANY, DEPARTMENTS, DOMAIN, HEAD_TITLES, JOB_TITLES, LEAD_TITLES, MANAGEMENT, Department
from dirserver.errors import BadInput
from dirserver.model.fold import fold

SMALLEST = 20
"""Fewer people than this have no room for the cast."""

_NAMESPACE = UUID("5a0f0f6e-8a53-5d0e-9c1b-3f8c1f7a6d42")
_SEED = 20_260_101
_PAIR = ("ada", "bruno")
_BY_TAG = {tongue.tag: tongue for tongue in TONGUES}


@dataclass(frozen=True, slots=True)
class Person:
    """One employee. ``manager`` is the uid of who leads them, "" for the head; ``has_portrait``: whether there is a photo."""

    is_woman: bool
    language: str
    birthday: str
    title: str
    department: Department
    office: str
    employee_number: str
    employee_type: str
    manager: str
    has_portrait: bool
    uid: str = ""
    uuid: str = ""
    given: str = ""
    family: str = ""
    mail: str = ""
    phone: str = ""
    mobile: str = ""
    home_phone: str = ""
    city: City = LANDS["en"].cities[0]
    country: str = ""

    @property
    def display(self) -> str:
        """The full name."""
        return f"{self.given} {self.family}"

    @property
    def attributes(self) -> dict[str, tuple[str, ...]]:
        """Values by LDAP name, without uid, UUID, manager and photo; attributes without a value have no key."""
        single = {
            "cn": self.display,
            "givenName": self.given,
            "sn": self.family,
            "mail": self.mail,
            "telephoneNumber": self.phone,
            "mobile": self.mobile,
            "homePhone": self.home_phone,
            "title": self.title,
            "o": COMPANY,
            "ou": self.department.name,
            "departmentNumber": self.department.code,
            "physicalDeliveryOfficeName": self.office,
            "street": self.city.street,
            "postalCode": self.city.postal_code,
            "l": self.city.name,
            "co": self.country,
            "employeeNumber": self.employee_number,
            "employeeType": self.employee_type,
            "preferredLanguage": self.language,
            "birthDate": self.birthday,
        }
        return {name: (value,) for name, value in single.items() if value}


def stable_uuid(kind: str, name: str) -> str:
    """Return the UUID that the sample company gives to ``name``, the same in every copy of it."""
    return str(uuid5(_NAMESPACE, f"{kind}:{name}"))


def make_people(size: int) -> tuple[Person, ...]:
    """Return ``size`` employees, the head first and everybody after their manager, with the cast among them (Finn, who left, isn't).

    BadInput for fewer than SMALLEST.
    """
    if size < SMALLEST:
        raise BadInput(f"the sample company needs at least {SMALLEST} people; {size} were asked for")
    chance = Random(_SEED)
    seats = draw_chart(size, chance)
    teams = _departments(max(seat.team for seat in seats) + 1)
    roles = _place_cast(seats, teams)
    taken = {role.uid for role in (*CAST, FINN)}
    phones = Exchange()
    people: list[Person] = []
    for index, seat in enumerate(seats):
        department = teams[seat.team] if seat.team >= 0 else MANAGEMENT
        person = _employee(index, seat, department, people[seat.lead].uid if seat.lead is not None else "", chance)
        person = _named_by_chance(person, taken, chance) if index not in roles else _as_role(person, roles[index])
        people.append(_placed(person, phones, chance))
    return tuple(people)


def make_finn(people: tuple[Person, ...]) -> Person:
    """Return Finn, who worked for Bruno and left."""
    bruno = next(person for person in people if person.uid == "bruno")
    chance = Random(_SEED + 1)
    person = _employee(len(people), Seat(0, 3, 0, leads=False), bruno.department, bruno.uid, chance)
    return replace(_placed(_as_role(person, FINN), Exchange(), chance), phone="", mobile="", home_phone="")


def generate_csv(size: int, stream: IO[bytes]) -> None:
    """Write ``size`` people (without photos) as a CSV that ``dirserver import`` reads: UTF-8, headers are attribute names."""
    people = make_people(size)
    columns = list(dict.fromkeys(name for person in people[:50] for name in person.attributes))
    text = io.TextIOWrapper(stream, "utf-8", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(["uid", "uuid", *columns, "manager"])
    for person in people:
        values = person.attributes
        writer.writerow([person.uid, person.uuid, *(values.get(name, ("",))[0] for name in columns), person.manager])
    text.detach()


def _departments(teams: int) -> tuple[Department, ...]:
    """Which department each team belongs to: all of them before any twice, then by weight."""
    more = [((turn + 0.5) / department.weight, department) for department in DEPARTMENTS for turn in range(1, department.weight)]
    row = [*DEPARTMENTS, *(department for _, department in sorted(more, key=itemgetter(0)))]
    return tuple(row[index % len(row)] for index in range(teams))


def _place_cast(seats: tuple[Seat, ...], teams: tuple[Department, ...]) -> dict[int, Role]:
    """Choose a seat for each of the cast: Bruno leads Ada, the others sit where their work is if the company is large enough."""
    by_uid = {role.uid: role for role in CAST}
    bottom = [index for index, seat in enumerate(seats) if not seat.leads and seat.depth >= 2]
    ada = next((index for index in bottom if teams[seats[index].team].slug == by_uid["ada"].department), bottom[0])
    bruno = seats[ada].lead
    assert bruno is not None, "who sits at depth 2 or more has a lead"  # noqa: S101 -- for the type checker
    placed = {ada: by_uid["ada"], bruno: by_uid["bruno"]}
    for role in CAST:
        if role.uid in _PAIR:
            continue
        free = [index for index in (*bottom, *range(len(seats) - 1, 0, -1)) if index not in placed]
        fitting = (index for index in free if seats[index].team >= 0 and teams[seats[index].team].slug == role.department)
        placed[next(fitting, free[0])] = role
    return placed


def _employee(index: int, seat: Seat, department: Department, manager: str, chance: Random) -> Person:
    """What comes with a seat: everything but name, place and phones."""
    tongue = chance.choice(TONGUES)
    if seat.lead is None:
        title = HEAD_TITLES[tongue.tag]
    elif seat.leads:
        title = LEAD_TITLES[tongue.tag][0 if seat.depth < 3 else 1]
    else:
        titles = JOB_TITLES[tongue.tag]
        title = chance.choice((*titles[""], *titles.get(department.slug, ()), *titles.get(department.slug, ())))
    return Person(
        is_woman=chance.random() < 0.5,
        language=tongue.tag,
        birthday=_birthday(chance) if chance.random() < 0.6 else "",
        title=title,
        department=department,
        office=f"{chance.choice('ABCDEH')}{chance.randint(0, 8)}.{chance.randint(1, 320):03d}",
        employee_number=str(100_000 + index),
        employee_type="trainee" if not seat.leads and chance.random() < 0.05 else "employee",
        manager=manager,
        has_portrait=chance.random() < 0.82,
    )


def _birthday(chance: Random) -> str:
    day = f"{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"
    return f"{chance.randint(1960, 2006)}-{day}" if chance.random() < 0.8 else f"--{day}"


def _named_by_chance(person: Person, taken: set[str], chance: Random) -> Person:
    """Give a name, and a uid and mail address made from it that nobody else has; ``taken`` grows."""
    tongue = _BY_TAG[person.language]
    given, family = _given(tongue, chance, is_woman=person.is_woman), _family(tongue, chance, is_woman=person.is_woman)
    stem = f"{plain(given.split()[0])}.{plain(family.split()[0])}"
    uid, again = stem, 1
    while uid in taken:
        again += 1
        uid = f"{stem}{again}"
    taken.add(uid)
    return replace(person, given=given, family=family, uid=uid, uuid=stable_uuid("person", uid), mail=f"{uid}@{DOMAIN}")


def _as_role(person: Person, role: Role) -> Person:
    """Put one of the cast on a seat. Ada and Bruno keep the department of theirs, if it is one."""
    department = next(department for department in DEPARTMENTS if department.slug == role.department)
    return replace(
        person,
        uid=role.uid,
        uuid=stable_uuid("person", role.uid),
        given=role.given,
        family=role.family,
        is_woman=role.is_woman,
        language=role.language,
        mail=role.mail,
        birthday=role.birthday,
        title=role.title,
        department=person.department if role.uid in _PAIR and person.department is not MANAGEMENT else department,
        employee_type=role.employee_type,
        has_portrait=True,
    )


def _placed(person: Person, phones: Exchange, chance: Random) -> Person:
    """Give somebody with a language a city of it, and phones; the cast has all three kinds."""
    land = LANDS[person.language]
    has_mobile, has_home_phone = chance.random() < 0.93, chance.random() < 0.25
    is_cast = "." not in person.uid
    city = land.cities[0] if is_cast else chance.choice(land.cities)
    return replace(
        person,
        city=city,
        country=land.country,
        phone=phones.next(city.phones),
        mobile=phones.next(land.mobiles) if has_mobile or is_cast else "",
        home_phone=phones.next(city.phones) if has_home_phone or is_cast else "",
    )


def _given(tongue: Tongue, chance: Random, *, is_woman: bool) -> str:
    names = tongue.women if is_woman else tongue.men
    first = chance.choice(names)
    if chance.random() >= tongue.double_chance:
        return first
    second = chance.choice(names)
    return first if second == first else f"{first} {second}"


def _family(tongue: Tongue, chance: Random, *, is_woman: bool) -> str:
    names = [name.split("/")[-1 if is_woman else 0] for name in chance.sample(tongue.families, 2)]
    if tongue.families_each == 2:
        return " ".join(names)
    return "-".join(names) if chance.random() < tongue.hyphen_chance else names[0]


def plain(text: str) -> str:
    """Return the ASCII letters and digits of ``text``, folded: what mail addresses and logins are made of."""
    return "".join(letter for letter in fold(text) if letter.isascii() and letter.isalnum())
