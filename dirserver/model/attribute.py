# SPDX-License-Identifier: GPL-3.0-or-later
"""The attributes of the directory under their LDAP names, and the field (unit of access) each belongs to.

Canonical names are LDAP's everywhere: CSV headers, form fields, rules, JSON. Every vCard property belongs to exactly one
field, so hiding a field hides whole properties; attributes that live in one property share its field (l and street in ADR).
How attributes and properties map onto each other is ``card.fields``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType


class Syntax(Enum):
    """How values are compared, and how an LDAP door publishes them (RFC 4517)."""

    TEXT = "text"
    """Folded text."""
    PHONE = "phone"
    """A number for people; compared by its digits."""
    MAIL = "mail"
    """An address; folded."""
    ADDRESS = "address"
    """Postal Address (RFC 4517 section 3.3.28): lines parted by "$"; compared as folded text."""
    DN = "dn"
    """Another entry. Inside the directory a value is ``urn:uuid:`` and the entry's UUID; only the LDAP door speaks DNs."""
    UUID = "uuid"
    """A UUID (RFC 4530)."""
    TIME = "time"
    """An instant, generalized time in UTC."""
    DATE = "date"
    """A calendar date, ``1985-04-12``, or ``--04-12`` when the year is not told."""
    BINARY = "binary"
    """Octets; never indexed."""
    URI = "uri"
    """A URI; folded."""
    INTEGER = "integer"
    """A whole number."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute. ``is_operational``: kept by the directory itself, returned by LDAP only when asked for."""

    name: str
    syntax: Syntax
    field: str
    aliases: tuple[str, ...] = ()
    oid: str | None = None
    is_single: bool = False
    is_operational: bool = False
    description: str = ""

    @property
    def key(self) -> str:
        """The name in lower case: what the index and bound filters use."""
        return self.name.lower()


OWN_FIELD = "uid"
"""Field of what makes an entry an entry (UID, KIND, REV, entryUUID, ...): whoever sees the entry sees it."""

_X520 = "2.5.4."
_COSINE = "0.9.2342.19200300.100.1."
_INETORG = "2.16.840.1.113730.3.1."
_MOZILLA = "1.3.6.1.4.1.13769.2.1."


def _text(name: str, field: str, aliases: str = "", oid: str | None = None, description: str = "") -> Attribute:
    return Attribute(name, Syntax.TEXT, field, tuple(aliases.split()), oid, description=description)


def _single(name: str, field: str, aliases: str = "", oid: str | None = None, description: str = "") -> Attribute:
    return Attribute(name, Syntax.TEXT, field, tuple(aliases.split()), oid, is_single=True, description=description)


def _of(syntax: Syntax, name: str, field: str, aliases: str = "", oid: str | None = None, description: str = "") -> Attribute:
    return Attribute(name, syntax, field, tuple(aliases.split()), oid, description=description)


def _own(syntax: Syntax, name: str, aliases: str = "", oid: str | None = None, description: str = "") -> Attribute:
    return Attribute(name, syntax, OWN_FIELD, tuple(aliases.split()), oid, is_single=True, is_operational=True, description=description)


