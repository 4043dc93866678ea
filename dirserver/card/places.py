# SPDX-License-Identifier: GPL-3.0-or-later
"""Where each attribute lives in a Card: the one mapping table between properties and the directory's attributes.

A *slot* is a property name with, where types make a difference, a variant: ``TEL`` that is a ``mobile``. Every property has
one slot and one field (unit of access). Types decide; where there are none, Apple's built-in labels do. What says "home"
is private: a mobile or a fax at home belongs to ``homePhone``. A card property that isn't known is a field of its own, under
its lower-case name. A label or a flag in a group (X-ABLabel, X-ABADR) belongs to the field of the property it goes with.

Properties of our own: X-MANAGER and X-SECRETARY (VALUE=uri, ``urn:uuid:``), X-EMPLOYEENUMBER, X-EMPLOYEETYPE,
X-DEPARTMENTNUMBER, X-INITIALS, X-CN (further common names), X-DISPLAYNAME (when it differs from FN), TEL with TYPE X-IPPHONE.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from types import MappingProxyType

from dirserver.card.card import Card, Parameter, Parameters, Property, Version, types_of
from dirserver.model.attribute import OWN_FIELD, find


class Form(Enum):
    """How an attribute's values stand in a property."""

    TEXT = "the whole value is one text"
    URI = "the whole value, raw"
    PHONE = "text, or a tel: URI"
    LIST = "a comma list"
    NAME_PART = "one component of N, itself a list"
    FIRST_UNIT = "the first component of ORG"
    OTHER_UNITS = "the components of ORG after the first"
    ADDRESS_PART = "one component of ADR"
    COUNTRY_CODE = "the parameter CC of ADR (RFC 8605), or Apple's X-ABADR"
    ADDRESS = "LABEL, else what ADR's components join to"
    DATE = "a date in the version's form"
    REFERENCE = "urn:uuid: of another entry"
    OCTETS = "inline octets"


@dataclass(frozen=True, slots=True)
class Place:
    """One line of the table. ``key4`` is the property's name in 4.0; ``types`` are what a new property gets (upper case)."""

    attribute: str
    key: str
    form: Form = Form.TEXT
    variant: str = ""
    component: int = 0
    key4: str = ""
    types: tuple[str, ...] = ()

    def name(self, version: Version) -> str:
        """Return the name of a new property."""
        return self.key4 or self.key if version is Version.V4 else self.key

    def params(self, version: Version) -> Parameters:
        """Return the parameters of a new property."""
        if self.form is Form.REFERENCE:
            return (Parameter("VALUE", ("uri",)),) if self.key.startswith("X-") and self.attribute != "member" else ()
        types = self.types
        if version is Version.V4:  # 4.0 has no INTERNET, and its examples are in lower case
            types = tuple([each.lower() for each in types if each != "INTERNET"])
        return (Parameter("TYPE", types),) if types else ()


