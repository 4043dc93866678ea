# SPDX-License-Identifier: GPL-3.0-or-later
"""dirserver dns: the records by which phones and mail programs find the servers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import click

from dirserver.cli.options import config_option, json_option
from dirserver.cli.terminal import note, print_rows, say
from dirserver.config import Config, load
from dirserver.setup.access import ldap_server

_PATH = "/dav/"


@dataclass(frozen=True, slots=True)
class Record:
    """One line of a zone."""

    name: str
    kind: str
    value: str


@click.command()
@json_option
@config_option
def dns(config_file: Path | None, *, as_json: bool) -> None:
    """Print the DNS records by which programs find the address book from a mail address alone.

    Put them into the zone of your domain. Then people type ada@example.com and their password, and no address.
    """
    config = load(config_file)
    records = records_of(config)
    if as_json:
        print_rows(("Name", "Type", "Value"), [(each.name, each.kind, each.value) for each in records], as_json=True)
    else:
        for each in records:
            say(f"{each.name} IN {each.kind} {each.value}")
    for doubt in doubts_of(config):
        note(doubt)


def records_of(config: Config) -> tuple[Record, ...]:
    """Return the records: RFC 6764 section 3 for CardDAV, RFC 2782 for LDAP. A target of "." says that there is no such service."""
    public = urlsplit(config.http.public_url)
    host, is_safe = public.hostname or config.domain, public.scheme == "https"
    port = public.port or (443 if is_safe else 80)
    domain = f"{config.domain}."
    safe, plain = f"_carddavs._tcp.{domain}", f"_carddav._tcp.{domain}"
    used, unused = (safe, plain) if is_safe else (plain, safe)
    records = [Record(used, "SRV", f"0 1 {port} {host}."), Record(used, "TXT", f'"path={_PATH}"'), Record(unused, "SRV", "0 0 0 .")]
    ldap = ldap_server(config)
    if ldap is not None:
        service = "_ldaps" if ldap.is_safe else "_ldap"
        records.append(Record(f"{service}._tcp.{domain}", "SRV", f"0 1 {ldap.port} {ldap.host}."))
    if ldap is not None and ldap.is_safe and not config.ldap.listen.is_loopback:
        records.append(Record(f"_ldap._tcp.{domain}", "SRV", f"0 1 {config.ldap.listen.port} {host}."))
    return tuple(records)


def doubts_of(config: Config) -> tuple[str, ...]:
    """Return, in words, why these records would not do."""
    public = urlsplit(config.http.public_url)
    told = [("[http] public_url", config.http.public_url), ("[setup] ldap_url", config.setup.ldap_url)]
    doubts = [doubt for name, url in told if (doubt := _doubt_of_host(name, url))]
    if public.scheme != "https":
        doubts.append("phones send no password over http: set [http] tls_certificate and tls_key, or put a web server with TLS in front")
    if ldap_server(config) is None:
        doubts.append(
            "LDAP listens on this machine only ([ldap] listen), so it has no record; where TLS stands in front, set [setup] ldap_url"
        )
    return tuple(doubts)


def _doubt_of_host(setting: str, url: str) -> str:
    host = urlsplit(url).hostname or ""
    if host in {"localhost", "127.0.0.1", "::1"}:
        return f"{url} can be reached from this machine only; set {setting} to what people will use"
    if host.replace(".", "").isdigit() or ":" in host:
        return f"SRV records name hosts, not addresses: set {setting} to a name instead of {host}"
    return ""
