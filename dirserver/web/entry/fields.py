# SPDX-License-Identifier: GPL-3.0-or-later
"""How attributes look on pages: their label, their group, what kind of text they hold. Order here is order on the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from dirserver.model.attribute import find
from dirserver.web.shell.languages import mark


class Look(Enum):
    """What kind of text it is: decides the link it gets, the input it is edited with and how it is checked."""

    LINE = "line"
    TEXT = "text"
    PHONE = "phone"
    MAIL = "mail"
    WEB = "web"
    CHAT = "chat"
    LANGUAGE = "language"
    POSTAL = "postal"
    DATE = "date"
    ENTRY = "entry"
    PHOTO = "photo"


@dataclass(frozen=True, slots=True)
class Field:
    """One attribute as pages show it.

    ``is_many``: may have several values. ``autocomplete``: HTML's word for the browser's own address (WCAG 1.3.5); of
    two postal addresses each is a section of its own, ``work`` and ``home`` go with numbers and mail only.
    ``is_part``: shown inside another field (a street in an address), and only edited on its own.
    """

    attribute: str
    label: str
    look: Look = Look.LINE
    is_many: bool = False
    autocomplete: str = "off"
    is_part: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Fields under one heading."""

    title: str
    fields: tuple[Field, ...]


GROUPS: tuple[Group, ...] = (
    Group(
        mark("Name"),
        (
            Field("cn", mark("Full name"), autocomplete="name", is_part=True),
            Field("givenName", mark("Given name"), autocomplete="given-name", is_part=True),
            Field("sn", mark("Family name"), autocomplete="family-name", is_part=True),
            Field("displayName", mark("Name for display"), is_part=True),
            Field("nickname", mark("Nickname"), autocomplete="nickname"),
            Field("phoneticGivenName", mark("Given name by sound")),
            Field("phoneticSn", mark("Family name by sound")),
        ),
    ),
    Group(
        mark("Contact"),
        (
            Field("telephoneNumber", mark("Work phone"), Look.PHONE, is_many=True, autocomplete="work tel"),
            Field("mobile", mark("Mobile"), Look.PHONE, is_many=True, autocomplete="mobile tel"),
            Field("ipPhone", mark("Extension"), is_many=True),
            Field("mail", mark("Mail"), Look.MAIL, is_many=True, autocomplete="work email"),
            Field("facsimileTelephoneNumber", mark("Fax"), Look.PHONE, is_many=True),
            Field("pager", mark("Pager"), Look.PHONE, is_many=True),
            Field("labeledURI", mark("Web page"), Look.WEB, is_many=True, autocomplete="url"),
            Field("impp", mark("Messages"), Look.CHAT, is_many=True),
            Field("socialProfile", mark("Social profile"), Look.WEB, is_many=True),
        ),
    ),
    Group(
        mark("Work"),
        (
            Field("title", mark("Position"), autocomplete="organization-title"),
            Field("businessRole", mark("Role")),
            Field("o", mark("Organization"), autocomplete="organization"),
            Field("ou", mark("Department"), is_many=True),
            Field("departmentNumber", mark("Department code")),
            Field("physicalDeliveryOfficeName", mark("Office")),
            Field("manager", mark("Manager"), Look.ENTRY),
            Field("secretary", mark("Assistant"), Look.ENTRY),
            Field("employeeNumber", mark("Employee number")),
            Field("employeeType", mark("Kind of employment")),
            Field("preferredLanguage", mark("Language"), Look.LANGUAGE),
            Field("categories", mark("Labels"), is_many=True),
        ),
    ),
    Group(
        mark("Address at work"),
        (
            Field("postalAddress", mark("Address"), Look.POSTAL),
            Field("street", mark("Street"), autocomplete="section-work address-line1", is_part=True),
            Field("postOfficeBox", mark("Post office box"), is_part=True),
            Field("postalCode", mark("Postal code"), autocomplete="section-work postal-code", is_part=True),
            Field("l", mark("Town"), autocomplete="section-work address-level2", is_part=True),
            Field("st", mark("State or province"), autocomplete="section-work address-level1", is_part=True),
            Field("co", mark("Country"), autocomplete="section-work country-name", is_part=True),
        ),
    ),
    Group(
        mark("Private"),
        (
            Field("homePhone", mark("Home phone"), Look.PHONE, is_many=True, autocomplete="home tel"),
            Field("homeFacsimileTelephoneNumber", mark("Home fax"), Look.PHONE, is_many=True),
            Field("mozillaSecondEmail", mark("Private mail"), Look.MAIL, is_many=True, autocomplete="home email"),
            Field("mozillaHomeUrl", mark("Private web page"), Look.WEB, is_many=True),
            Field("birthDate", mark("Birthday"), Look.DATE, autocomplete="bday"),
            Field("anniversary", mark("Anniversary"), Look.DATE),
            Field("gender", mark("Gender")),
        ),
    ),
    Group(
        mark("Address at home"),
        (
            Field("homePostalAddress", mark("Address"), Look.POSTAL),
            Field("mozillaHomeStreet", mark("Street"), autocomplete="section-home address-line1", is_part=True),
            Field("mozillaHomePostalCode", mark("Postal code"), autocomplete="section-home postal-code", is_part=True),
            Field("mozillaHomeLocalityName", mark("Town"), autocomplete="section-home address-level2", is_part=True),
            Field("mozillaHomeState", mark("State or province"), autocomplete="section-home address-level1", is_part=True),
            Field("mozillaHomeCountryName", mark("Country"), autocomplete="section-home country-name", is_part=True),
        ),
    ),
    Group(mark("Notes"), (Field("description", mark("Notes"), Look.TEXT),)),
)

