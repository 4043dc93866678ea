# SPDX-License-Identifier: GPL-3.0-or-later
"""Every setting of dirserver, once: its type, default, limits and the sentences that explain it.

Rules of this file: the sample ``dirserver.toml`` and the reference page are generated from it, so a setting is explained here
and nowhere else; a number carries its unit in its name; a setting that no code reads has no place here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from dirserver.config.about import About
from dirserver.config.care_settings import CareSettings
from dirserver.config.ldap_settings import LdapSettings
from dirserver.config.mail_settings import MailSettings
from dirserver.config.metrics_settings import MetricsSettings
from dirserver.config.pages_settings import PagesSettings
from dirserver.config.values import (
    Address,
    Contact,
    FieldClass,
    FilePath,
    LdapUrl,
    LogFormat,
    LogLevel,
    Network,
    Origin,
    PublicUrl,
    read_network,
)
from dirserver.model.grant import Subject, SubjectKind

_HTTP_ADDRESS = Address("127.0.0.1", 8080)
_LOOPBACK = (read_network("127.0.0.1/32"), read_network("::1/128"))
_NO_URL = PublicUrl("")
_NO_CONTACT = Contact("")
_NO_FILE = FilePath("")
_NO_LDAP_URL = LdapUrl("")
_KEY_FILE = Path("dirserver.key")


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """Where everything is stored."""

    url: Annotated[
        str,
        About(
            "Where the data is: sqlite:///FILE (relative to this file) or postgresql+psycopg://USER:PASSWORD@HOST/DATABASE. "
            "Several machines can share one PostgreSQL.",
            environment="DIRSERVER_DATABASE_URL",
            example="postgresql+psycopg://dirserver@db.example.com/dirserver",
        ),
    ] = field(default="sqlite:///dirserver.db", repr=False)


@dataclass(frozen=True, slots=True)
class HttpSettings:
    """The pages, the JSON API and CardDAV."""

    listen: Annotated[
        Address,
        About(
            "Where to listen. Other machines need TLS: set tls_certificate and tls_key, or stay on loopback behind a web server with TLS "
            "(see deploy/)."
        ),
    ] = _HTTP_ADDRESS
    tls_certificate: Annotated[
        FilePath,
        About(
            "The certificate in PEM, with the chain below it, to speak https without a web server in front. "
            "A renewed file is noticed within a minute.",
            example="/etc/letsencrypt/live/contacts.example.com/fullchain.pem",
        ),
    ] = _NO_FILE
    tls_key: Annotated[
        FilePath, About("Its private key in PEM, without a password.", example="/etc/letsencrypt/live/contacts.example.com/privkey.pem")
    ] = _NO_FILE
    workers: Annotated[int, About("Processes that answer; one per core is a good start.", minimum=1, maximum=64)] = 2
    threads: Annotated[int, About("Requests that one process works on at the same time.", minimum=1, maximum=256)] = 4
    stay_on_core: Annotated[
        bool,
        About(
            "Keep each process on a core of its own, which takes much less CPU. Set false where many other programs do the same on this "
            "machine."
        ),
    ] = True
    directory_memory_mb: Annotated[
        int,
        About(
            "How much memory each worker may use to hold the books that people search, about 1 kB an entry for each set of fields that "
            "somebody may read. Then searches and counts are answered in a millisecond or two. Where it isn't enough, the database "
            "answers, which takes ten times as long. 0: none.",
            minimum=0,
            maximum=65_536,
        ),
    ] = 256
    public_url: Annotated[
        PublicUrl,
        About(
            "The address that people and devices use; it appears in invitations, QR codes and phone profiles. "
            "Empty: http:// (with tls_certificate: https://) and the address above.",
            example="https://contacts.example.com",
        ),
    ] = _NO_URL
    trusted_proxies: Annotated[
        tuple[Network, ...], About("Web servers in front, whose X-Forwarded-For and X-Forwarded-Proto are believed.")
    ] = _LOOPBACK
    max_body_bytes: Annotated[
        int, About("The longest request body: imports and photos have to fit in.", minimum=65_536, maximum=1_073_741_824)
    ] = 33_554_432
    max_connections: Annotated[int, About("Connections that one process keeps open at the same time.", minimum=16, maximum=65_536)] = 1_024
    max_connections_per_address: Annotated[
        int,
        About(
            "The same from one address (of IPv6: from one /64), trusted_proxies aside. An office behind NAT hardly feels it: a connection "
            "that rests goes for one that comes, and only who has so many at work is turned away.",
            minimum=8,
            maximum=65_536,
        ),
    ] = 256
    stall_timeout_s: Annotated[
        int,
        About(
            "A client that doesn't send its request, or doesn't take its answer, is cut off when nearly nothing moved for so long.",
            minimum=2,
            maximum=3_600,
        ),
    ] = 30


@dataclass(frozen=True, slots=True)
class PushSettings:
    """Telling phones at once that a book has changed (WebDAV-Push), through the push service that each phone names.

    Only public addresses are asked, by https on port 443, with what the push service can't read.
    """

    enabled: Annotated[bool, About("Offer it to phones, and send messages. False: phones look for themselves from time to time.")] = True
    contact: Annotated[
        Contact,
        About(
            "The mail address, or https page, at which operators of push services reach you. Empty: postmaster at your domain.",
            example="it@example.com",
        ),
    ] = _NO_CONTACT
    own_services: Annotated[
        tuple[Origin, ...],
        About(
            'Push services of your own, as scheme, host and port: ["https://ntfy.example.com"]. These alone may have addresses that '
            "aren't public, other ports, and http where it is written.",
        ),
    ] = ()
    only_own_services: Annotated[bool, About("Send messages to your own push services and to no others.")] = False


@dataclass(frozen=True, slots=True)
class ApiSettings:
    """The JSON API for other programs, at /api/v1 of the web server; each program shows a token (dirserver token add)."""

    enabled: Annotated[bool, About("Offer it.")] = True
    origins: Annotated[
        tuple[Origin, ...],
        About(
            'Sites whose pages may read through it from the browser: ["https://intranet.example.com"]. Each of them holds a token that '
            "its visitors can see, so give it an account that sees no more than they may.",
        ),
    ] = ()


@dataclass(frozen=True, slots=True)
class SetupSettings:
    """Setting up devices: the profiles for iPhone, iPad and Mac, and what people are told to type."""

    ldap_url: Annotated[
        LdapUrl,
        About(
            "The LDAP address that devices use, where TLS stands in front of [ldap] listen. Empty: [ldap] listen itself, unless it is on "
            "loopback or takes no passwords from other machines.",
            example="ldaps://ldap.example.com",
        ),
    ] = _NO_LDAP_URL
    sign_certificate: Annotated[
        FilePath,
        About(
            "A certificate in PEM, with its chain below it, by which profiles are signed: iPhones then show your name and a green "
            '"Verified". The one of the web server will do.',
            example="/etc/letsencrypt/live/contacts.example.com/fullchain.pem",
        ),
    ] = _NO_FILE
    sign_key: Annotated[
        FilePath, About("Its private key in PEM, without a password.", example="/etc/letsencrypt/live/contacts.example.com/privkey.pem")
    ] = _NO_FILE


@dataclass(frozen=True, slots=True)
class SecuritySettings:
    """Keys, sessions and passwords."""

    key_file: Annotated[
        Path,
        About(
            "The secret that protects sessions and stored secrets; made by dirserver init, readable by the server alone. "
            "Back it up apart from the database.",
            environment="DIRSERVER_KEY_FILE",
        ),
    ] = _KEY_FILE
    session_idle_minutes: Annotated[
        int, About("A browser that is silent for so long has to sign in again.", minimum=5, maximum=525_600)
    ] = 720
    session_max_hours: Annotated[int, About("Every browser has to sign in again after so long.", minimum=1, maximum=8_760)] = 336
    invitation_hours: Annotated[
        int, About("A link by which somebody invited chooses a password holds for so long.", minimum=1, maximum=720)
    ] = 72
    reset_minutes: Annotated[int, About("A link for a forgotten password, sent by mail, holds for so long.", minimum=5, maximum=240)] = 30
    blocked_passwords_file: Annotated[
        FilePath,
        About(
            "Passwords that nobody may choose besides the 30 000 commonest ones: a file with one a line, in UTF-8; in any case. "
            "It is read when the server starts."
        ),
    ] = _NO_FILE
    audit_heads_file: Annotated[
        FilePath,
        About(
            "The server adds the last hash of the audit trail to this file each day, as it does to its log, so that events "
            "that were cut off are missed. Best on another machine's disk; empty for the log alone."
        ),
    ] = _NO_FILE


DEFAULT_CLASSES = (
    FieldClass("public", ("cn", "o", "title", "telephoneNumber", "preferredLanguage")),
    FieldClass(
        "work",
        (
            "mail",
            "mobile",
            "jpegPhoto",
            "postalAddress",
            "facsimileTelephoneNumber",
            "pager",
            "ipPhone",
            "manager",
            "departmentNumber",
            "labeledURI",
            "categories",
        ),
    ),
    FieldClass("hr", ("employeeNumber", "employeeType")),
)


@dataclass(frozen=True, slots=True)
class FieldsSettings:
    """Classes of fields: grants say which classes somebody may read and write.

    What stands in no class is private. Rename, add and remove classes as you like.
    """

    classes: tuple[FieldClass, ...] = field(default=DEFAULT_CLASSES)

    def class_of(self, name: str) -> str:
        """Return the class of a field, in any case; ``private`` when no class lists it."""
        wanted = name.lower()
        for each in self.classes:
            if any(listed.lower() == wanted for listed in each.fields):
                return each.name
        return "private"


_EVERYBODY = (Subject(SubjectKind.AUTHENTICATED),)


@dataclass(frozen=True, slots=True)
class BooksSettings:
    """Shared address books."""

    made_by: Annotated[
        tuple[Subject, ...],
        About(
            'Who may make a shared book, which they then own: "authenticated" (everybody with an account), "group:NAME", "account:LOGIN". '
            "Administrators always may; an empty list leaves it to them."
        ),
    ] = _EVERYBODY


@dataclass(frozen=True, slots=True)
class LogSettings:
    """What is written to standard error."""

    format: Annotated[LogFormat, About('How lines look: "plain", "json", or "auto" (plain on a terminal, else json).')] = LogFormat.AUTO
    level: Annotated[LogLevel, About('The least important line: "debug", "info", "warning" or "error".')] = LogLevel.INFO
    access: Annotated[
        bool, About("Write a line for each request, where level is info or debug. It never holds query strings, search terms or passwords.")
    ] = True

    @property
    def tells_requests(self) -> bool:
        """Whether each request gets its line, which is one of level info."""
        # By identity, which each request asks: to look into a set of them takes longer than to answer some.
        return self.access and (self.level is LogLevel.INFO or self.level is LogLevel.DEBUG)


@dataclass(frozen=True, slots=True)
class Config:
    """All settings, resolved: paths are absolute, ``ldap.suffix`` and ``http.public_url`` are filled in.

    ``file`` is where they were read from (None: built-in defaults), ``directory`` what relative paths are relative to, ``said``
    what the file or the environment says (``domain``, ``http.listen``): the rest is as built in, or follows from it.
    """

    domain: Annotated[str, About("The domain of your company; the LDAP tree and new mail addresses are named after it.")] = "example.com"
    database: DatabaseSettings = DatabaseSettings()
    http: HttpSettings = HttpSettings()
    ldap: LdapSettings = field(default=LdapSettings())
    push: PushSettings = PushSettings()
    api: ApiSettings = ApiSettings()
    setup: SetupSettings = SetupSettings()
    mail: MailSettings = field(default=MailSettings())
    security: SecuritySettings = SecuritySettings()
    books: BooksSettings = BooksSettings()
    care: CareSettings = field(default=CareSettings())
    pages: PagesSettings = field(default=PagesSettings())
    fields: FieldsSettings = FieldsSettings()
    metrics: MetricsSettings = field(default=MetricsSettings())
    log: LogSettings = LogSettings()
    file: Path | None = None
    directory: Path = Path()
    said: frozenset[str] = frozenset()
