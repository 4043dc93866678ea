# SPDX-License-Identifier: GPL-3.0-or-later
"""Every setting of dirserver, once: its type, default, limits and the sentences that explain it.

Rules of this file: the sample ``dirserver.toml`` and the reference page are generated from it, so a setting is explained here
and nowhere else; a number carries its unit in its name; a setting that no code reads has no place here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, get_type_hints

from dirserver.config.values import (
    Address,
    Contact,
    FieldClass,
    FilePath,
    LdapUrl,
    LogFormat,
    LogLevel,
    MaybeAddress,
    Network,
    Origin,
    PublicUrl,
    read_network,
)
from dirserver.model.dn import DN
from dirserver.model.names import Login


@dataclass(frozen=True, slots=True)
class About:
    """What the reference says about a setting. ``minimum`` and ``maximum`` bound numbers; ``environment`` names a variable that wins."""

    text: str
    minimum: int | None = None
    maximum: int | None = None
    environment: str = ""
    example: str = ""


_HTTP_ADDRESS = Address("127.0.0.1", 8080)
_LDAP_ADDRESS = Address("127.0.0.1", 3890)
_LOOPBACK = (read_network("127.0.0.1/32"), read_network("::1/128"))
_NO_NAME = DN()
_NO_URL = PublicUrl("")
_NO_CONTACT = Contact("")
_NO_FILE = FilePath("")
_NO_ADDRESS = MaybeAddress("")
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
    stall_timeout_s: Annotated[
        int,
        About(
            "A client that doesn't send its request, or doesn't take its answer, is cut off when nearly nothing moved for so long.",
            minimum=2,
            maximum=3_600,
        ),
    ] = 30


@dataclass(frozen=True, slots=True)
class LdapSettings:
    """LDAP, for mail clients, desk phones, printers and scripts."""

    listen: Annotated[
        Address,
        About(
            "Where to listen. Clients on other machines need TLS to sign in: set tls_certificate and tls_key (they may then use StartTLS "
            "here), put TLS in front (see deploy/), or see allow_plain_bind."
        ),
    ] = _LDAP_ADDRESS
    tls_listen: Annotated[
        MaybeAddress, About("Where to listen with TLS from the first octet (ldaps). Empty: nowhere.", example="0.0.0.0:636")
    ] = _NO_ADDRESS
    tls_certificate: Annotated[
        FilePath,
        About(
            "The certificate in PEM, with the chain below it, for StartTLS and tls_listen. A renewed file is noticed within a minute. "
            "An ECDSA key costs a third less per connection than an RSA key.",
            example="/etc/letsencrypt/live/ldap.example.com/fullchain.pem",
        ),
    ] = _NO_FILE
    tls_key: Annotated[
        FilePath, About("Its private key in PEM, without a password.", example="/etc/letsencrypt/live/ldap.example.com/privkey.pem")
    ] = _NO_FILE
    tls_client_ca: Annotated[
        FilePath,
        About(
            "Certificates in PEM of those who issue certificates to clients. Whoever shows one over TLS may bind with SASL EXTERNAL as the "
            "account whose mail address or login the certificate names. Empty: nobody."
        ),
    ] = _NO_FILE
    workers: Annotated[int, About("Processes that answer.", minimum=1, maximum=64)] = 1
    answer_cache_mb: Annotated[
        int,
        About(
            "How much memory each worker may use for answers that it gave before; they are given again while nothing has changed. 0: none.",
            minimum=0,
            maximum=4096,
        ),
    ] = 32
    cached_entries: Annotated[
        int,
        About(
            "How many entries each worker keeps in the form in which they are sent, about 2 kB each; what doesn't fit is made anew "
            "each time.",
            minimum=0,
            maximum=1_000_000,
        ),
    ] = 20_000
    threads: Annotated[int, About("Searches that one process works on at the same time.", minimum=1, maximum=256)] = 8
    suffix: Annotated[DN, About("The name at the top of the tree. Empty: made from the domain.", example="dc=example,dc=com")] = _NO_NAME
    anonymous: Annotated[
        bool, About("Answer searches without a login. Such clients see what grants give to anonymous, which is nothing until you grant it.")
    ] = False
    allow_plain_bind: Annotated[
        bool,
        About(
            "Accept passwords from other machines over connections without TLS. Loopback is always accepted. "
            "Only for networks that you trust: everybody on the way can read the passwords."
        ),
    ] = False
    widen_base_search: Annotated[
        bool,
        About(
            "Answer a search for somebody at the suffix with scope base as if its scope were subtree. RFC 4511 says otherwise, but the "
            "LDAP directories that Thunderbird's simple set-up makes ask so, and find nobody without it."
        ),
    ] = False
    may_act_as_others: Annotated[
        tuple[Login, ...],
        About(
            "Logins of the accounts (an intranet's, a gateway's) that may make single requests as any account but an administrator's, "
            "without its password (proxied authorization, RFC 4370). The log keeps who acted as whom. Empty: nobody."
        ),
    ] = ()
    size_limit: Annotated[
        int,
        About(
            "The most entries that one search returns. Mail clients that download a whole book don't ask page by page: "
            "keep it above the number of people.",
            minimum=1,
            maximum=1_000_000,
        ),
    ] = 20_000
    sync_size_limit: Annotated[
        int,
        About(
            "The most entries that one synchronization of a mirror (RFC 4533) brings. Whoever may read them all may have them all: "
            "they come bit by bit, at the speed of the mirror.",
            minimum=1,
            maximum=10_000_000,
        ),
    ] = 1_000_000
    persistent_searches: Annotated[
        int, About("Searches that one process keeps open to tell what changes. 0: none.", minimum=0, maximum=65_536)
    ] = 500
    persistent_searches_per_account: Annotated[int, About("The same for one account.", minimum=1, maximum=65_536)] = 10
    time_limit_s: Annotated[int, About("The longest that one search may take.", minimum=1, maximum=3_600)] = 10
    max_message_bytes: Annotated[int, About("The longest message of a client that has signed in.", minimum=4_096, maximum=67_108_864)] = (
        1_048_576
    )
    max_message_bytes_before_bind: Annotated[
        int, About("The longest message of a client that has not signed in.", minimum=1_024, maximum=1_048_576)
    ] = 16_384
    max_connections: Annotated[int, About("Connections that one process keeps open at the same time.", minimum=1, maximum=65_536)] = 2_000
    idle_timeout_s: Annotated[int, About("A connection that is silent for so long is closed.", minimum=10, maximum=86_400)] = 900
    idle_timeout_before_bind_s: Annotated[int, About("The same for a client that has not signed in.", minimum=1, maximum=86_400)] = 60


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


@dataclass(frozen=True, slots=True)
class LogSettings:
    """What is written to standard error."""

    format: Annotated[LogFormat, About('How lines look: "plain", "json", or "auto" (plain on a terminal, else json).')] = LogFormat.AUTO
    level: Annotated[LogLevel, About('The least important line: "debug", "info", "warning" or "error".')] = LogLevel.INFO
    access: Annotated[bool, About("Write a line for each request. It never holds query strings, search terms or passwords.")] = True


@dataclass(frozen=True, slots=True)
class Config:
    """All settings, resolved: paths are absolute, ``ldap.suffix`` and ``http.public_url`` are filled in.

    ``file`` is where they were read from (None: built-in defaults), ``directory`` what relative paths are relative to.
    """

    domain: Annotated[str, About("The domain of your company; the LDAP tree and new mail addresses are named after it.")] = "example.com"
    database: DatabaseSettings = DatabaseSettings()
    http: HttpSettings = HttpSettings()
    ldap: LdapSettings = LdapSettings()
    push: PushSettings = PushSettings()
    api: ApiSettings = ApiSettings()
    setup: SetupSettings = SetupSettings()
    security: SecuritySettings = SecuritySettings()
    fields: FieldsSettings = FieldsSettings()
    log: LogSettings = LogSettings()
    file: Path | None = None
    directory: Path = Path()


def abouts_of(cls: type) -> dict[str, About]:
    """Return what is said about each setting of a section (or of Config's own), in order."""
    hints = get_type_hints(cls, include_extras=True)
    return {name: hint.__metadata__[0] for name, hint in hints.items() if hasattr(hint, "__metadata__")}


def types_of(cls: type) -> dict[str, object]:
    """Return the type of each setting of a section."""
    return get_type_hints(cls)
