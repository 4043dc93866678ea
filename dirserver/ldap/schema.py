# SPDX-License-Identifier: GPL-3.0-or-later
"""The subschema: classes and attributes as schema browsers and libraries read them (RFC 4512 section 4.2).

Made from the registry of attributes, so it can't say anything else than the entries do. Attributes and classes without an OID of
their own in some standard get one under 2.25 (ITU-T X.667: no registration needed), made from their name.
"""

from __future__ import annotations

from functools import cache
from uuid import UUID, uuid5

from dirserver.ldap.dit import SUBSCHEMA
from dirserver.ldap.held import HeldAttribute, HeldEntry, make_entry
from dirserver.model.attribute import CANONICAL, Attribute, Syntax

STRUCTURAL_CLASS = "inetOrgPerson"
AUXILIARY_CLASS = "dirserverPerson"
ENTRY_CLASSES = ("top", "person", "organizationalPerson", STRUCTURAL_CLASS, "mozillaAbPersonAlpha", AUXILIARY_CLASS)

_ARC = UUID("6f0a3a52-6a0e-5d3c-9a52-2b1f0c7d9e11")

_DIRECTORY_STRING = "1.3.6.1.4.1.1466.115.121.1.15"
_IA5 = "1.3.6.1.4.1.1466.115.121.1.26"
_SYNTAXES = {
    Syntax.TEXT: (_DIRECTORY_STRING, "caseIgnoreMatch", "caseIgnoreOrderingMatch", "caseIgnoreSubstringsMatch"),
    Syntax.PHONE: ("1.3.6.1.4.1.1466.115.121.1.50", "telephoneNumberMatch", "", "telephoneNumberSubstringsMatch"),
    Syntax.MAIL: (_IA5, "caseIgnoreIA5Match", "", "caseIgnoreIA5SubstringsMatch"),
    Syntax.ADDRESS: ("1.3.6.1.4.1.1466.115.121.1.41", "caseIgnoreListMatch", "", "caseIgnoreListSubstringsMatch"),
    Syntax.DN: ("1.3.6.1.4.1.1466.115.121.1.12", "distinguishedNameMatch", "", ""),
    Syntax.UUID: ("1.3.6.1.1.16.1", "UUIDMatch", "UUIDOrderingMatch", ""),
    Syntax.TIME: ("1.3.6.1.4.1.1466.115.121.1.24", "generalizedTimeMatch", "generalizedTimeOrderingMatch", ""),
    Syntax.DATE: (_DIRECTORY_STRING, "caseIgnoreMatch", "caseIgnoreOrderingMatch", ""),
    Syntax.BINARY: ("1.3.6.1.4.1.1466.115.121.1.40", "", "", ""),
    Syntax.URI: (_DIRECTORY_STRING, "caseIgnoreMatch", "caseIgnoreOrderingMatch", "caseIgnoreSubstringsMatch"),
    Syntax.INTEGER: ("1.3.6.1.4.1.1466.115.121.1.27", "integerMatch", "integerOrderingMatch", ""),
}
_SYNTAX_NAMES = {
    _DIRECTORY_STRING: "Directory String",
    "1.3.6.1.4.1.1466.115.121.1.50": "Telephone Number",
    _IA5: "IA5 String",
    "1.3.6.1.4.1.1466.115.121.1.41": "Postal Address",
    "1.3.6.1.4.1.1466.115.121.1.12": "DN",
    "1.3.6.1.1.16.1": "UUID",
    "1.3.6.1.4.1.1466.115.121.1.24": "Generalized Time",
    "1.3.6.1.4.1.1466.115.121.1.40": "Octet String",
    "1.3.6.1.4.1.1466.115.121.1.27": "INTEGER",
    "1.3.6.1.4.1.1466.115.121.1.38": "OID",
    "1.3.6.1.4.1.1466.115.121.1.7": "Boolean",
}
_RULES = (
    ("2.5.13.0", "objectIdentifierMatch", "1.3.6.1.4.1.1466.115.121.1.38"),
    ("2.5.13.1", "distinguishedNameMatch", "1.3.6.1.4.1.1466.115.121.1.12"),
    ("2.5.13.2", "caseIgnoreMatch", _DIRECTORY_STRING),
    ("2.5.13.3", "caseIgnoreOrderingMatch", _DIRECTORY_STRING),
    ("2.5.13.4", "caseIgnoreSubstringsMatch", "1.3.6.1.4.1.1466.115.121.1.58"),
    ("2.5.13.11", "caseIgnoreListMatch", "1.3.6.1.4.1.1466.115.121.1.41"),
    ("2.5.13.12", "caseIgnoreListSubstringsMatch", "1.3.6.1.4.1.1466.115.121.1.58"),
    ("2.5.13.13", "booleanMatch", "1.3.6.1.4.1.1466.115.121.1.7"),
    ("2.5.13.14", "integerMatch", "1.3.6.1.4.1.1466.115.121.1.27"),
    ("2.5.13.15", "integerOrderingMatch", "1.3.6.1.4.1.1466.115.121.1.27"),
    ("2.5.13.20", "telephoneNumberMatch", "1.3.6.1.4.1.1466.115.121.1.50"),
    ("2.5.13.21", "telephoneNumberSubstringsMatch", "1.3.6.1.4.1.1466.115.121.1.58"),
    ("2.5.13.27", "generalizedTimeMatch", "1.3.6.1.4.1.1466.115.121.1.24"),
    ("2.5.13.28", "generalizedTimeOrderingMatch", "1.3.6.1.4.1.1466.115.121.1.24"),
    ("1.3.6.1.4.1.1466.109.114.2", "caseIgnoreIA5Match", _IA5),
    ("1.3.6.1.4.1.1466.109.114.3", "caseIgnoreIA5SubstringsMatch", "1.3.6.1.4.1.1466.115.121.1.58"),
    ("1.3.6.1.1.16.2", "UUIDMatch", "1.3.6.1.1.16.1"),
    ("1.3.6.1.1.16.3", "UUIDOrderingMatch", "1.3.6.1.1.16.1"),
)
_KEPT = "SINGLE-VALUE NO-USER-MODIFICATION USAGE directoryOperation"
_OID_SYNTAX = "SYNTAX 1.3.6.1.4.1.1466.115.121.1.38"
_DN_SYNTAX = "SYNTAX 1.3.6.1.4.1.1466.115.121.1.12"
_LOCAL_TYPES = (
    f"( 0.9.2342.19200300.100.1.25 NAME ( 'dc' 'domainComponent' ) EQUALITY caseIgnoreIA5Match SYNTAX {_IA5} SINGLE-VALUE )",
    f"( 2.5.21.9 NAME 'structuralObjectClass' EQUALITY objectIdentifierMatch {_OID_SYNTAX} {_KEPT} )",
    f"( 2.5.18.10 NAME 'subschemaSubentry' EQUALITY distinguishedNameMatch {_DN_SYNTAX} {_KEPT} )",
    f"( 2.5.18.9 NAME 'hasSubordinates' EQUALITY booleanMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.7 {_KEPT} )",
    f"( 1.3.6.1.4.1.453.16.2.103 NAME 'numSubordinates' EQUALITY integerMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 {_KEPT} )",
)