PHOTO = Field("jpegPhoto", mark("Photo"), Look.PHOTO)

BY_ATTRIBUTE: Mapping[str, Field] = MappingProxyType(
    {field.attribute.lower(): field for field in (PHOTO, *(field for group in GROUPS for field in group.fields))}
)
"""Every field by its attribute in lower case."""


_ALONE: Mapping[str, str] = MappingProxyType(
    {
        "postaladdress": mark("Address at work"),
        "homepostaladdress": mark("Address at home"),
        "mozillahomestreet": mark("Street at home"),
        "mozillahomepostalcode": mark("Postal code at home"),
        "mozillahomelocalityname": mark("Town at home"),
        "mozillahomestate": mark("State or province at home"),
        "mozillahomecountryname": mark("Country at home"),
        "c": mark("Country code"),
        "middlename": mark("Further given names"),
        "initials": mark("Initials"),
        "personaltitle": mark("Title before the name"),
        "generationqualifier": mark("Suffix after the name"),
        "usercertificate": mark("Certificate"),
        "member": mark("Members"),
        "memberof": mark("Groups"),
        "uid": mark("Short name of the entry"),
        "objectclass": mark("Kind of entry"),
        "entryuuid": mark("Permanent identifier (UUID)"),
        "entrydn": mark("Name in LDAP"),
        "createtimestamp": mark("When it was made"),
        "modifytimestamp": mark("When it was changed"),
        "creatorsname": mark("Who made it"),
        "modifiersname": mark("Who changed it"),
    }
)
"""What attributes are called where no heading says which group they are of, and those that no form has."""

_UNITS: Mapping[str, str] = MappingProxyType(
    {
        "cn": mark("All parts of the name"),
        "o": mark("Organization and department"),
        "title": mark("Position and role"),
        "postaladdress": mark("Address at work, with the office"),
        "homephone": mark("Home phone and fax"),
        "uid": mark("That there is an entry, and its short name"),
    }
)
"""What fields, as grants and rules mean them, are called where they hold more than the attribute of their name."""


def label_of(attribute: str) -> str:
    """Return the untranslated label of an attribute, which no other one has; one that nobody knows goes by its own name."""
    known = find(attribute)
    key = known.key if known is not None else attribute.lower()
    field = BY_ATTRIBUTE.get(key)
    return _ALONE.get(key) or (field.label if field is not None else attribute)


def label_of_unit(field: str) -> str:
    """Return the untranslated label of a unit of access (``model.attribute.FIELDS``): all its attributes together."""
    return _UNITS.get(field.lower()) or label_of(field)
