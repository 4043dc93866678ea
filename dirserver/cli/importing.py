# SPDX-License-Identifier: GPL-3.0-or-later
"""dirserver import: first the plan, then, with --apply, the doing."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click

from dirserver.cli.options import config_option, opened
from dirserver.cli.status import USAGE
from dirserver.cli.terminal import note, progress, say
from dirserver.exchange.applying import Applied, BadRows, apply
from dirserver.exchange.layout import FileFormat
from dirserver.exchange.mapping import ColumnMapping, read_mapping
from dirserver.exchange.planning import Plan, plan
from dirserver.exchange.previewing import with_guesses
from dirserver.exchange.problem import Problem, Severity
from dirserver.exchange.source import Progress, Source
from dirserver.model.principal import Principal

_MOST_SHOWN = 50


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--book", "slug", required=True, metavar="SLUG", help="Into which address book.")
@click.option(
    "--format",
    "format_",
    type=click.Choice([each.value for each in FileFormat]),
    default=FileFormat.AUTO.value,
    show_default=True,
    help="What the file is.",
)
@click.option("--map", "mapping", type=click.Path(path_type=Path, dir_okay=False), metavar="MAP.toml", help="What the columns mean.")
@click.option("--encoding", help="Encoding of the file, when it is not told right by itself.")
@click.option("--guess", is_flag=True, help="Take columns of Google, Outlook and Thunderbird for what they seem to mean, and tell it.")
@click.option("--apply", "is_applying", is_flag=True, help="Do it; without this only the plan is shown.")
@click.option("--skip-bad", is_flag=True, help="With --apply: leave out rows that can't be imported, instead of importing nothing.")
@config_option
def import_(
    file: Path,
    slug: str,
    format_: str,
    mapping: Path | None,
    encoding: str | None,
    guess: bool,
    is_applying: bool,
    skip_bad: bool,
    config_file: Path | None,
) -> int:
    """Import FILE (CSV, vCard or LDIF; - is standard input) into an address book.

    Shows what would be added and changed, and what is wrong with which line. With --apply it is done, all of it or nothing, as
    one batch that `dirserver batch undo` takes back.
    """
    columns = read_mapping(mapping) if mapping is not None else ColumnMapping()
    if encoding is not None:
        columns = replace(columns, encoding=encoding)
    source = Source.of(sys.stdin.buffer if str(file) == "-" else file)
    if guess:
        columns = with_guesses(source, columns)
        _tell_guesses(columns)
    with opened(config_file) as parts:
        with _watched("Reading") as watch:
            made = plan(
                source,
                directory=parts.directory,
                principal=Principal.system(),
                book=slug,
                format=FileFormat(format_),
                mapping=columns,
                progress=watch,
            )
        _tell(made)
        if not is_applying:
            say("nothing was changed; do it with --apply")
            return 0 if made.is_clean else USAGE
        with _watched("Writing") as watch:
            done = apply(made, parts.directory, Principal.system(), bad_rows=BadRows.SKIP if skip_bad else BadRows.STOP, progress=watch)
    _tell_done(done)
    return 0


def _tell_guesses(columns: ColumnMapping) -> None:
    if columns.encoding is not None:
        note(f"the file is read as {columns.encoding}; look whether the letters are right, else say it with --encoding")
    for header, attribute in columns.columns.items():
        note(f"column '{header}' " + (f"is taken for {attribute}" if attribute else "is left out"))


@contextmanager
def _watched(what: str) -> Iterator[Progress]:
    with progress(what) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _tell(made: Plan) -> None:
    say(f"{made.source.name}: {made.format}, {made.rows} rows into {made.book}")
    say(f"  add {made.to_add}, change {made.to_change}, unchanged {made.unchanged}, refuse {made.refused}")
    refused = [problem for problem in made.problems if problem.severity is Severity.REFUSED]
    doubtful = [problem for problem in made.problems if problem.severity is Severity.DOUBTFUL]
    _tell_problems(made, "can't be imported", refused)
    _tell_problems(made, "doubtful", doubtful)
    for similar in made.similar[:_MOST_SHOWN]:
        note(f"{made.source.name}, line {similar.line}: the same person as {similar.display} ({similar.name})? Both have {similar.mail}")
    for header, count in made.unknown_columns.items():
        note(f"column '{header}' is not known and left out ({count} times); name it in a mapping file: --map")
    for header, count in made.left_out.items():
        note(f"'{header}' is left out ({count} times)")


def _tell_problems(made: Plan, what: str, problems: list[Problem]) -> None:
    for problem in problems[:_MOST_SHOWN]:
        note(f"{made.source.name}, {problem}" + ("" if problem.severity is Severity.REFUSED else f" ({what})"))
    if len(problems) > _MOST_SHOWN:
        note(f"... and {len(problems) - _MOST_SHOWN} more {what}")


def _tell_done(done: Applied) -> None:
    say(f"added {done.added}, changed {done.changed}, unchanged {done.unchanged}, skipped {done.skipped}")
    if done.batch is not None:
        say(f"batch {done.batch}; take it back with: dirserver batch undo {done.batch}")
