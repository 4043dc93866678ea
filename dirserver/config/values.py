# SPDX-License-Identifier: GPL-3.0-or-later
"""The values that settings are made of, beyond plain numbers and text. Each parser raises ValueError with the remedy."""

from __future__ import annotations

import difflib
import ipaddress
import re
import zoneinfo
from dataclasses import dataclass
from email.utils import parseaddr
from enum import StrEnum
from typing import NewType
from urllib.parse import urlsplit

from dirserver.errors import BadInput
from dirserver.model.attribute import CANONICAL, find
from dirserver.model.dn import DN
from dirserver.model.grant import Subject, SubjectKind
from dirserver.model.zone import Zone

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

PublicUrl = NewType("PublicUrl", str)
"""Scheme and host, without a slash at the end."""

Origin = NewType("Origin", str)
"""Scheme, host and port as a URL's origin is written (RFC 6454 section 6.2): small letters, no port where it is the scheme's own."""

MapUrl = NewType("MapUrl", str)
"""A URL with ``{address}`` in it, or empty."""

LdapUrl = NewType("LdapUrl", str)
"""``ldap://`` or ``ldaps://``, a host and perhaps a port, or empty."""

Contact = NewType("Contact", str)
"""A ``mailto:`` or ``https:`` address, or empty."""
MailAddress = NewType("MailAddress", str)
"""A mail address, perhaps with a name before it (RFC 5322 section 3.4), or empty."""
FilePath = NewType("FilePath", str)
"""The path of a file, or empty text for none."""
MaybeAddress = NewType("MaybeAddress", str)
"""A TCP address to listen on, as ``Address.parse`` reads it, or empty text for none."""
AttributeName = NewType("AttributeName", str)
"""The canonical name of an attribute."""
Department = NewType("Department", str)
"""The name of a department."""
Region = NewType("Region", str)
"""A country in two letters (ISO 3166-1), or empty."""

_LABEL = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)")
_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}")
_CLASS = re.compile(r"[a-z][a-z0-9-]{0,30}")
_FIELD = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")


class LogFormat(StrEnum):
    """How log lines look: for people, for machines, or by whether somebody is looking."""

    AUTO = "auto"
    PLAIN = "plain"
    JSON = "json"


class LogLevel(StrEnum):
    """The least important line that is still written."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Address:
    """A TCP address to listen on. ``host`` has no brackets, also for IPv6; port 0 lets the system choose."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """Tell whether only this machine can connect."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host.lower() == "localhost"

    @classmethod
    def parse(cls, text: str) -> Address:
        """Read ``HOST:PORT``; IPv6 hosts stand in brackets."""
        host, colon, port = text.strip().rpartition(":")
        if not colon or not port.isascii() or not port.isdigit() or not 0 <= int(port) <= 65535:
            raise ValueError('write an address and a port, as in "127.0.0.1:8080"')
        if host.startswith("[") and host.endswith("]"):
            host = host[1:-1]
            try:
                ipaddress.IPv6Address(host)
            except ValueError:
                raise ValueError('write an IPv6 address in brackets, as in "[::1]:8080"') from None
        elif ":" in host:
            raise ValueError(f'put an IPv6 address in brackets: "[{host}]:{port}"')
        elif not _HOST.fullmatch(host):
            raise ValueError('write an address before the port, as in "127.0.0.1:8080"; "0.0.0.0" listens everywhere')
        return cls(host, int(port))


@dataclass(frozen=True, slots=True)
class FieldClass:
    """One class of fields: its name and the attributes or properties in it, as the registry spells them."""

    name: str
    fields: tuple[str, ...]


def read_domain(text: str) -> str:
    """Return a DNS domain in lower case."""
    domain = text.strip().strip(".").lower()
    if not domain or len(domain) > 253 or not all(_LABEL.fullmatch(label) for label in domain.split(".")):
        raise ValueError('write the domain of your company, as in "example.com"')
    return domain


def read_maybe_address(text: str) -> MaybeAddress:
    """Return an address as it is written, empty for none."""
    return MaybeAddress(str(Address.parse(text)) if text.strip() else "")


def read_suffix(text: str) -> DN:
    """Return the name that the LDAP tree hangs on; empty text is the empty name."""
    try:
        return DN.parse(text)
    except BadInput as error:
        raise ValueError(f'{error.public_message}; write a name as in "dc=example,dc=com"') from None


def read_ldap_url(text: str) -> LdapUrl:
    """Return the address of an LDAP server without a name in it; empty text is none."""
    plain = text.strip().rstrip("/")
    try:
        parts = urlsplit(plain)
        is_good = parts.scheme in {"ldap", "ldaps"} and bool(parts.hostname) and not (parts.path or parts.query or parts.username)
        _ = parts.port
    except ValueError:
        is_good = False
    if plain and not is_good:
        raise ValueError('write scheme and host, as in "ldaps://ldap.example.com"')
    return LdapUrl(plain)


def read_network(text: str) -> Network:
    """Return an IP network; a single address is a network of one."""
    try:
        return ipaddress.ip_network(text.strip())
    except ValueError:
        raise ValueError(f'{text!r} is not an IP address or network; write "127.0.0.1" or "10.0.0.0/8"') from None


