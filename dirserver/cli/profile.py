# SPDX-License-Identifier: GPL-3.0-or-later
"""dirserver profile: what CardDAV clients get."""

from __future__ import annotations

from pathlib import Path

import click

from dirserver.cli.options import config_option, json_option, opened
from dirserver.cli.terminal import print_rows, say
from dirserver.errors import BadInput
from dirserver.model.client import Family
from dirserver.model.principal import Door, Principal
from dirserver.model.profile import CHOICES, ProfileSubject, Rule, Settings

_SUBJECT = "SUBJECT is organisation, group:NAME or account:LOGIN."
_SETTINGS = "\n".join(f"  {name}: {', '.join(choices)}" for name, choices in CHOICES.items())
_client = click.option(
    "--client", type=click.Choice([str(family) for family in Family]), help="Only programs of this family; default any program."
)


@click.group()
def profile() -> None:
    """Profiles: how the people come to phones and programs, and how cards look there. They never show more than grants do."""


@profile.command("set", help=f"Say what the clients of SUBJECT get.\n\n{_SUBJECT} Settings are:\n\n\b\n{_SETTINGS}")
@click.argument("subject")
@click.argument("settings", nargs=-1, required=True, metavar="NAME=VALUE...")
@_client
@config_option
def set_(subject: str, settings: tuple[str, ...], client: str | None, config_file: Path | None) -> None:
    """Say what the clients of SUBJECT get; what was said about other settings stays."""
    given = Settings.of(dict(_pair(each) for each in settings))
    whose, family = ProfileSubject.parse(subject), Family(client) if client is not None else None
    with opened(config_file) as parts, parts.directory.writing(Principal.system()) as writing:
        before = _said(writing.profile_rules(), whose, family)
        writing.set_profile(Rule(whose, family, given.over(before)))
    say(f"{whose}, {_told(family)}: {', '.join(f'{name}={value}' for name, value in given.said())}")


@profile.command("clear", help=f"Say nothing any more about the clients of SUBJECT.\n\n{_SUBJECT} With NAMEs only about those settings.")
@click.argument("subject")
@click.argument("names", nargs=-1, metavar="[NAME...]")
@_client
@config_option
def clear(subject: str, names: tuple[str, ...], client: str | None, config_file: Path | None) -> None:
    """Say nothing any more about the clients of SUBJECT."""
    unknown = set(names) - set(CHOICES)
    if unknown:
        raise BadInput(f"there is no setting '{min(unknown)}' in a profile: use {', '.join(CHOICES)}")
    whose, family = ProfileSubject.parse(subject), Family(client) if client is not None else None
    with opened(config_file) as parts, parts.directory.writing(Principal.system()) as writing:
        before = _said(writing.profile_rules(), whose, family)
        writing.set_profile(Rule(whose, family, before.without(frozenset(names or CHOICES))))
    say(f"{whose}, {_told(family)}: nothing is said about {', '.join(names) or 'any setting'} any more")


@profile.command("list")
@json_option
@config_option
def list_(config_file: Path | None, *, as_json: bool) -> None:
    """List what is said about profiles."""
    with opened(config_file) as parts, parts.directory.reading(Principal.system()) as reading:
        rules = reading.profile_rules()
    rows = [(str(rule.subject), str(rule.family or "any"), *(rule.settings.texts().get(name, "") for name in CHOICES)) for rule in rules]
    print_rows(("Subject", "Client", *CHOICES), rows, as_json=as_json)


@profile.command("explain")
@click.argument("login")
@click.option("--client", type=click.Choice([str(family) for family in Family]), required=True, help="The family of the program.")
@json_option
@config_option
def explain(login: str, client: str, config_file: Path | None, *, as_json: bool) -> None:
    """Show each setting that a program of LOGIN gets, and who says so."""
    with opened(config_file) as parts:
        account = parts.identity.account(login)
        with parts.directory.reading(Principal(Door.CLI, account.id, account.login)) as reading:
            decided = reading.decided(Family(client))
    rows = [(each.name, each.value, str(each.by.subject), str(each.by.family or "any")) for each in decided]
    print_rows(("Setting", "Value", "Said by", "About"), rows, as_json=as_json)


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign:
        raise BadInput(f"'{text}' is no setting: write NAME=VALUE, as in gal=gateway")
    return name.strip(), value.strip()


def _said(rules: tuple[Rule, ...], subject: ProfileSubject, family: Family | None) -> Settings:
    same = str(subject).casefold()
    return next((rule.settings for rule in rules if str(rule.subject).casefold() == same and rule.family is family), Settings())


def _told(family: Family | None) -> str:
    return family.label if family is not None else "any program"