_HOME = ("HOME",)
PLACES: tuple[Place, ...] = (
    Place("cn", "FN"),
    Place("sn", "N", Form.NAME_PART, component=0),
    Place("givenName", "N", Form.NAME_PART, component=1),
    Place("middleName", "N", Form.NAME_PART, component=2),
    Place("personalTitle", "N", Form.NAME_PART, component=3),
    Place("generationQualifier", "N", Form.NAME_PART, component=4),
    Place("displayName", "X-DISPLAYNAME"),
    Place("initials", "X-INITIALS"),
    Place("nickname", "NICKNAME", Form.LIST),
    Place("phoneticGivenName", "X-PHONETIC-FIRST-NAME"),
    Place("phoneticSn", "X-PHONETIC-LAST-NAME"),
    Place("o", "ORG", Form.FIRST_UNIT),
    Place("ou", "ORG", Form.OTHER_UNITS),
    Place("departmentNumber", "X-DEPARTMENTNUMBER"),
    Place("title", "TITLE"),
    Place("businessRole", "ROLE"),
    Place("telephoneNumber", "TEL", Form.PHONE, "work", types=("WORK", "VOICE")),
    Place("mobile", "TEL", Form.PHONE, "mobile", types=("CELL",)),
    Place("homePhone", "TEL", Form.PHONE, "home", types=("HOME", "VOICE")),
    Place("homeFacsimileTelephoneNumber", "TEL", Form.PHONE, "homefax", types=("HOME", "FAX")),
    Place("facsimileTelephoneNumber", "TEL", Form.PHONE, "fax", types=("WORK", "FAX")),
    Place("pager", "TEL", Form.PHONE, "pager", types=("PAGER",)),
    Place("ipPhone", "TEL", Form.PHONE, "ip", types=("WORK", "X-IPPHONE")),
    Place("mail", "EMAIL", Form.TEXT, "work", types=("INTERNET", "WORK")),
    Place("mozillaSecondEmail", "EMAIL", Form.TEXT, "home", types=("INTERNET", "HOME")),
    Place("physicalDeliveryOfficeName", "ADR", Form.ADDRESS_PART, "work", 1, types=("WORK",)),
    Place("postOfficeBox", "ADR", Form.ADDRESS_PART, "work", 0, types=("WORK",)),
    Place("street", "ADR", Form.ADDRESS_PART, "work", 2, types=("WORK",)),
    Place("l", "ADR", Form.ADDRESS_PART, "work", 3, types=("WORK",)),
    Place("st", "ADR", Form.ADDRESS_PART, "work", 4, types=("WORK",)),
    Place("postalCode", "ADR", Form.ADDRESS_PART, "work", 5, types=("WORK",)),
    Place("co", "ADR", Form.ADDRESS_PART, "work", 6, types=("WORK",)),
    Place("c", "ADR", Form.COUNTRY_CODE, "work", types=("WORK",)),
    Place("postalAddress", "ADR", Form.ADDRESS, "work", types=("WORK",)),
    Place("mozillaHomeStreet", "ADR", Form.ADDRESS_PART, "home", 2, types=_HOME),
    Place("mozillaHomeLocalityName", "ADR", Form.ADDRESS_PART, "home", 3, types=_HOME),
    Place("mozillaHomeState", "ADR", Form.ADDRESS_PART, "home", 4, types=_HOME),
    Place("mozillaHomePostalCode", "ADR", Form.ADDRESS_PART, "home", 5, types=_HOME),
    Place("mozillaHomeCountryName", "ADR", Form.ADDRESS_PART, "home", 6, types=_HOME),
    Place("homePostalAddress", "ADR", Form.ADDRESS, "home", types=_HOME),
    Place("labeledURI", "URL", Form.URI, "work"),
    Place("mozillaHomeUrl", "URL", Form.URI, "home", types=_HOME),
    Place("impp", "IMPP", Form.URI),
    Place("socialProfile", "X-SOCIALPROFILE", Form.URI, key4="SOCIALPROFILE"),
    Place("manager", "X-MANAGER", Form.REFERENCE),
    Place("secretary", "X-SECRETARY", Form.REFERENCE),
    Place("employeeNumber", "X-EMPLOYEENUMBER"),
    Place("employeeType", "X-EMPLOYEETYPE"),
    Place("preferredLanguage", "X-LANG", key4="LANG"),
    Place("categories", "CATEGORIES", Form.LIST),
    Place("birthDate", "BDAY", Form.DATE),
    Place("anniversary", "X-ANNIVERSARY", Form.DATE, key4="ANNIVERSARY"),
    Place("gender", "X-GENDER", Form.TEXT, key4="GENDER"),
    Place("description", "NOTE"),
    Place("member", "X-ADDRESSBOOKSERVER-MEMBER", Form.REFERENCE, key4="MEMBER"),
    Place("jpegPhoto", "PHOTO", Form.OCTETS),
    Place("userCertificate", "KEY", Form.OCTETS),
)

PLACE_OF: Mapping[str, Place] = MappingProxyType({place.attribute: place for place in PLACES})
"""The place of each attribute that a Card holds, by canonical name."""

# Other names of the same property: the other version's, Evolution's.
_SAME: Mapping[str, str] = {place.key4: place.key for place in PLACES if place.key4} | {"X-EVOLUTION-ANNIVERSARY": "X-ANNIVERSARY"}

