# SPDX-License-Identifier: GPL-3.0-or-later
"""Write what follows from the code: the reference of settings and commands, and the sample settings file.

``python docs/reference/generate.py`` writes configuration.md, commands.md, carddav-tables.md, api.md, metrics.md and
deploy/dirserver.toml; with ``--check`` it tells which of them are not current and changes nothing.
"""
# ruff: noqa: INP001 # a script, not a package

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click
from api_tables import operations
from carddav_tables import tables

from dirserver.cli.main import cli
from dirserver.cli.status import DIFFERENCES, INTERRUPTED, STATUSES, UNEXPECTED
from dirserver.config import Config, FieldsSettings
from dirserver.config.about import About, abouts_of
from dirserver.config.sample import sample, settings_of, write_value
from dirserver.metering.answers import BOUNDS_S
from dirserver.serve.metrics.catalogue import ALL

ROOT = Path(__file__).parents[2]
_SECTIONS = ("database", "http", "ldap", "push", "api", "setup", "mail", "security", "books", "care", "pages", "metrics", "log")
_GENERATED = "<!-- Written by docs/reference/generate.py from the code: change the code, then run it. -->\n"


def pages() -> dict[Path, str]:
    """Return every generated file and its text."""
    return {
        ROOT / "docs/reference/configuration.md": configuration(),
        ROOT / "docs/reference/commands.md": commands(),
        ROOT / "docs/reference/carddav-tables.md": tables(_GENERATED),
        ROOT / "docs/reference/api.md": operations(_GENERATED),
        ROOT / "docs/reference/metrics.md": metrics(),
        ROOT / "deploy/dirserver.toml": sample(Config()),
    }


def configuration() -> str:
    """Return the reference of settings."""
    lines = [
        "# Settings",
        "",
        _GENERATED,
        "`dirserver.toml` is TOML. Every command reads the file that `--config` names, else `dirserver.toml` in the current directory,",
        "else the defaults below. Unknown settings are refused, and a mistake is told with its line. Paths are relative to the file.",
        "`dirserver init` writes a file with a comment for each setting ([deploy/dirserver.toml](../../deploy/dirserver.toml)); `dirserver",
        "check config` reads it without doing anything.",
        "",
        f"- **`domain`** = `{write_value(Config().domain)}`: {abouts_of(Config)['domain'].text}",
    ]
    for section in _SECTIONS:
        settings = type(getattr(Config(), section))
        lines += ["", f"## [{section}]", "", _flat(settings.__doc__ or ""), ""]
        lines += [_setting(section, name, default, about) for name, default, about in settings_of(settings)]
    lines += ["", "## [fields]", "", _flat(FieldsSettings.__doc__ or ""), "", "Default:", "", "```toml"]
    lines += [f"{each.name} = {write_value(each.fields)}" for each in FieldsSettings().classes]
    return "\n".join([*lines, "```", ""])


def _setting(section: str, name: str, default: object, about: About) -> str:
    told = [f"- **`{name}`** = `{write_value(default)}`: {about.text}"]
    if about.minimum is not None:
        told.append(f"From {about.minimum} to {about.maximum}.")
    if about.example:
        told.append(f"For example `{about.example}`.")
    if about.environment:
        told.append(f"The environment variable `{about.environment}` wins over `{section}.{name}`.")
    return " ".join(told)


def metrics() -> str:
    """Return the reference of metrics."""
    bounds = ", ".join(f"{bound:g}" for bound in BOUNDS_S)
    lines = [
        "# Metrics",
        "",
        _GENERATED,
        "What `GET /metrics` tells at the address of [`[metrics] listen`](configuration.md#metrics), in the text format of Prometheus;",
        "[how to watch with it](../how-to/operate.md#prometheus). Counters begin anew with each start of their worker. No label holds a",
        f"login, a name, an address, a book or a search word. Histograms have buckets up to {bounds} seconds and beyond.",
        "",
        "| Metric | Kind | Labels | What it says |",
        "| --- | --- | --- | --- |",
        *(f"| `{each.name}` | {each.kind} | {' '.join(f'`{label}`' for label in each.labels)} | {each.text} |" for each in ALL),
    ]
    return "\n".join([*lines, ""])


def commands() -> str:
    """Return the reference of commands."""
    lines = ["# Commands", "", _GENERATED, _flat(cli.help or ""), ""]
    lines += ["Listings take `--json`. Results go to standard output, everything else to standard error.", ""]
    for path, command in _walk("dirserver", cli):
        lines += [*_command(path, command), ""]
    lines += ["## Exit status", "", "| Status | Meaning |", "| --- | --- |", "| 0 | done |"]
    lines += [f"| {UNEXPECTED} | an unexpected fault, or a worker that had to be killed |"]
    lines += [f"| {status} | {meaning} |" for _, status, meaning in STATUSES]
    lines += [f"| {DIFFERENCES} | `check` found something |", f"| {INTERRUPTED} | stopped by Ctrl-C |", ""]
    return "\n".join(lines)


def _walk(path: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=path)
        for name in sorted(command.list_commands(context)):
            child = command.get_command(context, name)
            if child is not None:
                yield f"{path} {name}", child
                yield from _walk(f"{path} {name}", child)


def _command(path: str, command: click.Command) -> Iterator[str]:
    context = click.Context(command, info_name=path)
    words = [word for parameter in command.params if isinstance(parameter, click.Argument) for word in parameter.get_usage_pieces(context)]
    yield f"{'#' * min(4, path.count(' ') + 1)} `{' '.join([path, *words])}`"
    yield ""
    yield "\n\n".join(_flat(paragraph) for paragraph in (command.help or "").split("\n\n"))
    records = [parameter.get_help_record(context) for parameter in command.params if isinstance(parameter, click.Option)]
    if records:
        yield ""
    yield from (f"- `{record[0]}`: {record[1]}" for record in records if record is not None)


def _flat(text: str) -> str:
    return " ".join(text.split())


def main() -> int:
    """Write the pages, or tell which are not current."""
    stale = {path: text for path, text in pages().items() if not path.exists() or path.read_text(encoding="utf-8") != text}
    for path, text in stale.items():
        if "--check" in sys.argv[1:]:
            sys.stderr.write(f"{path.relative_to(ROOT)} is not current: python docs/reference/generate.py\n")
        else:
            path.write_text(text, encoding="utf-8")
    return 1 if stale and "--check" in sys.argv[1:] else 0


if __name__ == "__main__":
    sys.exit(main())
