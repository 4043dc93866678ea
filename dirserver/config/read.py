# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading dirserver.toml: strict, and every fault names file, line and remedy."""

from __future__ import annotations

import dataclasses
import difflib
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from dirserver.config import values
from dirserver.config.about import abouts_of, types_of
from dirserver.config.care_settings import CareSettings
from dirserver.config.converting import convert
from dirserver.config.ldap_settings import LdapSettings
from dirserver.config.lines import Lines
from dirserver.config.mail_settings import MailSecurity, MailSettings
from dirserver.config.metrics_settings import MetricsSettings
from dirserver.config.pages_settings import PagesSettings
from dirserver.config.settings import (
    ApiSettings,
    BooksSettings,
    Config,
    DatabaseSettings,
    FieldsSettings,
    HttpSettings,
    LogSettings,
    PushSettings,
    SecuritySettings,
    SetupSettings,
)
from dirserver.errors import BadConfig
from dirserver.model.attribute import find
from dirserver.model.dn import DN

DEFAULT_FILE = Path("dirserver.toml")
_MAX_FILE_BYTES = 1_048_576

_Section = TypeVar(
    "_Section",
    DatabaseSettings,
    HttpSettings,
    LdapSettings,
    PushSettings,
    ApiSettings,
    SetupSettings,
    MailSettings,
    SecuritySettings,
    BooksSettings,
    CareSettings,
    PagesSettings,
    MetricsSettings,
    LogSettings,
)
_SECTIONS: Mapping[str, type] = {
    "database": DatabaseSettings,
    "http": HttpSettings,
    "ldap": LdapSettings,
    "push": PushSettings,
    "api": ApiSettings,
    "setup": SetupSettings,
    "mail": MailSettings,
    "security": SecuritySettings,
    "books": BooksSettings,
    "care": CareSettings,
    "pages": PagesSettings,
    "fields": FieldsSettings,
    "metrics": MetricsSettings,
    "log": LogSettings,
}


def load(path: Path | None, *, environment: Mapping[str, str] | None = None) -> Config:
    """Read settings from ``path``; None means dirserver.toml in the current directory if it is there, else the defaults.

    ``environment`` (default: the process's) may override the few settings that say so. Raises BadConfig.
    """
    env = os.environ if environment is None else environment
    if path is None:
        if not DEFAULT_FILE.exists():
            return _resolve(_Document(Path("built-in defaults"), {}, Lines("")), env, None)
        path = DEFAULT_FILE
    return parse(_read_text(path), path, env)


def parse(text: str, path: Path, environment: Mapping[str, str]) -> Config:
    """Read settings from text that came from ``path``. Raises BadConfig."""
    try:
        tree: dict[str, object] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _broken(path, text, str(error)) from None
    return _resolve(_Document(path, tree, Lines(text)), environment, path.absolute())


def _read_text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_FILE_BYTES + 1)
    except FileNotFoundError:
        raise BadConfig(f"{path}: no such file; make one with: dirserver init --domain DOMAIN --config {path}") from None
    except OSError as error:
        raise BadConfig(f"{path}: can't be read ({error.strerror}); check its owner and permissions") from None
    if len(content) > _MAX_FILE_BYTES:
        raise BadConfig(f"{path}: over {_MAX_FILE_BYTES} bytes; this is not a settings file")
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BadConfig(f"{path}, line {line}: not UTF-8; save the file as UTF-8") from None


def _broken(path: Path, text: str, reason: str) -> BadConfig:
    found = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)", reason)
    line = int(found.group(1)) if found and found.group(1) else max(1, len(text.splitlines()))
    told = reason[: found.start()] if found else reason
    if told.startswith("Invalid value"):
        remedy = 'text stands in double quotes, as in domain = "example.com"'
    elif "overwrite" in told.lower() or "twice" in told.lower():
        remedy = "each setting and each section stands once: remove one of the two"
    else:
        remedy = "a line is a section, as in [http], or a setting, as in workers = 2"
    return BadConfig(f"{path}, line {line}: {told[:1].lower()}{told[1:]}; {remedy}")


@dataclass(frozen=True, slots=True)
class _Document:
    """A parsed file, and where its keys stand."""

    path: Path
    tree: Mapping[str, object]
    lines: Lines

    def fault(self, keys: tuple[str, ...], reason: str) -> BadConfig:
        line = self.lines.find(keys)
        place = f"{self.path}, line {line}" if line is not None else str(self.path)
        return BadConfig(f"{place}: {reason}")

    def section(self, name: str) -> Mapping[str, object]:
        found = self.tree.get(name, {})
        if not isinstance(found, dict):
            raise self.fault((name,), f"{name} is a section: write [{name}] on a line of its own and its settings below")
        return found


