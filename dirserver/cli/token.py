# SPDX-License-Identifier: GPL-3.0-or-later
"""dirserver token: what a program signs in with at the JSON API."""

from __future__ import annotations

from pathlib import Path

import click

from dirserver.cli.options import config_option, json_option, opened
from dirserver.cli.terminal import note, print_rows, say
from dirserver.identity.tokens import TokenScope


@click.group("token")
def token() -> None:
    """Tokens of the JSON API: one for each program, good for what it needs and revoked alone."""


@token.command("add")
@click.argument("login")
@click.option("--label", required=True, help="Which program it is for.")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice([each.value for each in TokenScope]),
    multiple=True,
    default=(TokenScope.READ.value,),
    show_default=True,
    help="What it may be used for; give it again for more.",
)
@click.option("--days", type=int, help="How many days it holds; default until it is revoked.")
@config_option
def add(login: str, label: str, scopes: tuple[str, ...], days: int | None, config_file: Path | None) -> None:
    """Make a token that acts for LOGIN, with that account's rights, and print it, this once."""
    with opened(config_file) as parts:
        secret = parts.tokens.add(login, label=label, scopes=map(TokenScope, scopes), days=days)
    say(secret)
    note("this is shown only now")


@token.command("list")
@click.argument("login")
@json_option
@config_option
def list_(login: str, as_json: bool, config_file: Path | None) -> None:
    """List the tokens of LOGIN, with their last use; never the tokens themselves."""
    with opened(config_file) as parts:
        found = parts.tokens.listed(login)
    rows = [
        (each.id, each.label, " ".join(sorted(each.scopes)), each.created_at, each.expires_at, each.last_used_at, each.last_used_address)
        for each in found
    ]
    print_rows(("Id", "Label", "Scopes", "Created", "Expires", "Last used", "From"), rows, as_json=as_json)


@token.command("revoke")
@click.argument("login")
@click.argument("id_", metavar="ID", type=int)
@config_option
def revoke(login: str, id_: int, config_file: Path | None) -> None:
    """Revoke one token of LOGIN; the program is out at once."""
    with opened(config_file) as parts:
        parts.tokens.revoke(login, id_)
    say(f"token {id_} of {login} revoked")