# What the standard classes allow (RFC 4519, RFC 2798); the rest of the registry is in the auxiliary classes.
_ORGANIZATIONAL = (
    "title registeredAddress facsimileTelephoneNumber street postOfficeBox postalCode postalAddress physicalDeliveryOfficeName ou st l"
)
_INETORG = (
    "departmentNumber displayName employeeNumber employeeType givenName homePhone homePostalAddress initials jpegPhoto labeledURI mail "
    "manager mobile o pager secretary uid preferredLanguage userCertificate"
)


def _own_oid(name: str) -> str:
    return f"2.25.{uuid5(_ARC, name).int}"


def _classes() -> tuple[str, ...]:
    known = {attribute.name for attribute in CANONICAL}
    organizational = [name for name in _ORGANIZATIONAL.split() if name in known]
    inetorg = [name for name in _INETORG.split() if name in known]
    mozilla = [name for name in known if name.startswith("mozilla")] + ["nickname"]
    listed = {"cn", "sn", "telephoneNumber", "description", "objectClass", "member", *organizational, *inetorg, *mozilla}
    rest = [attribute.name for attribute in CANONICAL if attribute.name not in listed and not attribute.is_operational]
    return (
        "( 2.5.6.0 NAME 'top' ABSTRACT MUST objectClass )",
        "( 2.5.6.6 NAME 'person' SUP top STRUCTURAL MUST ( sn $ cn ) MAY ( telephoneNumber $ description ) )",
        f"( 2.5.6.7 NAME 'organizationalPerson' SUP person STRUCTURAL MAY ( {' $ '.join(organizational)} ) )",
        f"( 2.16.840.1.113730.3.2.2 NAME 'inetOrgPerson' SUP organizationalPerson STRUCTURAL MAY ( {' $ '.join(inetorg)} ) )",
        f"( 1.3.6.1.4.1.13769.9.1 NAME 'mozillaAbPersonAlpha' SUP top AUXILIARY MAY ( {' $ '.join(sorted(mozilla))} ) )",
        f"( {_own_oid(AUXILIARY_CLASS)} NAME '{AUXILIARY_CLASS}' SUP top AUXILIARY MAY ( {' $ '.join(rest)} ) )",
        "( 2.5.6.9 NAME 'groupOfNames' SUP top STRUCTURAL MUST ( member $ cn ) MAY ( description $ mail $ o $ ou ) )",
        "( 2.5.6.5 NAME 'organizationalUnit' SUP top STRUCTURAL MUST ou MAY ( description ) )",
        "( 2.5.6.4 NAME 'organization' SUP top STRUCTURAL MUST o MAY ( description ) )",
        "( 1.3.6.1.4.1.1466.344 NAME 'dcObject' SUP top AUXILIARY MUST dc )",
        "( 2.5.20.1 NAME 'subschema' AUXILIARY MAY ( objectClasses $ attributeTypes $ matchingRules $ ldapSyntaxes ) )",
        "( 2.5.17.0 NAME 'subentry' SUP top STRUCTURAL MUST cn )",
    )


