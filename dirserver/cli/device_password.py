# SPDX-License-Identifier: GPL-3.0-or-later
"""dirserver device-password: one password for each phone, mail client or printer."""

from __future__ import annotations

from pathlib import Path

import click

from dirserver.cli.options import config_option, json_option, opened
from dirserver.cli.terminal import note, print_rows, say
from dirserver.identity.account import Scope


@click.group("device-password")
def device_password() -> None:
    """Device passwords: one for each phone, mail client or printer, each revoked alone."""


@device_password.command("add")
@click.argument("login")
@click.option("--label", required=True, help="Which device it is for.")
@click.option(
    "--scope", type=click.Choice([each.value for each in Scope]), default=Scope.ALL.value, show_default=True, help="What it opens."
)
@config_option
def add(login: str, label: str, scope: str, config_file: Path | None) -> None:
    """Make a device password for LOGIN and print it, this once."""
    with opened(config_file) as parts:
        secret = parts.identity.add_device_password(login, label=label, scope=Scope(scope))
    say(secret)
    note("this is shown only now")


@device_password.command("list")
@click.argument("login")
@json_option
@config_option
def list_(login: str, as_json: bool, config_file: Path | None) -> None:
    """List the device passwords of LOGIN, with their last use; never the passwords themselves."""
    with opened(config_file) as parts:
        found = parts.identity.device_passwords(login)
    rows = [
        (each.id, each.label, str(each.scope), each.created_at, each.last_used_at, each.last_used_address, each.last_used_door)
        for each in found
    ]
    print_rows(("Id", "Label", "Scope", "Created", "Last used", "From", "Door"), rows, as_json=as_json)


@device_password.command("revoke")
@click.argument("login")
@click.argument("id_", metavar="ID", type=int)
@config_option
def revoke(login: str, id_: int, config_file: Path | None) -> None:
    """Revoke one device password of LOGIN; the device is out at once."""
    with opened(config_file) as parts:
        parts.identity.revoke_device_password(login, id_)
    say(f"device password {id_} of {login} revoked")