_ALL: tuple[Attribute, ...] = (
    # Names
    _text("cn", "cn", "commonName", _X520 + "3", "Full name, as shown"),
    _text("sn", "cn", "surname", _X520 + "4", "Family name"),
    _text("givenName", "cn", "gn", _X520 + "42", "Given name"),
    _text("middleName", "cn", "additionalName", "1.3.6.1.4.1.7165.2.1.38", "Further given names"),
    _single("displayName", "cn", "display-name", _INETORG + "241", "Name preferred for display"),
    _text("initials", "cn", "", _X520 + "43", "Initials"),
    _text("personalTitle", "cn", "honorificPrefix", _COSINE + "40", "Title before the name, as in Dr."),
    _text("generationQualifier", "cn", "honorificSuffix", _X520 + "44", "What follows the name, as in Jr."),
    _text("nickname", "cn", "mozillaNickname xmozillaNickname", _MOZILLA + "1", "What friends say"),
    _single("phoneticGivenName", "cn", "phoneticFirstName", None, "Given name by sound"),
    _single("phoneticSn", "cn", "phoneticLastName phoneticSurname", None, "Family name by sound"),
    # Numbers
    _of(Syntax.PHONE, "telephoneNumber", "telephoneNumber", "workPhone companyPhone primaryPhone", _X520 + "20", "Phone at work"),
    _of(Syntax.PHONE, "mobile", "mobile", "mobileTelephoneNumber cellPhone carPhone", _COSINE + "41", "Mobile phone"),
    _of(Syntax.PHONE, "homePhone", "homePhone", "homeTelephoneNumber", _COSINE + "20", "Phone at home"),
    _of(Syntax.PHONE, "homeFacsimileTelephoneNumber", "homePhone", "homeFax", None, "Fax at home"),
    _of(Syntax.PHONE, "facsimileTelephoneNumber", "facsimileTelephoneNumber", "fax", _X520 + "23", "Fax at work"),
    _of(Syntax.PHONE, "pager", "pager", "pagerTelephoneNumber pagerPhone", _COSINE + "42", "Pager"),
    _of(Syntax.PHONE, "ipPhone", "ipPhone", "sipPhone", "1.2.840.113556.1.4.721", "Internal extension or IP phone"),
    # Electronic addresses
    _of(Syntax.MAIL, "mail", "mail", "rfc822Mailbox email emailAddress", _COSINE + "3", "Mail at work"),
    _of(Syntax.MAIL, "mozillaSecondEmail", "homeMail", "homeMail xmozillaSecondEmail", _MOZILLA + "2", "Private mail"),
    _of(Syntax.URI, "labeledURI", "labeledURI", "mozillaWorkUrl workUrl url", "1.3.6.1.4.1.250.1.57", "Web page"),
    _of(Syntax.URI, "mozillaHomeUrl", "homeUrl", "homeUrl", _MOZILLA + "9", "Private web page"),
    _of(Syntax.URI, "impp", "impp", "IMHandle instantMessaging", None, "Instant messaging (RFC 4770)"),
    _of(Syntax.URI, "socialProfile", "socialProfile", "", None, "Profile on a social network (RFC 9554)"),
    # The organization
    _text("o", "o", "organizationName organization company", _X520 + "10", "Organization"),
    _text("ou", "o", "organizationalUnitName department orgUnit", _X520 + "11", "Department and its parts"),
    _text("departmentNumber", "departmentNumber", "", _INETORG + "2", "Code of the department"),
    _text("title", "title", "jobTitle", _X520 + "12", "Position"),
    _text("businessRole", "title", "role organizationalRole", "1.3.6.1.4.1.8506.1.2.1.2", "What the person does there"),
    _of(Syntax.DN, "manager", "manager", "", _COSINE + "10", "Who leads this person"),
    _of(Syntax.DN, "secretary", "secretary", "assistant", _COSINE + "21", "Who assists this person"),
    _single("employeeNumber", "employeeNumber", "employeeID", _INETORG + "3", "Number of the employee"),
    _text("employeeType", "employeeType", "", _INETORG + "4", "Kind of employment"),
    _single("preferredLanguage", "preferredLanguage", "language", _INETORG + "39", "Language tag (BCP 47)"),
    # Place of work
    _of(Syntax.ADDRESS, "postalAddress", "postalAddress", "registeredAddress", _X520 + "16", "Address at work, lines parted by $"),
    _text("street", "postalAddress", "streetAddress", _X520 + "9", "Street and number at work"),
    _text("postOfficeBox", "postalAddress", "poBox", _X520 + "18", "Post office box"),
    _text("physicalDeliveryOfficeName", "postalAddress", "roomNumber office", _X520 + "19", "Building and room"),
    _text("l", "postalAddress", "localityName locality city", _X520 + "7", "Town"),
    _text("st", "postalAddress", "stateOrProvinceName region state", _X520 + "8", "State or province"),
    _text("postalCode", "postalAddress", "zip", _X520 + "17", "Postal code"),
    _text("co", "postalAddress", "friendlyCountryName country", _COSINE + "43", "Country by name"),
    _text("c", "postalAddress", "countryName countryCode", _X520 + "6", "Country by its two letters (ISO 3166)"),
    # Home
    _of(Syntax.ADDRESS, "homePostalAddress", "homePostalAddress", "", _COSINE + "39", "Address at home, lines parted by $"),
    _text("mozillaHomeStreet", "homePostalAddress", "homeStreet", _MOZILLA + "3", "Street and number at home"),
    _text("mozillaHomeLocalityName", "homePostalAddress", "homeCity homeLocality", _MOZILLA + "5", "Town at home"),
    _text("mozillaHomeState", "homePostalAddress", "homeState", _MOZILLA + "6", "State at home"),
    _text("mozillaHomePostalCode", "homePostalAddress", "homePostalCode homeZip", _MOZILLA + "7", "Postal code at home"),
    _text("mozillaHomeCountryName", "homePostalAddress", "homeCountry", _MOZILLA + "8", "Country at home"),
    # The rest
    _text("description", "description", "notes comment info note", _X520 + "13", "Notes"),
    _text("categories", "categories", "category keywords", None, "Labels"),
    Attribute("birthDate", Syntax.DATE, "birthDate", ("birthday",), None, is_single=True, description="Date of birth"),
    Attribute("anniversary", Syntax.DATE, "anniversary", ("weddingDate",), None, is_single=True, description="Anniversary"),
    _single("gender", "gender", "", None, "M, F, O, N or U, or words"),
    _of(Syntax.BINARY, "jpegPhoto", "jpegPhoto", "photo thumbnailPhoto", _COSINE + "60", "Photo"),
    _of(Syntax.BINARY, "userCertificate", "userCertificate", "userSMIMECertificate", _X520 + "36", "Certificate"),
    _of(Syntax.DN, "member", "categories", "", _X520 + "31", "Who belongs to the group"),
    # The directory's own
    Attribute(
        "uid",
        Syntax.TEXT,
        OWN_FIELD,
        ("userid", "mailNickname", "sAMAccountName"),
        _COSINE + "1",
        is_single=True,
        description="Name of the entry",
    ),
    Attribute("objectClass", Syntax.TEXT, OWN_FIELD, (), _X520 + "0", description="Classes of the entry"),
    _own(Syntax.UUID, "entryUUID", "uuid", "1.3.6.1.1.16.4", "UUID of the entry; never changes"),
    _own(Syntax.DN, "entryDN", "distinguishedName", "1.3.6.1.1.20", "Name of the entry"),
    _own(Syntax.TIME, "createTimestamp", "whenCreated", "2.5.18.1", "When the entry was made"),
    _own(Syntax.TIME, "modifyTimestamp", "whenChanged", "2.5.18.2", "When the entry was last changed"),
    _own(Syntax.DN, "creatorsName", "", "2.5.18.3", "Who made the entry"),
    _own(Syntax.DN, "modifiersName", "", "2.5.18.4", "Who changed the entry last"),
    Attribute("memberOf", Syntax.DN, OWN_FIELD, (), "1.2.840.113556.1.2.102", is_operational=True, description="Groups of the entry"),
)


