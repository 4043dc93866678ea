# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings that work and are weak: each told in a sentence, with what could happen and what to do.

What must not be is refused elsewhere (a key that others can read, a password over an open line). This is about what may be
meant so, on a network that one trusts.
"""

from __future__ import annotations

import ipaddress
import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from dirserver.config import Address, Config
from dirserver.store.care.backup import sqlite_file

_LONGEST_IDLE_MINUTES = 24 * 60
_LONGEST_SESSION_HOURS = 30 * 24
_MOST_BEFORE_BIND = 65_536
_WIDEST_PROXIES = 65_536
_OF_GROUP = stat.S_IRGRP | stat.S_IWGRP
_OF_OTHERS = stat.S_IROTH | stat.S_IWOTH


def weaknesses(config: Config) -> tuple[str, ...]:
    """Return one sentence for each weak setting; none where nothing is weak. Looks at files, not at the database's content."""
    return (*_of_lines(config), *_of_trust(config), *_of_limits(config), *_of_files(config))


def _of_lines(config: Config) -> Iterator[str]:
    http, ldap = config.http, config.ldap
    if not http.listen.is_loopback and not http.tls_certificate:
        yield (
            f"[http] listen is {http.listen} without TLS: whoever is on the way reads names and numbers, and passwords are refused; "
            "set tls_certificate and tls_key, or listen on loopback behind a web server with TLS"
        )
    url = urlsplit(http.public_url)
    if url.scheme != "https" and not Address(url.hostname or "localhost", 0).is_loopback:
        yield f"[http] public_url is {http.public_url}: phones would be set up without TLS; give an address that begins with https://"
    if not ldap.listen.is_loopback and not ldap.tls_certificate and not ldap.allow_plain_bind:
        yield (
            f"[ldap] listen is {ldap.listen} without TLS: nobody from elsewhere can sign in there, and what is answered can be read on the "
            "way; set tls_certificate and tls_key"
        )
    if ldap.allow_plain_bind:
        yield "[ldap] allow_plain_bind is on: passwords from other machines travel so that everybody on the way can read them"


def _of_trust(config: Config) -> Iterator[str]:
    if config.ldap.anonymous:
        yield "[ldap] anonymous is on: what grants give to anonymous is for everybody who reaches the port; see dirserver who-can people"
    if config.ldap.may_act_as_others:
        told = ", ".join(config.ldap.may_act_as_others)
        yield f"[ldap] may_act_as_others: whoever has a password of {told} reads and writes as anybody but an administrator"
    for network in config.http.trusted_proxies:
        parsed = ipaddress.ip_network(str(network))
        if parsed.num_addresses > _WIDEST_PROXIES and not parsed.is_loopback:
            yield f"[http] trusted_proxies has {network}: everybody there can choose the address that throttling and the audit trail see"

    for network in config.metrics.allow_from:
        parsed = ipaddress.ip_network(str(network))
        if (config.metrics.listen or config.metrics.ldap_listen) and parsed.num_addresses > _WIDEST_PROXIES and not parsed.is_loopback:
            yield f"[metrics] allow_from has {network}: everybody there can read how the server does; name those that collect metrics"


def _of_limits(config: Config) -> Iterator[str]:
    security = config.security
    if security.session_idle_minutes > _LONGEST_IDLE_MINUTES:
        yield f"[security] session_idle_minutes is {security.session_idle_minutes}: a browser left open stays signed in for more than a day"
    if security.session_max_hours > _LONGEST_SESSION_HOURS:
        yield f"[security] session_max_hours is {security.session_max_hours}: a stolen session holds for more than thirty days"
    if config.ldap.max_message_bytes_before_bind > _MOST_BEFORE_BIND:
        size = config.ldap.max_message_bytes_before_bind
        yield f"[ldap] max_message_bytes_before_bind is {size}: so much memory takes each connection of somebody who has not signed in"


def _of_files(config: Config) -> Iterator[str]:
    keys = (("[http] tls_key", config.http.tls_key), ("[ldap] tls_key", config.ldap.tls_key), ("[setup] sign_key", config.setup.sign_key))
    for name, path in keys:
        if path and _is_open_to_others(Path(path)):
            yield f"{name}: every user of this machine can read {path}; run: chmod o-rwx {path}"
    password_file = config.mail.password_file
    if password_file and _is_open(Path(password_file), _OF_GROUP | _OF_OTHERS):
        yield (
            f"[mail] password_file: others than its owner can read {password_file}, and send mail in the company's name; "
            f"run: chmod 600 {password_file}"
        )
    if config.database.url.startswith("sqlite:") and _is_open_to_others(sqlite_file(config.database.url)):
        database = sqlite_file(config.database.url)
        yield f"[database] url: every user of this machine can read {database}; run: chmod o-rwx {database}*"
    if config.file is not None and urlsplit(config.database.url).password and _is_open_to_others(config.file):
        yield f"{config.file} holds the database's password, and every user of this machine can read it; run: chmod o-rwx {config.file}"


def _is_open_to_others(path: Path) -> bool:
    return _is_open(path, _OF_OTHERS)


def _is_open(path: Path, bits: int) -> bool:
    try:
        return bool(path.stat().st_mode & bits)
    except OSError:
        # Not there, or not ours to look at: whoever needs it says so.
        return False
