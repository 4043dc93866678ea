# SPDX-License-Identifier: GPL-3.0-or-later
"""Whom the sample company deals with: organizations and the people in them, in the company's languages, from a seed."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from dirserver.card.card import Card, Parameter, Property, Version
from dirserver.card.fields import from_attributes
from dirserver.demo.people import plain, stable_uuid
from dirserver.demo.places import LANDS, City
from dirserver.demo.tongues import TONGUES, Tongue

_SEED = 20_260_102

_TRADES = {
    "es": ("Conservas", "Talleres", "Viñedos", "Imprenta", "Transportes", "Cerámicas", "Librería"),
    "pl": ("Piekarnia", "Drukarnia", "Stocznia", "Hurtownia", "Zakłady", "Tartak", "Cukrownia"),
    "pt": ("Cortiças", "Conservas", "Azulejos", "Pescas", "Tipografia", "Adega", "Serração"),
    "eo": ("Presejo", "Bakejo", "Librejo", "Ŝipejo", "Ĝardenejo", "Muelejo", "Teksejo"),
    "de": ("Gießerei", "Großhandel", "Möbelwerk", "Brauerei", "Kühlhaus", "Spedition", "Gärtnerei"),
    "en": ("Foundry", "Mills", "Joinery", "Freight", "Printworks", "Orchards", "Instruments"),
}
_FORMS = {"es": "S.L.", "pl": "sp. z o.o.", "pt": "Lda.", "eo": "kaj kunuloj", "de": "GmbH", "en": "Ltd"}
_POSTS = {
    "es": ("Compras", "Dirección", "Ventas"),
    "pl": ("Dział zakupów", "Dyrekcja", "Sprzedaż"),
    "pt": ("Compras", "Direção", "Vendas"),
    "eo": ("Aĉetoj", "Direkcio", "Vendoj"),
    "de": ("Einkauf", "Geschäftsleitung", "Vertrieb"),
    "en": ("Purchasing", "Management", "Sales"),
}
_NOTES = (
    "Met at the trade fair in Poznań; prefers calls before noon.",
    "Pide factura en papel.\nEntrega siempre por la puerta trasera.",
    "Rechnungen bitte an die Zentrale; Rückfragen: Frau Gläser",
    "Kontakto ekde la kongreso.",
    "Prefere e-mail; responde em 24 horas.",
)


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact of a shared book; ``name`` is its uid there."""

    name: str
    uuid: str
    card: Card


@dataclass(frozen=True, slots=True)
class _Organization:
    """What the contacts of one organization share."""

    book: str
    name: str
    domain: str
    city: City
    tongue: Tongue

    @property
    def values(self) -> dict[str, tuple[str, ...]]:
        """Organization, address and category of each of its contacts."""
        return {
            "o": (self.name,),
            "street": (self.city.street,),
            "postalCode": (self.city.postal_code,),
            "l": (self.city.name,),
            "co": (LANDS[self.tongue.tag].country,),
            "categories": (self.book.capitalize(),),
        }


def make_contacts(book: str, size: int) -> tuple[Contact, ...]:
    """Return ``size`` contacts of a book: each organization first, then one to three of its people. The same ones each time."""
    chance = Random(f"{_SEED}:{book}")
    contacts: list[Contact] = []
    taken: set[str] = set()
    while len(contacts) < size:
        organization = _organization(book, chance)
        if organization.domain in taken:
            continue
        taken.add(organization.domain)
        contacts.append(_company(organization))
        contacts += [_person(organization, chance, taken) for _ in range(min(chance.randint(1, 3), size - len(contacts)))]
    return tuple(contacts)


def _organization(book: str, chance: Random) -> _Organization:
    tongue = chance.choice(TONGUES)
    name = f"{chance.choice(_TRADES[tongue.tag])} {chance.choice(tongue.families).partition('/')[0]} {_FORMS[tongue.tag]}"
    return _Organization(book, name, f"{plain(name)[:24]}.example", chance.choice(LANDS[tongue.tag].cities), tongue)


def _company(organization: _Organization) -> Contact:
    name = organization.domain.removesuffix(".example")
    values = organization.values | {
        "cn": (organization.name,),
        "mail": (f"info@{organization.domain}",),
        "telephoneNumber": (organization.city.phones.number(_number_of(name)),),
        "labeledURI": (f"https://www.{organization.domain}/",),
    }
    uuid = stable_uuid(organization.book, name)
    card = from_attributes(values, uid=uuid)
    return Contact(name, uuid, card.with_properties((*card.properties, Property.of_text("X-ABShowAs", "COMPANY"))))


def _person(organization: _Organization, chance: Random, taken: set[str]) -> Contact:
    tongue, city = organization.tongue, organization.city
    given, family = chance.choice((*tongue.women, *tongue.men)), chance.choice(tongue.families).partition("/")[0]
    name = again = f"{plain(given)}.{plain(family)}"
    while name in taken:
        name = f"{again}{chance.randint(2, 999)}"
    taken.add(name)
    values = organization.values | {
        "cn": (f"{given} {family}",),
        "givenName": (given,),
        "sn": (family,),
        "title": (chance.choice(_POSTS[tongue.tag]),),
        "mail": (f"{name}@{organization.domain}",),
        "telephoneNumber": (city.phones.number(_number_of(name)),),
        "mobile": (LANDS[tongue.tag].mobiles.number(_number_of(name)),) if chance.random() < 0.7 else (),
        "description": (chance.choice(_NOTES),) if chance.random() < 0.25 else (),
    }
    uuid = stable_uuid(organization.book, name)
    version = Version.V4 if chance.random() < 0.2 else Version.V3
    card = from_attributes(values, uid=uuid, version=version)
    return Contact(name, uuid, _with_assistant(card, city, name) if chance.random() < 0.15 else card)


def _with_assistant(card: Card, city: City, name: str) -> Card:
    """Add a number with a label of its own, as Apple's address book writes it."""
    number = Property.of_text("TEL", city.phones.number(_number_of(name) + 1), group="item1", params=(Parameter("TYPE", ("VOICE",)),))
    return card.with_properties((*card.properties, number, Property.of_text("X-ABLabel", "Assistant", group="item1")))


def _number_of(name: str) -> int:
    return sum(ord(letter) * place for place, letter in enumerate(name, 7)) % 800