def _resolve(document: _Document, env: Mapping[str, str], file: Path | None) -> Config:
    directory = (file.parent if file else Path.cwd()).absolute()
    known = ["domain", *_SECTIONS]
    for key in document.tree:
        if key not in known:
            raise document.fault((key,), _unknown(key, known, ""))
    domain = _read_domain(document)
    database = _read_section(document, "database", DatabaseSettings, env)
    push = _read_section(document, "push", PushSettings, env)
    security = _read_section(document, "security", SecuritySettings, env)
    return Config(
        domain=domain,
        database=dataclasses.replace(database, url=_resolve_url(document, database.url, directory)),
        http=_resolve_http(document, _read_section(document, "http", HttpSettings, env), directory),
        ldap=_resolve_ldap(document, _read_section(document, "ldap", LdapSettings, env), domain, directory),
        push=dataclasses.replace(push, contact=push.contact or values.Contact(f"mailto:postmaster@{domain}")),
        api=_read_section(document, "api", ApiSettings, env),
        setup=_resolve_setup(document, _read_section(document, "setup", SetupSettings, env), directory),
        mail=_resolve_mail(document, _read_section(document, "mail", MailSettings, env), domain, directory),
        security=dataclasses.replace(
            security,
            key_file=directory / security.key_file.expanduser(),
            audit_heads_file=_resolve_file(security.audit_heads_file, directory),
            blocked_passwords_file=_resolve_file(security.blocked_passwords_file, directory),
        ),
        books=_read_section(document, "books", BooksSettings, env),
        care=_read_section(document, "care", CareSettings, env),
        pages=_read_section(document, "pages", PagesSettings, env),
        fields=_read_fields(document),
        metrics=_read_metrics(document, env),
        log=_read_section(document, "log", LogSettings, env),
        file=file,
        directory=directory,
        said=_said(document, env),
    )


def _said(document: _Document, env: Mapping[str, str]) -> frozenset[str]:
    """Return which settings are given and not built in or worked out, by names as in ``http.listen``."""
    found = {key for key in document.tree if key not in _SECTIONS}
    for name, cls in _SECTIONS.items():
        found.update(f"{name}.{key}" for key in document.section(name))
        found.update(f"{name}.{key}" for key, about in abouts_of(cls).items() if about.environment and env.get(about.environment))
    return frozenset(found)


def _resolve_http(document: _Document, http: HttpSettings, directory: Path) -> HttpSettings:
    _require_pair(document, "http", http)
    scheme = "https" if http.tls_certificate else "http"
    return dataclasses.replace(
        http,
        public_url=http.public_url or values.PublicUrl(f"{scheme}://{http.listen}"),
        tls_certificate=_resolve_file(http.tls_certificate, directory),
        tls_key=_resolve_file(http.tls_key, directory),
    )


def _resolve_setup(document: _Document, setup: SetupSettings, directory: Path) -> SetupSettings:
    if bool(setup.sign_certificate) != bool(setup.sign_key):
        given, lacking = ("sign_certificate", "sign_key") if setup.sign_certificate else ("sign_key", "sign_certificate")
        raise document.fault(("setup", given), f"setup.{given}: to sign takes a certificate and its key; set {lacking} too")
    return dataclasses.replace(
        setup, sign_certificate=_resolve_file(setup.sign_certificate, directory), sign_key=_resolve_file(setup.sign_key, directory)
    )


def _read_metrics(document: _Document, env: Mapping[str, str]) -> MetricsSettings:
    metrics = _read_section(document, "metrics", MetricsSettings, env)
    for name in metrics.needs_allowing:
        reason = 'other machines could ask there; say which ones may, as in allow_from = ["10.0.0.5"], or listen on 127.0.0.1'
        raise document.fault(("metrics", name), f"metrics.{name}: {reason}")
    return metrics


def _resolve_mail(document: _Document, mail: MailSettings, domain: str, directory: Path) -> MailSettings:
    if bool(mail.user) != bool(mail.password_file):
        given, lacking = ("user", "password_file") if mail.user else ("password_file", "user")
        raise document.fault(("mail", given), f"mail.{given}: to sign in takes a name and a password; set {lacking} too")
    if mail.is_set and mail.security is MailSecurity.NONE and not values.Address(mail.host, 0).is_loopback:
        reason = 'links that set passwords would travel open to everybody on the way; write "starttls" or "tls"'
        raise document.fault(("mail", "security"), f"mail.security: {reason}")
    return dataclasses.replace(
        mail,
        port=mail.port or mail.security.usual_port,
        sender=mail.sender or values.MailAddress(f"dirserver@{domain}"),
        ca_file=_resolve_file(mail.ca_file, directory),
        password_file=_resolve_file(mail.password_file, directory),
    )


def _resolve_ldap(document: _Document, ldap: LdapSettings, domain: str, directory: Path) -> LdapSettings:
    _require_pair(document, "ldap", ldap)
    for needing in ("tls_listen", "tls_client_ca"):
        if getattr(ldap, needing) and not ldap.tls_certificate:
            raise document.fault(("ldap", needing), f"ldap.{needing}: TLS needs a certificate; set tls_certificate and tls_key too")
    return dataclasses.replace(
        ldap,
        suffix=ldap.suffix if ldap.suffix.rdns else DN.of_domain(domain),
        tls_certificate=_resolve_file(ldap.tls_certificate, directory),
        tls_key=_resolve_file(ldap.tls_key, directory),
        tls_client_ca=_resolve_file(ldap.tls_client_ca, directory),
    )


