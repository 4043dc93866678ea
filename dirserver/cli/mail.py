# SPDX-License-Identifier: GPL-3.0-or-later
"""dirserver mail: what people are told, and whether it gets there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from dirserver.cli.options import config_option, json_option
from dirserver.cli.terminal import note, print_rows, say
from dirserver.config import load
from dirserver.errors import BadConfig
from dirserver.mail.mailing import Mailing
from dirserver.speech.catalogue import LANGUAGES
from dirserver.wiring import wire_mail


@click.group()
def mail() -> None:
    """Mail: try it, see what waits or failed, have it tried again. It is set up in [mail]."""


@mail.command("test")
@click.argument("address")
@click.option("--language", type=click.Choice(LANGUAGES), default=LANGUAGES[0], show_default=True, help="In which language.")
@config_option
def test(address: str, language: str, config_file: Path | None) -> None:
    """Send a message to ADDRESS now, and tell what the mail server says."""
    with _opened(config_file) as mailing:
        mailing.test(address, language=language)
    say(f"the mail server took a message to {address}")


@mail.command("queue")
@click.option("--retry", is_flag=True, help="Have what waits tried now, and what failed once more (but for links that work once).")
@json_option
@config_option
def queue(config_file: Path | None, *, retry: bool, as_json: bool) -> None:
    """List the messages that wait, and those that were sent (two days) or given up (thirty days) lately."""
    with _opened(config_file) as mailing:
        if retry:
            note(f"{mailing.retry()} messages will be tried now, by dirserver serve")
        listed = mailing.queue()
    rows = [
        (each.fate.value, each.matter, each.login, each.recipient, each.posted_at, each.failures, each.due_at, each.reason)
        for each in listed
    ]
    print_rows(("State", "Matter", "Login", "Address", "Posted", "Failures", "Next attempt", "Reason"), rows, as_json=as_json)


@contextmanager
def _opened(config_file: Path | None) -> Iterator[Mailing]:
    config = load(config_file)
    if not config.mail.is_set:
        raise BadConfig("mail is not set up: give [mail] host in the settings, and what the mail server asks for")
    parts = wire_mail(config)
    try:
        yield parts.mailing
    finally:
        parts.close()
