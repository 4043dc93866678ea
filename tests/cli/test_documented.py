# SPDX-License-Identifier: GPL-3.0-or-later
"""Every command that the documentation tells people to type is one that there is, with options that it has."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from dirserver.cli.main import cli

ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(r"^```(?:sh|shell|bash|console)?\n(.*?)^```", re.MULTILINE | re.DOTALL)
# The command of a line, behind a prompt, a path, or another program that runs it (sudo, docker exec).
_TYPED = re.compile(r"^(?:[$#] )?(?:(?:sudo|docker|podman|kubectl|/)\S*.*[\s/])?dirserver +([a-z].*)$")
_INLINE = re.compile(r"`dirserver ([a-z-]+(?: [^`]*)?)`")
# What follows is for the shell, or for the reader.
_BEHIND = re.compile(r"\s#|\s{2,}|[|;]|&&|\s[<>]")
_SHELL = re.compile(r"\$\([^)]*\)")
_STANDS_FOR_SOMETHING = re.compile(r"\b[A-Z]{3,}\b|\.\.\.|…")


def documents() -> list[Path]:
    return sorted({*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "deploy").rglob("*.md")})


def typed(text: str) -> Iterator[str]:
    for block in _BLOCK.findall(text):
        for line in block.replace("\\\n", " ").splitlines():
            found = _TYPED.match(line)
            if found is not None:
                yield found[1]
    yield from _INLINE.findall(text.replace("\n", " "))


def fault(line: str) -> str:
    """What is wrong with a command, as click says it; empty if nothing is."""
    try:
        words = shlex.split(_SHELL.sub("x", _BEHIND.split(line)[0]).translate({ord("["): None, ord("]"): None}))
    except ValueError as error:
        return str(error)
    stands_for_something = _STANDS_FOR_SOMETHING.search(line) is not None
    command: click.Command = cli
    context = click.Context(cli, info_name="dirserver")
    while isinstance(command, click.Group):
        if not words or words[0] in {"...", "dirserver", "--help", "--version"}:
            # As in "sudo -u dirserver dirserver", which is read from its second one on.
            return ""
        found = command.get_command(context, words[0])
        if found is None:
            return f"no command '{words[0]}'"
        command, context, words = found, click.Context(found, parent=context, info_name=words[0]), words[1:]
    try:
        command.make_context(command.name, list(words))
    except click.exceptions.Exit:
        return ""
    except click.MissingParameter as error:
        # A command that is only named, as in "see `dirserver restore`", needs nothing.
        return error.format_message() if words and not stands_for_something else ""
    except click.BadParameter as error:
        return "" if stands_for_something or "does not exist" in error.format_message() else error.format_message()
    except click.UsageError as error:
        return error.format_message() if words != ["..."] else ""
    return ""


def test_what_is_no_command_is_noticed() -> None:
    assert fault("grant add --to account:ada --level view --book people")
    assert fault("grants list")
    assert not fault("grant add account:ada view --book people --reads public  # so that she sees it")


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_commands_in_the_documentation_can_be_typed(path: Path) -> None:
    faults = [f"dirserver {line}: {said}" for line in typed(path.read_text(encoding="utf-8")) if (said := fault(line))]
    assert not faults, "\n".join(["", *faults])