VARIANTS = frozenset({"TEL", "EMAIL", "ADR", "LABEL", "URL"})
"""Properties whose types make a difference."""

# Fields of properties that no attribute shows.
_FIELDS: dict[str, str] = {
    **dict.fromkeys(("UID", "KIND", "REV", "PRODID", "SOURCE", "NAME", "PROFILE", "CLIENTPIDMAP", "CREATED", "LANGUAGE"), OWN_FIELD),
    **dict.fromkeys(("X-ADDRESSBOOKSERVER-KIND", "X-ABSHOWAS", "X-ABUID"), OWN_FIELD),
    **dict.fromkeys(("SORT-STRING", "X-CN", "X-PHONETIC-MIDDLE-NAME", "PRONOUNS", "GRAMGENDER"), "cn"),
    **dict.fromkeys(("X-EVOLUTION-FILE-AS", "X-MAIDENNAME", "X-ADDRESSING-GRAMMAR"), "cn"),
    **dict.fromkeys(("X-PHONETIC-ORG", "X-ABPHONETICORG"), "o"),
    **dict.fromkeys(("X-EVOLUTION-MANAGER", "X-KADDRESSBOOK-X-MANAGERSNAME"), "manager"),
    **dict.fromkeys(("X-ASSISTANT", "X-EVOLUTION-ASSISTANT", "X-KADDRESSBOOK-X-ASSISTANTSNAME", "AGENT"), "secretary"),
    **dict.fromkeys(("X-ABDATE", "X-KADDRESSBOOK-X-ANNIVERSARY"), "anniversary"),
    **dict.fromkeys(("BIRTHPLACE", "DEATHDATE", "DEATHPLACE"), "birthDate"),
    **dict.fromkeys(
        ("X-AIM", "X-ICQ", "X-JABBER", "X-MSN", "X-YAHOO", "X-SKYPE", "X-SKYPE-USERNAME", "X-GOOGLE-TALK", "X-GTALK", "X-QQ",
         "X-GADUGADU", "X-GROUPWISE", "X-SIP", "X-MATRIX", "X-TELEGRAM", "X-SIGNAL", "X-THREEMA"), "impp"),
    **dict.fromkeys(("X-TWITTER", "X-MASTODON", "X-LINKEDIN", "X-FACEBOOK"), "socialProfile"),
}  # fmt: skip

SLOTS: Mapping[str, Mapping[str, tuple[Place, ...]]] = MappingProxyType(
    {
        name: {
            variant: tuple([place for place in PLACES if place.key == key and place.variant == variant])
            for variant in {place.variant for place in PLACES if place.key == key}
        }
        for key in dict.fromkeys(place.key for place in PLACES)
        for name in (key, *[other for other, same in _SAME.items() if same == key])
    }
)
"""The places in a property, by upper-case name (of either version) and variant."""


def _field(attribute: str) -> str:
    known = find(attribute)
    if known is None:
        msg = f"{attribute} is in the table of places but not in the registry"
        raise LookupError(msg)
    return known.field


_FIELD_OF: Mapping[tuple[str, str], str] = MappingProxyType(
    {(key, variant): _field(places[0].attribute) for key, by_variant in SLOTS.items() for variant, places in by_variant.items()}
    | {("LABEL", variant): _field(places[0].attribute) for variant, places in SLOTS["ADR"].items()}
    | {(key, ""): name for key, name in _FIELDS.items()}
)
_PLAIN_FIELD_OF: Mapping[str, str] = {key: name for (key, variant), name in _FIELD_OF.items() if not variant}

ATTACHED = frozenset({"X-ABLABEL", "X-ABADR", "X-ABORDER"})
"""Properties that say something about the other property of their group."""

