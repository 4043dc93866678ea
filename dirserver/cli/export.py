# SPDX-License-Identifier: GPL-3.0-or-later
"""dirserver export."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click

from dirserver.cli.options import config_option, opened
from dirserver.cli.terminal import note, progress
from dirserver.errors import BadInput
from dirserver.exchange.exporting import ExportFormat
from dirserver.exchange.exporting import export as write_book
from dirserver.model.principal import Door, Principal


@click.command()
@click.option("--book", "slug", required=True, metavar="SLUG", help="Which address book.")
@click.option("--format", "format_", type=click.Choice([each.value for each in ExportFormat]), required=True, help="What to write.")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Where to; default standard output.")
@click.option("--as", "login", metavar="LOGIN", help="As this account sees the book; default everything in it.")
@config_option
def export(slug: str, format_: str, output: Path | None, login: str | None, config_file: Path | None) -> None:
    """Write an address book to a file, or to standard output.

    FILE appears when it is whole: a failure leaves what was there.
    """
    if output is None and sys.stdout.isatty() and format_ == ExportFormat.XLSX:
        raise click.UsageError("a workbook is no text for a terminal: give -o FILE")
    with opened(config_file) as parts, target(output) as stream, progress("Writing") as bar:
        task = bar.add_task("Writing", total=None)
        done = write_book(
            stream,
            directory=parts.directory,
            principal=Principal.system() if login is None else Principal(Door.CLI, parts.identity.account(login).id, login),
            book=slug,
            format=ExportFormat(format_),
            suffix=parts.config.ldap.suffix,
            progress=lambda count, total: bar.update(task, completed=count, total=total),
        )
    if output is not None:
        note(f"{output}: {done.entries} entries")


@contextmanager
def target(output: Path | None) -> Iterator[BinaryIO]:
    """Open what is written to: standard output, or a file that appears when it is whole."""
    if output is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    try:
        number, name = tempfile.mkstemp(prefix=".dirserver-", dir=output.absolute().parent)
    except OSError as error:
        raise BadInput(f"{output}: can't be written ({error.strerror}); choose another place with -o") from None
    scratch = Path(name)
    try:
        # People's data: for the one who asked for it alone, as mkstemp has it.
        with os.fdopen(number, "wb") as stream:
            yield stream
        scratch.replace(output)
    except OSError as error:
        raise BadInput(f"{output}: can't be written ({error.strerror})") from None
    finally:
        scratch.unlink(missing_ok=True)