def read_public_url(text: str) -> PublicUrl:
    """Return the address that people and devices use, without a slash at the end; empty text stays empty."""
    url = text.strip().rstrip("/")
    if url and not re.fullmatch(r"https?://[A-Za-z0-9.\-\[\]:]+", url):
        raise ValueError('write scheme and host only, as in "https://contacts.example.com"')
    return PublicUrl(url)


def read_origin(text: str) -> Origin:
    """Return the origin of a server: scheme and host, and the port where it is not the scheme's own."""
    found = re.fullmatch(r"(https?)://([a-z0-9.-]{1,253}?)(?::([0-9]{1,5}))?/?", text.strip().lower())
    if found is None or not 0 < int(found[3] or 1) < 65_536:
        raise ValueError(f'{text!r} is not the origin of a server; write scheme and host, as in "https://ntfy.example.com"')
    scheme, host, port = found.groups()
    is_usual = port is None or int(port) == {"http": 80, "https": 443}[scheme]
    return Origin(f"{scheme}://{host}" if is_usual else f"{scheme}://{host}:{int(port)}")


def read_map_url(text: str) -> MapUrl:
    """Return the URL of a map, with {address} where the address goes; empty stays empty."""
    url = text.strip()
    if url and (url.count("{address}") != 1 or not re.fullmatch(r"(https?://[A-Za-z0-9.-]|geo:)[!-~]+", url)):
        raise ValueError('write a URL with {address} in it, as in "https://maps.example.com/?q={address}" or "geo:0,0?q={address}"')
    return MapUrl(url)


def read_contact(text: str) -> Contact:
    """Return an address at which an operator is reached: mail, or a page over https (RFC 8292 section 2.1); empty stays empty."""
    contact = text.strip()
    if "@" in contact and "://" not in contact:
        contact = f"mailto:{contact.removeprefix('mailto:')}"
    if contact and not re.fullmatch(r"mailto:[^\s@]+@[\w-]+(\.[\w-]+)+|https://[\w-]+(\.[\w-]+)+", contact, re.ASCII):
        raise ValueError('write a mail address, or the https address of a page, as in "postmaster@example.com"')
    return Contact(contact)


def read_attribute(text: str) -> AttributeName:
    """Return the canonical name of an attribute that entries can have, in any of its spellings."""
    attribute = find(text.strip())
    if attribute is None or attribute.is_operational:
        raise ValueError(f"{text!r} is no attribute of entries; write the name of a column as in an export")
    return AttributeName(attribute.name)


def read_zone(text: str) -> Zone:
    """Return a time zone by its name; empty is this machine's own."""
    name = text.strip()
    if not name:
        return Zone()
    try:
        zoneinfo.ZoneInfo(name)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        known = zoneinfo.available_timezones()
        if not known:
            raise ValueError("this machine knows no time zones by name; install the package tzdata") from None
        near = difflib.get_close_matches(name, known, n=1)
        remedy = f"did you mean '{near[0]}'?" if near else 'write one as in "Europe/Madrid"'
        raise ValueError(f"'{name[:60]}' is no time zone that this machine knows; {remedy}") from None
    return Zone(name)


def read_region(text: str) -> Region:
    """Return a country in two capital letters; empty stays empty."""
    region = text.strip().upper()
    if region and not re.fullmatch(r"[A-Z]{2}", region):
        raise ValueError('write a country in two letters, as in "PT"')
    return Region(region)


def read_maker(text: str) -> Subject:
    """Return who may make something: everybody with an account, a group or an account."""
    try:
        subject = Subject.parse(text.strip())
    except BadInput as error:
        raise ValueError(error.public_message) from None
    if subject.kind not in {SubjectKind.AUTHENTICATED, SubjectKind.GROUP, SubjectKind.ACCOUNT}:
        raise ValueError(f"{text!r} can't make anything; write authenticated, group:NAME or account:LOGIN")
    return subject


def read_mail_address(text: str) -> MailAddress:
    """Return a mail address with the name before it; empty stays empty."""
    address = parseaddr(text.strip())[1]
    if text.strip() and not (text.strip().isprintable() and re.fullmatch(r"[^\s@<>,;]+@[\w-]+(\.[\w-]+)*", address)):
        raise ValueError('write a mail address, as in "contacts@example.com" or "Contacts <contacts@example.com>"')
    return MailAddress(text.strip())


def read_field_class(name: str, fields: list[str]) -> FieldClass:
    """Return one class of fields."""
    if not _CLASS.fullmatch(name):
        raise ValueError("name a class with small letters, digits and hyphens")
    for field in fields:
        if not _FIELD.fullmatch(field):
            raise ValueError(f"{field!r} is not the name of a field; write names as in telephoneNumber")
        if find(field) is None:
            # Fields of one's own are fine, and private everywhere but here; a slip of the finger would hide a field silently.
            near = difflib.get_close_matches(field, [attribute.name for attribute in CANONICAL], n=1, cutoff=0.8)
            if near:
                raise ValueError(f"unknown field {field!r}; did you mean {near[0]!r}?")
    return FieldClass(name, tuple(fields))
