# SPDX-License-Identifier: GPL-3.0-or-later
"""dirserver device-password: one password for each phone, mail client or printer."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from dirserver.cli.options import config_option, json_option, opened
from dirserver.cli.terminal import note, print_rows, say
from dirserver.identity.account import Scope
from dirserver.identity.devices import Restrictions


@click.group("device-password")
def device_password() -> None:
    """Device passwords: one for each phone, mail client or printer, each revoked alone."""


@device_password.command("add")
@click.argument("login")
@click.option("--label", required=True, help="Which device it is for.")
@click.option(
    "--scope", type=click.Choice([each.value for each in Scope]), default=Scope.ALL.value, show_default=True, help="What it opens."
)
@click.option("--network", "networks", multiple=True, metavar="NETWORK", help="Good from there alone, as 10.1.0.0/16; may be repeated.")
@click.option(
    "--expires", type=click.DateTime(), metavar="DATE", help="Good until then ([pages] timezone says where); default until it is revoked."
)
@config_option
def add(login: str, label: str, scope: str, networks: tuple[str, ...], expires: datetime | None, config_file: Path | None) -> None:
    """Make a device password for LOGIN and print it, this once."""
    with opened(config_file) as parts:
        ends = parts.config.pages.timezone.moment(expires) if expires is not None else None
        restrictions = Restrictions.of(networks, ends)
        secret = parts.identity.add_device_password(login, label=label, scope=Scope(scope), restrictions=restrictions)
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
        (
            each.id,
            each.label,
            str(each.scope),
            each.created_at,
            each.last_used_at,
            each.last_used_address,
            each.last_used_door,
            each.last_used_program,
            " ".join(map(str, each.networks)),
            each.expires_at,
        )
        for each in found
    ]
    print_rows(("Id", "Label", "Scope", "Created", "Last used", "From", "Door", "Program", "Networks", "Expires"), rows, as_json=as_json)


@device_password.command("revoke")
@click.argument("login")
@click.argument("id_", metavar="ID", type=int)
@config_option
def revoke(login: str, id_: int, config_file: Path | None) -> None:
    """Revoke one device password of LOGIN; the device is out at once."""
    with opened(config_file) as parts:
        parts.identity.revoke_device_password(login, id_)
    say(f"device password {id_} of {login} revoked")