def _index(attributes: tuple[Attribute, ...]) -> Mapping[str, Attribute]:
    by_name: dict[str, Attribute] = {}
    for attribute in attributes:
        names = [attribute.name, *attribute.aliases]
        if attribute.oid is not None:
            names.append(attribute.oid)
        for name in names:
            taken = by_name.setdefault(name.lower(), attribute)
            if taken is not attribute:
                msg = f"{name} names both {taken.name} and {attribute.name}"
                raise ValueError(msg)
    return MappingProxyType(by_name)


CANONICAL: tuple[Attribute, ...] = _ALL
"""Each attribute once, in the order in which people like to read them."""

ATTRIBUTES: Mapping[str, Attribute] = _index(_ALL)
"""Every attribute by lower-case name, alias and OID."""

FIELDS: tuple[str, ...] = tuple(dict.fromkeys(attribute.field for attribute in _ALL))
"""Every field that an attribute belongs to; properties that are not known are fields under their own lower-case name."""


def find(name: str) -> Attribute | None:
    """Return the attribute that an attribute description names (RFC 4512 section 2.5): any case, options such as ";binary" set aside."""
    found = ATTRIBUTES.get(name)
    if found is None:
        found = ATTRIBUTES.get(name.partition(";")[0].strip().lower())
    return found
