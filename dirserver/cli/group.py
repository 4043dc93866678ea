# SPDX-License-Identifier: GPL-3.0-or-later
"""dirserver group: groups of people."""

from __future__ import annotations

from pathlib import Path

import click

from dirserver.cli.options import config_option, json_option, opened
from dirserver.cli.terminal import note, print_rows, say
from dirserver.directory.reading import Reading
from dirserver.errors import NotFound
from dirserver.model.principal import Principal

_PEOPLE = "people"


@click.group()
def group() -> None:
    """Groups of people: mailing lists of the address book, and whom grants name."""


@group.command("add")
@click.argument("name")
@click.option("--description", default="", help="What the group is for.")
@click.option("--mail", default="", help="Its mail address.")
@config_option
def add(name: str, description: str, mail: str, config_file: Path | None) -> None:
    """Make the group NAME."""
    with opened(config_file) as parts, parts.directory.writing(Principal.system()) as writing:
        writing.add_group(name, description=description, mail=mail)
    say(f"group {name} made")


@group.command("set")
@click.argument("name")
@click.option("--name", "new", default=None, help="What to call it from now on.")
@click.option("--description", default=None, help="What the group is for.")
@click.option("--mail", default=None, help="Its mail address.")
@config_option
def set_(name: str, new: str | None, description: str | None, mail: str | None, config_file: Path | None) -> None:
    """Call the group NAME otherwise, or say something else of it. Its members and what is granted to it stay."""
    with opened(config_file) as parts, parts.directory.writing(Principal.system()) as writing:
        changed = writing.change_group(name, name=new, description=description, mail=mail)
    say(f"group {changed.name} changed")


@group.command("remove")
@click.argument("name")
@config_option
def remove(name: str, config_file: Path | None) -> None:
    """Remove the group NAME, and what is granted to it."""
    with opened(config_file) as parts, parts.directory.writing(Principal.system()) as writing:
        writing.drop_group(name)
    say(f"group {name} removed")


@group.command("list")
@json_option
@config_option
def list_(as_json: bool, config_file: Path | None) -> None:
    """List the groups and who is in them."""
    with opened(config_file) as parts, parts.directory.reading(Principal.system()) as reading:
        rows = [
            (each.name, each.description, each.mail, tuple(member.name for member in each.members), each.needs_second_factor)
            for each in reading.groups()
        ]
    print_rows(("Name", "Description", "Mail", "Members", "Second factor required"), rows, as_json=as_json)


@group.command("require-second-factor")
@click.argument("name")
@click.option("--off", is_flag=True, help="Leave it to them from now on.")
@config_option
def require_second_factor(name: str, off: bool, config_file: Path | None) -> None:
    """Let the members of the group NAME sign in with a second factor only.

    Who has none is led to setting one up after the password, and sees nothing before. Their main password stops working for
    CardDAV and LDAP at once; device passwords and tokens go on.
    """
    with opened(config_file) as parts, parts.directory.writing(Principal.system()) as writing:
        writing.require_second_factor(name, is_required=not off)
        members = writing.group(name).members
    say(f"members of {name} " + ("may have a second factor" if off else "need a second factor"))
    if off:
        return
    with opened(config_file) as parts:
        accounts = parts.identity.accounts_of([member.uuid for member in members]).values()
        waiting = sorted(each.login for each in accounts if not parts.second_factor.state(each.login).is_on)
    if waiting:
        note(f"these have none yet and are asked for it when they next sign in: {', '.join(waiting)}")


@group.command("add-member")
@click.argument("name")
@click.argument("person")
@config_option
def add_member(name: str, person: str, config_file: Path | None) -> None:
    """Put PERSON (login, or UUID of any entry) into the group NAME."""
    with opened(config_file) as parts, parts.directory.writing(Principal.system()) as writing:
        writing.add_member(name, _find(writing, person))
    say(f"{person} is in {name}")


@group.command("remove-member")
@click.argument("name")
@click.argument("person")
@config_option
def remove_member(name: str, person: str, config_file: Path | None) -> None:
    """Take PERSON (login, or UUID) out of the group NAME."""
    with opened(config_file) as parts, parts.directory.writing(Principal.system()) as writing:
        writing.remove_member(name, _find(writing, person))
    say(f"{person} is not in {name} any more")


def _find(reading: Reading, person: str) -> str:
    try:
        return reading.named(reading.book(_PEOPLE), person).uuid
    except NotFound:
        return reading.find(person).uuid