def _describe(attribute: Attribute) -> str:
    syntax, equality, ordering, substrings = _SYNTAXES[attribute.syntax]
    if attribute.name == "objectClass":
        syntax, equality, ordering, substrings = "1.3.6.1.4.1.1466.115.121.1.38", "objectIdentifierMatch", "", ""
    names = (attribute.name, *attribute.aliases)
    quoted = f"'{attribute.name}'" if len(names) == 1 else "( " + " ".join(f"'{name}'" for name in names) + " )"
    parts = [f"( {attribute.oid or _own_oid(attribute.name)} NAME {quoted}"]
    if attribute.description:
        parts.append("DESC '" + attribute.description.replace("\\", "\\5C").replace("'", "\\27") + "'")
    for word, rule in (("EQUALITY", equality), ("ORDERING", ordering), ("SUBSTR", substrings)):
        if rule:
            parts.append(f"{word} {rule}")
    parts.append(f"SYNTAX {syntax}")
    if attribute.is_single:
        parts.append("SINGLE-VALUE")
    if attribute.is_operational:
        parts.append("NO-USER-MODIFICATION USAGE directoryOperation")
    return " ".join([*parts, ")"])


@cache
def subschema() -> HeldEntry:
    """Return the entry cn=Subschema."""
    types = (*(_describe(attribute) for attribute in CANONICAL), *_LOCAL_TYPES)
    syntaxes = (*_SYNTAX_NAMES.items(), ("1.3.6.1.4.1.1466.115.121.1.58", "Substring Assertion"))
    attributes = (
        HeldAttribute("cn", ("Subschema",)),
        HeldAttribute("objectClasses", _classes(), is_operational=True),
        HeldAttribute("attributeTypes", types, is_operational=True),
        HeldAttribute("ldapSyntaxes", tuple(f"( {oid} DESC '{name}' )" for oid, name in syntaxes), is_operational=True),
        HeldAttribute(
            "matchingRules", tuple(f"( {oid} NAME '{name}' SYNTAX {syntax} )" for oid, name, syntax in _RULES), is_operational=True
        ),
    )
    return make_entry(str(SUBSCHEMA), ("top", "subschema", "subentry"), attributes, has_children=False)
