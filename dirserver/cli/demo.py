# SPDX-License-Identifier: GPL-3.0-or-later
"""dirserver demo: a sample company on this machine."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click
import segno

from dirserver.cli.terminal import note, progress, say
from dirserver.config import Address, Config, HttpSettings, LdapSettings, LogSettings, load
from dirserver.config.sample import sample
from dirserver.config.values import LogLevel
from dirserver.demo import company
from dirserver.demo.cast import ADMIN, CAST, device_password, password
from dirserver.errors import BadInput
from dirserver.identity.keys import make_key
from dirserver.serve.programs import Kind, Served
from dirserver.serve.start import serve
from dirserver.wiring import Parts, wire

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_DOMAIN = "example.com"
_SETTINGS = "dirserver.toml"


@click.command()
@click.option(
    "--dir",
    "folder",
    envvar="DEMO_DIR",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("demo"),
    show_default=True,
    help="Where to keep it.",
)
@click.option("--people", type=click.IntRange(10, 100_000), default=1_000, show_default=True, help="How many people the company has.")
@click.option("--http", "http_address", default="127.0.0.1:8080", show_default=True, help="Where pages and CardDAV listen.")
@click.option("--ldap", "ldap_address", default="127.0.0.1:3890", show_default=True, help="Where LDAP listens.")
@click.option("--prepare-only", is_flag=True, help="Make the company and end.")
def demo(folder: Path, people: int, http_address: str, ldap_address: str, prepare_only: bool) -> int:
    """Make a sample company, once, and serve it on this machine until Ctrl-C.

    Its passwords are known to everybody: they are refused on anything but loopback. The data stays in the folder; the
    next start is quick.
    """
    os.umask(0o077)
    settings = Config(
        domain=_DOMAIN,
        http=HttpSettings(listen=_loopback(http_address)),
        ldap=LdapSettings(listen=_loopback(ldap_address)),
        log=LogSettings(level=LogLevel.WARNING, access=False),
    )
    _prepare(folder, settings, people)
    config = load(folder / _SETTINGS, environment={})
    if prepare_only:
        say(f"ready in {folder}; start it with: dirserver demo --dir {folder}")
        return 0
    return serve(config, frozenset(Kind), lambda served: _tell(config, served))


def _loopback(text: str) -> Address:
    try:
        address = Address.parse(text)
    except ValueError as error:
        raise BadInput(str(error)) from None
    if not address.is_loopback:
        raise BadInput(f"{address}: the demo's passwords are known to everybody, so it listens on loopback only, as on 127.0.0.1")
    return address


def _prepare(folder: Path, settings: Config, people: int) -> None:
    """Make the company, or complete what an interrupted start left; settings are written anew, for the addresses asked for."""
    file = folder / _SETTINGS
    if folder.exists() and any(folder.iterdir()) and not file.exists():
        raise BadInput(f"{folder}: holds something else; choose another folder with --dir")
    folder.mkdir(parents=True, exist_ok=True)
    file.write_text(sample(settings), encoding="utf-8")
    config = load(file, environment={})
    if not config.security.key_file.exists() and not (folder / "dirserver.db").exists():
        make_key(config.security.key_file)
    parts = wire(config, may_create=True)
    try:
        with progress("Making the company") as bar:
            made = company.build(parts, people=people, progress=_told(bar, bar.add_task("People", total=None)))
        if made.was_made:
            _look_through(parts)
    finally:
        parts.close()
    note(("made: " if made.was_made else "") + made.summary)


def _told(bar: Progress, task: TaskID) -> Callable[[int, int], None]:
    return lambda done, total: bar.update(task, completed=done, total=total)


def _look_through(parts: Parts) -> None:
    """Look for what a steward has to do, as the server does every night."""
    with progress("Looking for duplicates") as bar:
        for slug in (company.PEOPLE, company.CLIENTS, company.SUPPLIERS):
            parts.care.looking.catch_up(slug, _told(bar, bar.add_task(slug.capitalize(), total=None)))


def _tell(config: Config, served: Served) -> None:
    pages, ldap = f"http://{served.http}", f"ldap://{served.ldap}"
    login = CAST[0].uid
    logins = ", ".join([*(role.uid for role in CAST), ADMIN])
    say(f"""
A company of example.com is being served on this machine. Try:

  Pages     {pages}/            sign in as {login} with {password(login)}
  CardDAV   {pages}/dav/        in a phone or mail program: {login} with {device_password(login)}
  LDAP      {ldap}         for example:

    ldapsearch -x -H {ldap} -D {login} -w {device_password(login)} -b {config.ldap.suffix} '(cn=*mar*)' cn mail telephoneNumber

Logins: {logins}. Each one's password is demo-LOGIN-password, on devices demo-LOGIN-device;
both work on this machine alone. esme is a contractor and sees names and work numbers only.
""")
    segno.make(f"{pages}/").terminal(compact=True)
    say(f"The data stays in {config.directory}. Ctrl-C ends it.")
