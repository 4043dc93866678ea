# SPDX-License-Identifier: GPL-3.0-or-later
"""dirserver lockout: who is refused after too many wrong passwords."""

from __future__ import annotations

from pathlib import Path

import click

from dirserver.cli.options import config_option, json_option, opened
from dirserver.cli.terminal import note, print_rows, say
from dirserver.model.principal import Principal


@click.group()
def lockout() -> None:
    """Who is refused now after too many wrong passwords or codes."""


@lockout.command("list")
@click.option("--address", "addresses", multiple=True, metavar="IP", help="Look for this address too (may be repeated).")
@json_option
@config_option
def list_(addresses: tuple[str, ...], as_json: bool, config_file: Path | None) -> None:
    """List who is refused now, since when (the last failure) and until when.

    An account without a network is refused wherever it did not sign in within the last 30 days; with a network, from there.
    A network without an account is refused to everybody who did not sign in from there. Device passwords go on in any case.
    What is counted has no readable names: networks are those from which the audit trail saw refusals, and --address.
    """
    with opened(config_file) as parts:
        found = parts.administration.opened(Principal.system()).locked_out(addresses)
    rows = [
        (
            each.login or None,
            each.name or None,
            "code" if each.is_second_step else "password",
            each.network or None,
            each.failures,
            each.since,
            each.until,
        )
        for each in found.known
    ]
    print_rows(("Login", "Typed", "What", "Network", "Failures", "Since", "Until"), rows, as_json=as_json)
    if found.unnamed:
        note(f"{found.unnamed} more: names that no account has, or networks that the audit trail doesn't know (ask with --address)")


@lockout.command("release")
@click.argument("login", required=False)
@click.option("--address", metavar="IP", help="Let in whoever comes from the network of this address.")
@config_option
def release(login: str | None, address: str | None, config_file: Path | None) -> None:
    """Let LOGIN in again at once, from wherever it was tried; or a network with --address. Make sure who is asking.

    Counting begins anew, so whoever guesses gets ten more guesses: where somebody does, a new password is better.
    """
    if login is None and address is None:
        raise click.UsageError("name a LOGIN, or a network with --address")
    with opened(config_file) as parts:
        office = parts.administration.opened(Principal.system())
        if login is not None:
            office.let_in(login)
            say(f"{login} may try again")
        if address is not None:
            say(f"whoever comes from {office.let_in_network(address)} may try again")
