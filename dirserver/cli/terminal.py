# SPDX-License-Identifier: GPL-3.0-or-later
"""What commands print: for people on a terminal, plain when nobody looks, JSON when asked.

Data comes from strangers' cards: control characters are made visible, so that no name can draw on the operator's terminal.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

import click

from dirserver.errors import BadInput

if TYPE_CHECKING:
    from rich.progress import Progress

Cell = str | int | bool | datetime | None | tuple[str, ...]
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    """Return text without characters that would steer a terminal or turn its reading direction; line ends and tabs stay."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def say(text: str = "") -> None:
    """Print a line of result."""
    click.echo(printable(text))


def note(text: str) -> None:
    """Print a line that is not part of the result, to standard error."""
    click.echo(printable(text), err=True)


def complain(text: str) -> None:
    """Print a fault to standard error."""
    click.echo(printable(f"dirserver: {text}"), err=True)


def print_rows(columns: Sequence[str], rows: Sequence[Sequence[Cell]], *, as_json: bool) -> None:
    """Print a listing: JSON objects named by column, a table on a terminal, else lines with tabs between cells."""
    if as_json:
        objects: list[Mapping[str, object]] = [dict(zip(map(_key, columns), map(_plain, row), strict=True)) for row in rows]
        click.echo(json.dumps(objects, ensure_ascii=False, indent=2))
        return
    if not sys.stdout.isatty():
        for row in (columns, *rows):
            click.echo("\t".join(printable(_told(cell)).replace("\t", " ").replace("\n", " ") for cell in row))
        return
    _print_table(columns, rows)


def _print_table(columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
    # What draws takes 4 MB, and what is imported here is in every process of ``serve``.
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        table.add_row(*(Text(printable(_told(cell))) for cell in row))
    Console().print(table)


def print_json(value: object) -> None:
    """Print a value as JSON."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


@contextmanager
def progress(what: str) -> Iterator[Progress]:
    """Show a bar on standard error while somebody is looking, else nothing."""
    # See _print_table.
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    console = Console(stderr=True)
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        yield bar


def read_password(*, from_stdin: bool, prompt: str = "Password") -> str | None:
    """Read a password from standard input's first line or, on a terminal, from two hidden prompts; None when there is nobody to ask.

    Never from an argument: those are seen by every user of the machine.
    """
    if from_stdin:
        line = sys.stdin.readline().rstrip("\r\n")
        if not line:
            raise BadInput("--password-stdin: standard input is empty; give the password as its first line")
        return line
    if not sys.stdin.isatty():
        return None
    answer: str = click.prompt(prompt, hide_input=True, confirmation_prompt=True, err=True)
    return answer


def _key(column: str) -> str:
    return column.lower().replace(" ", "_")


def _plain(cell: Cell) -> object:
    return cell.isoformat() if isinstance(cell, datetime) else list(cell) if isinstance(cell, tuple) else cell


def _told(cell: Cell) -> str:
    match cell:
        case None:
            return "-"
        case bool():
            return "yes" if cell else "no"
        case datetime():
            return cell.astimezone().strftime("%Y-%m-%d %H:%M")
        case tuple():
            return ", ".join(cell)
        case _:
            return str(cell)