# Apple's built-in labels (localized by the device), by the type they stand for.
_LABEL_TYPES = {
    "_$!<home>!$_": "home", "_$!<work>!$_": "work", "_$!<mobile>!$_": "cell", "_$!<main>!$_": "work", "_$!<pager>!$_": "pager",
    "_$!<homefax>!$_": "homefax", "_$!<workfax>!$_": "fax", "_$!<otherfax>!$_": "fax", "iphone": "cell", "_$!<school>!$_": "work",
}  # fmt: skip
_KNOWN_TYPES = frozenset({"home", "work", "cell", "fax", "homefax", "pager", "x-ipphone", "dom"})

Labels = Mapping[str, str]
"""The type that an Apple label stands for, by lower-case group."""
NO_LABELS: Labels = MappingProxyType({})


def labels_of(card: Card) -> Labels:
    """Return the groups of ``card`` that have one of Apple's built-in labels."""
    return labels_in(card.properties)


def labels_in(properties: Iterable[Property]) -> Labels:
    """Return the groups as ``labels_of``, of properties that are no card yet."""
    labels: dict[str, str] = {}
    for each in properties:
        if each.group is not None and each.name.upper() == "X-ABLABEL":
            known = _LABEL_TYPES.get(each.value.strip().lower())
            if known is not None:
                labels[each.group.lower()] = known
    return labels or NO_LABELS


def variant_of(key: str, each: Property, labels: Labels) -> str:
    """Return the variant of a property whose upper-case name is ``key``, "" where types make no difference."""
    if key not in VARIANTS:
        return ""
    types = types_of(each.params) & _KNOWN_TYPES
    if labels and each.group is not None and each.group.lower() in labels:
        types |= {labels[each.group.lower()]}
    return _variant(key, types)


@lru_cache(maxsize=1024)
def _variant(key: str, types: frozenset[str]) -> str:
    is_home = "home" in types or "homefax" in types
    if key != "TEL":
        return "home" if is_home and "work" not in types else "work"
    if "fax" in types or "homefax" in types:
        return "homefax" if is_home and "work" not in types else "fax"
    if "pager" in types:
        return "pager"
    if "x-ipphone" in types:
        return "ip"
    if is_home and "work" not in types:
        return "home"
    return "mobile" if "cell" in types else "work"


def places_in(each: Property, labels: Labels) -> tuple[Place, ...]:
    """Return the attributes that live in a property, as places; () when no attribute shows it."""
    key = each.name.upper()
    by_variant = SLOTS.get(key)
    if by_variant is None:
        return ()
    return by_variant.get(variant_of(key, each, labels), ())


def field_of(prop: Property, card: Card) -> str:
    """Return the field that ``prop`` of ``card`` belongs to: exactly one, whatever the property."""
    return field_in(prop, card, labels_of(card) if prop.group is not None else NO_LABELS)


def field_in(prop: Property, card: Card, labels: Labels) -> str:
    """Return the field as ``field_of``, for callers that ask for many properties and have the labels at hand."""
    key = prop.name.upper()
    if key in ATTACHED and prop.group is not None:
        group = prop.group.lower()
        for each in card.properties:
            if each.group is not None and each.group.lower() == group and each.name.upper() not in ATTACHED:
                prop = each
                key = each.name.upper()
                break
    found = _FIELD_OF.get((key, variant_of(key, prop, labels)))
    return found if found is not None else prop.name.lower()


def fields_of(card: Card) -> tuple[str, ...]:
    """Return the field of each property, in order; linear in the number of properties, however many groups there are."""
    first: dict[str, Property] = {}
    grouped = [each for each in card.properties if each.group is not None]
    labels = labels_of(card) if grouped else NO_LABELS
    for each in grouped:
        if each.group is not None and each.name.upper() not in ATTACHED:
            first.setdefault(each.group.lower(), each)
    fields: list[str] = []
    for each in card.properties:
        owner = first.get(each.group.lower(), each) if each.group is not None and each.name.upper() in ATTACHED else each
        key = owner.name.upper()
        # Asked of each property of each card that somebody sees part of; few have variants.
        found = _FIELD_OF.get((key, variant_of(key, owner, labels))) if key in VARIANTS else _PLAIN_FIELD_OF.get(key)
        fields.append(found if found is not None else owner.name.lower())
    return tuple(fields)
