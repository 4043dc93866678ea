# SPDX-License-Identifier: GPL-3.0-or-later
"""The subschema: classes and attributes as schema browsers and libraries read them (RFC 4512 section 4.2).

Made from the registry of attributes, so it can't say anything else than the entries do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from dirserver.ldap.tree.classes import CLASSES, own_oid
from dirserver.ldap.tree.dit import SUBSCHEMA
from dirserver.ldap.tree.held import HeldAttribute, HeldEntry, make_entry
from dirserver.model.attribute import CANONICAL, Attribute, Syntax

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
    "1.3.6.1.4.1.1466.115.121.1.3": "Attribute Type Description",
    "1.3.6.1.4.1.1466.115.121.1.37": "Object Class Description",
    "1.3.6.1.4.1.1466.115.121.1.30": "Matching Rule Description",
    "1.3.6.1.4.1.1466.115.121.1.31": "Matching Rule Use Description",
    "1.3.6.1.4.1.1466.115.121.1.54": "LDAP Syntax Description",
}
_RULES = (
    ("2.5.13.0", "objectIdentifierMatch", "1.3.6.1.4.1.1466.115.121.1.38"),
    ("2.5.13.1", "distinguishedNameMatch", "1.3.6.1.4.1.1466.115.121.1.12"),
    ("2.5.13.2", "caseIgnoreMatch", _DIRECTORY_STRING),
    ("2.5.13.3", "caseIgnoreOrderingMatch", _DIRECTORY_STRING),
    ("2.5.13.4", "caseIgnoreSubstringsMatch", "1.3.6.1.4.1.1466.115.121.1.58"),
    ("2.5.13.5", "caseExactMatch", _DIRECTORY_STRING),
    ("2.5.13.11", "caseIgnoreListMatch", "1.3.6.1.4.1.1466.115.121.1.41"),
    ("2.5.13.12", "caseIgnoreListSubstringsMatch", "1.3.6.1.4.1.1466.115.121.1.58"),
    ("2.5.13.13", "booleanMatch", "1.3.6.1.4.1.1466.115.121.1.7"),
    ("2.5.13.14", "integerMatch", "1.3.6.1.4.1.1466.115.121.1.27"),
    ("2.5.13.15", "integerOrderingMatch", "1.3.6.1.4.1.1466.115.121.1.27"),
    ("2.5.13.20", "telephoneNumberMatch", "1.3.6.1.4.1.1466.115.121.1.50"),
    ("2.5.13.21", "telephoneNumberSubstringsMatch", "1.3.6.1.4.1.1466.115.121.1.58"),
    ("2.5.13.27", "generalizedTimeMatch", "1.3.6.1.4.1.1466.115.121.1.24"),
    ("2.5.13.28", "generalizedTimeOrderingMatch", "1.3.6.1.4.1.1466.115.121.1.24"),
    ("2.5.13.30", "objectIdentifierFirstComponentMatch", "1.3.6.1.4.1.1466.115.121.1.38"),
    ("1.3.6.1.4.1.1466.109.114.2", "caseIgnoreIA5Match", _IA5),
    ("1.3.6.1.4.1.1466.109.114.3", "caseIgnoreIA5SubstringsMatch", "1.3.6.1.4.1.1466.115.121.1.58"),
    ("1.3.6.1.1.16.2", "UUIDMatch", "1.3.6.1.1.16.1"),
    ("1.3.6.1.1.16.3", "UUIDOrderingMatch", "1.3.6.1.1.16.1"),
)
_OCTETS = "1.3.6.1.4.1.1466.115.121.1.40"
_TYPE = "1.3.6.1.4.1.1466.115.121.1.3"
_CLASS = "1.3.6.1.4.1.1466.115.121.1.37"
_RULE = "1.3.6.1.4.1.1466.115.121.1.30"
_RULE_USE = "1.3.6.1.4.1.1466.115.121.1.31"
_SYNTAX = "1.3.6.1.4.1.1466.115.121.1.54"
_PUBLISHED = "USAGE directoryOperation"
_OF_SERVER = "USAGE dSAOperation"
_OF_VENDOR = "SINGLE-VALUE NO-USER-MODIFICATION USAGE dSAOperation"
_KEPT = "SINGLE-VALUE NO-USER-MODIFICATION USAGE directoryOperation"
_OID_SYNTAX = "SYNTAX 1.3.6.1.4.1.1466.115.121.1.38"
_DN_SYNTAX = "SYNTAX 1.3.6.1.4.1.1466.115.121.1.12"
_LOCAL_TYPES = (
    f"( 0.9.2342.19200300.100.1.25 NAME ( 'dc' 'domainComponent' ) EQUALITY caseIgnoreIA5Match SYNTAX {_IA5} SINGLE-VALUE )",
    f"( 2.5.21.9 NAME 'structuralObjectClass' EQUALITY objectIdentifierMatch {_OID_SYNTAX} {_KEPT} )",
    f"( 2.5.18.10 NAME 'subschemaSubentry' EQUALITY distinguishedNameMatch {_DN_SYNTAX} {_KEPT} )",
    f"( 2.5.18.9 NAME 'hasSubordinates' EQUALITY booleanMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.7 {_KEPT} )",
    f"( 1.3.6.1.4.1.453.16.2.103 NAME 'numSubordinates' EQUALITY integerMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 {_KEPT} )",
    # No matching rules: it is told, so that copies can be compared, and not asked for.
    f"( 1.3.6.1.4.1.4203.666.1.7 NAME 'entryCSN' DESC 'When the entry was last changed, to the microsecond' SYNTAX {_OCTETS} {_KEPT} )",
    # RFC 4512 sections 4.2 and 5.1, RFC 3045, and Microsoft's name for the naming context.
    f"( 2.5.21.5 NAME 'attributeTypes' EQUALITY objectIdentifierFirstComponentMatch SYNTAX {_TYPE} {_PUBLISHED} )",
    f"( 2.5.21.6 NAME 'objectClasses' EQUALITY objectIdentifierFirstComponentMatch SYNTAX {_CLASS} {_PUBLISHED} )",
    f"( 2.5.21.4 NAME 'matchingRules' EQUALITY objectIdentifierFirstComponentMatch SYNTAX {_RULE} {_PUBLISHED} )",
    f"( 2.5.21.8 NAME 'matchingRuleUse' EQUALITY objectIdentifierFirstComponentMatch SYNTAX {_RULE_USE} {_PUBLISHED} )",
    f"( 1.3.6.1.4.1.1466.101.120.16 NAME 'ldapSyntaxes' EQUALITY objectIdentifierFirstComponentMatch SYNTAX {_SYNTAX} {_PUBLISHED} )",
    f"( 1.3.6.1.4.1.1466.101.120.5 NAME 'namingContexts' {_DN_SYNTAX} {_OF_SERVER} )",
    f"( {own_oid('defaultNamingContext')} NAME 'defaultNamingContext' {_DN_SYNTAX} SINGLE-VALUE {_OF_SERVER} )",
    f"( 1.3.6.1.4.1.1466.101.120.15 NAME 'supportedLDAPVersion' SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 {_OF_SERVER} )",
    f"( 1.3.6.1.4.1.1466.101.120.13 NAME 'supportedControl' {_OID_SYNTAX} {_OF_SERVER} )",
    f"( 1.3.6.1.4.1.1466.101.120.7 NAME 'supportedExtension' {_OID_SYNTAX} {_OF_SERVER} )",
    f"( 1.3.6.1.4.1.4203.1.3.5 NAME 'supportedFeatures' EQUALITY objectIdentifierMatch {_OID_SYNTAX} {_OF_SERVER} )",
    f"( 1.3.6.1.4.1.1466.101.120.14 NAME 'supportedSASLMechanisms' SYNTAX {_DIRECTORY_STRING} {_OF_SERVER} )",
    f"( 1.3.6.1.1.4 NAME 'vendorName' EQUALITY caseExactMatch SYNTAX {_DIRECTORY_STRING} {_OF_VENDOR} )",
    f"( 1.3.6.1.1.5 NAME 'vendorVersion' EQUALITY caseExactMatch SYNTAX {_DIRECTORY_STRING} {_OF_VENDOR} )",
)


def _describe(attribute: Attribute) -> str:
    syntax, equality, ordering, substrings = _SYNTAXES[attribute.syntax]
    if attribute.name == "objectClass":
        syntax, equality, ordering, substrings = "1.3.6.1.4.1.1466.115.121.1.38", "objectIdentifierMatch", "", ""
    names = (attribute.name, *attribute.aliases)
    quoted = f"'{attribute.name}'" if len(names) == 1 else "( " + " ".join(f"'{name}'" for name in names) + " )"
    parts = [f"( {attribute.oid or own_oid(attribute.name)} NAME {quoted}"]
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


def _uses(types: tuple[str, ...]) -> Iterator[str]:
    """Yield, for each matching rule, the attributes that it can be used with (RFC 4512 section 4.1.4)."""
    users: dict[str, list[str]] = {}
    for described in types:
        name = _NAME.search(described)
        for rule in _USED.findall(described):
            users.setdefault(rule, []).append(name[1] if name is not None else "")
    for oid, rule, _ in _RULES:
        if rule in users:
            yield f"( {oid} NAME '{rule}' APPLIES ( {' $ '.join(users[rule])} ) )"


_NAME = re.compile(r"NAME (?:\( )?'([^']+)'")
_USED = re.compile(r" (?:EQUALITY|ORDERING|SUBSTR) (\S+)")


@cache
def subschema() -> HeldEntry:
    """Return the entry cn=Subschema."""
    types = (*(_describe(attribute) for attribute in CANONICAL), *_LOCAL_TYPES)
    syntaxes = (*_SYNTAX_NAMES.items(), ("1.3.6.1.4.1.1466.115.121.1.58", "Substring Assertion"))
    published = {
        "objectClasses": tuple(each.describe() for each in CLASSES),
        "attributeTypes": types,
        "ldapSyntaxes": tuple(f"( {oid} DESC '{name}' )" for oid, name in syntaxes),
        "matchingRules": tuple(f"( {oid} NAME '{name}' SYNTAX {syntax} )" for oid, name, syntax in _RULES),
        "matchingRuleUse": tuple(_uses(types)),
    }
    described = (HeldAttribute(name, values, is_operational=True) for name, values in published.items())
    attributes = (HeldAttribute("cn", ("Subschema",)), *described)
    return make_entry(str(SUBSCHEMA), ("top", "subschema", "subentry"), attributes, children=0)
