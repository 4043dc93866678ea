# SPDX-License-Identifier: GPL-3.0-or-later
"""The object classes that entries have, and which attributes each allows (RFC 4512 section 2.4).

The registry of attributes says what exists, so a class can't allow anything else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID, uuid5

from dirserver.model.attribute import CANONICAL, find

STRUCTURAL_CLASS = "inetOrgPerson"
AUXILIARY_CLASS = "dirserverPerson"
ENTRY_CLASSES = ("top", "person", "organizationalPerson", STRUCTURAL_CLASS, "mozillaAbPersonAlpha", AUXILIARY_CLASS)

_ARC = UUID("6f0a3a52-6a0e-5d3c-9a52-2b1f0c7d9e11")


def own_oid(name: str) -> str:
    """Return the OID of what no standard names, under 2.25 (ITU-T X.667: no registration needed), made from its name."""
    return f"2.25.{uuid5(_ARC, name).int}"


@dataclass(frozen=True, slots=True)
class ObjectClass:
    """One class; ``above`` is the class that it refines, ``kind`` one of ABSTRACT, STRUCTURAL and AUXILIARY."""

    name: str
    oid: str
    kind: str
    above: str = "top"
    must: tuple[str, ...] = ()
    may: tuple[str, ...] = ()

    def describe(self) -> str:
        """Return the Object Class Description (RFC 4512 section 4.1.1)."""
        parts = [f"( {self.oid} NAME '{self.name}'", *((f"SUP {self.above}",) if self.above else ()), self.kind]
        parts += [f"{word} ( {' $ '.join(names)} )" for word, names in (("MUST", self.must), ("MAY", self.may)) if names]
        return " ".join([*parts, ")"])


# What the standard classes allow (RFC 4519, RFC 2798); the rest of the registry is in the auxiliary classes.
_ORGANIZATIONAL = (
    "title registeredAddress facsimileTelephoneNumber street postOfficeBox postalCode postalAddress physicalDeliveryOfficeName ou st l"
)
_INETORG = (
    "departmentNumber displayName employeeNumber employeeType givenName homePhone homePostalAddress initials jpegPhoto labeledURI mail "
    "manager mobile o pager secretary uid preferredLanguage userCertificate"
)


def _made() -> Iterator[ObjectClass]:
    known = [attribute.name for attribute in CANONICAL]
    organizational = tuple(name for name in _ORGANIZATIONAL.split() if name in known)
    inetorg = tuple(name for name in _INETORG.split() if name in known)
    mozilla = (*sorted(name for name in known if name.startswith("mozilla")), "nickname")
    listed = {"cn", "sn", "telephoneNumber", "description", "objectClass", "member", *organizational, *inetorg, *mozilla}
    rest = tuple(attribute.name for attribute in CANONICAL if attribute.name not in listed and not attribute.is_operational)
    yield ObjectClass("top", "2.5.6.0", "ABSTRACT", "", ("objectClass",))
    yield ObjectClass("person", "2.5.6.6", "STRUCTURAL", "top", ("sn", "cn"), ("telephoneNumber", "description"))
    yield ObjectClass("organizationalPerson", "2.5.6.7", "STRUCTURAL", "person", (), organizational)
    yield ObjectClass("inetOrgPerson", "2.16.840.1.113730.3.2.2", "STRUCTURAL", "organizationalPerson", (), inetorg)
    yield ObjectClass("mozillaAbPersonAlpha", "1.3.6.1.4.1.13769.9.1", "AUXILIARY", "top", (), mozilla)
    yield ObjectClass(AUXILIARY_CLASS, own_oid(AUXILIARY_CLASS), "AUXILIARY", "top", (), rest)
    yield ObjectClass("groupOfNames", "2.5.6.9", "STRUCTURAL", "top", ("member", "cn"), ("description", "mail", "o", "ou"))
    yield ObjectClass("organizationalUnit", "2.5.6.5", "STRUCTURAL", "top", ("ou",), ("description",))
    yield ObjectClass("organization", "2.5.6.4", "STRUCTURAL", "top", ("o",), ("description",))
    yield ObjectClass("dcObject", "1.3.6.1.4.1.1466.344", "AUXILIARY", "top", ("dc",))
    published = ("objectClasses", "attributeTypes", "matchingRules", "matchingRuleUse", "ldapSyntaxes")
    yield ObjectClass("subschema", "2.5.20.1", "AUXILIARY", "", (), published)
    yield ObjectClass("subentry", "2.5.17.0", "STRUCTURAL", "top", ("cn",))


CLASSES: tuple[ObjectClass, ...] = tuple(_made())
# What Active Directory calls them: filters written for it are in many a phone and printer.
_ELSEWHERE = {"user": "inetorgperson", "contact": "inetorgperson", "group": "groupofnames"}
_BY_NAME = {name.lower(): each for each in CLASSES for name in (each.name, each.oid)}


def class_named(text: str) -> ObjectClass | None:
    """Return the class of a name or OID; None if there is none."""
    return _BY_NAME.get(text.strip().lower())


def class_key(text: str) -> str:
    """Return what the names and the OID of one class share, for comparing (objectIdentifierMatch, RFC 4517 section 4.2.26)."""
    found = class_named(text)
    name = text.strip().lower() if found is None else found.name.lower()
    return _ELSEWHERE.get(name, name)


def attributes_of(text: str) -> tuple[str, ...]:
    """Return what entries of a class may have, from its superclasses too, by canonical name; nothing for an unknown class."""
    found = class_named(text)
    if found is None:
        return ()
    return tuple(dict.fromkeys((*_canonical((*found.must, *found.may)), *attributes_of(found.above))))


def _canonical(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        attribute = find(name)
        yield name if attribute is None else attribute.name