def _require_pair(document: _Document, section: str, settings: HttpSettings | LdapSettings) -> None:
    if bool(settings.tls_certificate) != bool(settings.tls_key):
        given, lacking = ("tls_certificate", "tls_key") if settings.tls_certificate else ("tls_key", "tls_certificate")
        raise document.fault((section, given), f"{section}.{given}: TLS needs a certificate and its key; set {lacking} too")


def _resolve_file(path: values.FilePath, directory: Path) -> values.FilePath:
    return values.FilePath(str(directory / Path(path).expanduser())) if path else path


def _unknown(key: str, known: list[str], section: str) -> str:
    what = f"unknown setting {key!r}" + (f" in [{section}]" if section else "")
    near = difflib.get_close_matches(key, known, n=1, cutoff=0.6)
    if near:
        return f"{what}; did you mean {near[0]!r}?"
    homes = [name for name, cls in _SECTIONS.items() if name != section and key in abouts_of(cls)]
    if homes:
        return f"{what}; it belongs in " + " or ".join(f"[{home}]" for home in homes)
    return f"{what}; known here: {', '.join(known)}"


def _read_domain(document: _Document) -> str:
    given = document.tree.get("domain", Config().domain)
    if not isinstance(given, str):
        raise document.fault(("domain",), 'domain is text: write it as in domain = "example.com"')
    try:
        return values.read_domain(given)
    except ValueError as error:
        raise document.fault(("domain",), f"domain: {error}") from None


def _read_section(document: _Document, name: str, cls: type[_Section], env: Mapping[str, str]) -> _Section:
    given = document.section(name)
    types, abouts = types_of(cls), abouts_of(cls)
    for key in given:
        if key not in abouts:
            raise document.fault((name, key), _unknown(key, list(abouts), name))
    read: dict[str, object] = {}
    for key, about in abouts.items():
        override = env.get(about.environment, "") if about.environment else ""
        if not override and key not in given:
            continue
        try:
            read[key] = convert(override or given[key], types[key], about)
        except ValueError as error:
            if override:
                raise BadConfig(f"environment variable {about.environment}: {error}") from None
            raise document.fault((name, key), f"{name}.{key}: {error}") from None
    return dataclasses.replace(cls(), **read)  # type: ignore[arg-type]  # names and types were checked above


def _resolve_url(document: _Document, url: str, directory: Path) -> str:
    """Make a SQLite path absolute and refuse what can't work. Never shows the URL: it may hold a password."""
    keys = ("database", "url")
    remedy = "write sqlite:///FILE or postgresql+psycopg://USER@HOST/DATABASE"
    scheme, separator, rest = url.partition("://")
    if not separator:
        raise document.fault(keys, f"database.url: not a database address; {remedy}")
    if scheme == "postgresql+psycopg":
        return url
    if scheme in {"postgres", "postgresql"}:
        raise document.fault(keys, "database.url: write postgresql+psycopg:// instead of this scheme")
    if scheme != "sqlite":
        raise document.fault(keys, f"database.url: {scheme[:20]!r} is not a database that dirserver knows; {remedy}")
    path = rest.removeprefix("/")
    if not rest.startswith("/") or not path or path.startswith(":memory:"):
        raise document.fault(keys, "database.url: SQLite needs a file that all processes share; write sqlite:///dirserver.db")
    if "?" in path:
        raise document.fault(keys, "database.url: SQLite options can't be set here; write sqlite:///FILE alone")
    return f"sqlite:///{(directory / Path(path).expanduser()).absolute()}"


def _read_fields(document: _Document) -> FieldsSettings:
    given = document.section("fields")
    if not given:
        return FieldsSettings()
    classes = []
    home: dict[str, str] = {}
    for name, listed in given.items():
        if not isinstance(listed, list) or not all(isinstance(item, str) for item in listed):
            raise document.fault(("fields", name), f'fields.{name}: write a list of names, as in ["cn", "mail"]')
        if name == "private":
            raise document.fault(("fields", name), "fields.private: what stands in no class is private; remove this line")
        try:
            read = values.read_field_class(name, listed)
        except ValueError as error:
            raise document.fault(("fields", name), f"fields.{name}: {error}") from None
        for field in read.fields:
            # Attributes that live in one property (street and l in the address) are shown or hidden together.
            known = find(field)
            key = known.field.lower() if known is not None else field.lower()
            if home.setdefault(key, name) != name:
                reason = f"{field} (or what can't be shown without it) is also in class {home[key]}; keep it in one of the two"
                raise document.fault(("fields", name), f"fields.{name}: {reason}")
        classes.append(read)
    return FieldsSettings(tuple(classes))
