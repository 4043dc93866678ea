# SPDX-License-Identifier: GPL-3.0-or-later
"""dirserver duplicates: who is there twice, merging them, and saying that they are two."""

from __future__ import annotations

from pathlib import Path

import click

from dirserver.card.combine import Side
from dirserver.care.likeness import Lane
from dirserver.cli.options import config_option, json_option, opened
from dirserver.cli.terminal import print_rows, progress, say
from dirserver.directory.changes.merging import Merge
from dirserver.directory.reading import Reading
from dirserver.errors import BadInput, NotFound
from dirserver.model.names import Slug
from dirserver.model.principal import Principal
from dirserver.wiring import Parts

_book_option = click.option("--book", "slug", default="people", show_default=True, metavar="SLUG", help="The book.")


@click.group()
def duplicates() -> None:
    """Entries that may be the same: safe to merge, for somebody to decide, or only to be looked at."""


@duplicates.command("list")
@_book_option
@click.option("--lane", type=click.Choice([*(lane.value for lane in Lane), "all"]), default="all", show_default=True)
@json_option
@config_option
def list_(slug: str, lane: str, as_json: bool, config_file: Path | None) -> None:
    """List pairs of a book, those that are most alike first. What changed since last time is looked at before."""
    wanted = tuple(Lane) if lane == "all" else (Lane(lane),)
    with opened(config_file) as parts:
        look(parts, Slug(slug))
        pairs = parts.care.duplicates.pairs(Principal.system(), Slug(slug), wanted, 1_000_000)
    rows = [
        (each.lane.value, each.score, each.one.name, each.one.display, each.other.name, each.other.display, each.agrees, each.differs)
        for each in pairs
    ]
    print_rows(("Lane", "Score", "Stays", "Called", "Goes", "Called too", "Agree in", "Differ in"), rows, as_json=as_json)


@duplicates.command("merge")
@click.argument("kept", required=False)
@click.argument("other", required=False)
@_book_option
@click.option("--safe", is_flag=True, help="Merge every pair of the safe lane instead.")
@click.option("--take", "taken", multiple=True, metavar="LINE=SIDE", help="Choose a value: kept, other, both or none; may be repeated.")
@config_option
def merge(kept: str | None, other: str | None, slug: str, safe: bool, taken: tuple[str, ...], config_file: Path | None) -> None:
    """Merge the entry OTHER into KEPT (names or UUIDs). OTHER goes to the trash; 'dirserver batch undo ID' takes it back."""
    with opened(config_file) as parts:
        system = Principal.system()
        if safe:
            with progress("Merging") as bar:
                task = bar.add_task("", total=None)
                done = parts.care.duplicates.merge_safe(system, Slug(slug), lambda count, of: bar.update(task, completed=count, total=of))
            for one, gone in done.pairs:
                say(f"{gone.name} ({gone.display}) into {one.name} ({one.display})")
            undo = f"; undo all with: dirserver batch undo {done.series}, or one of them: dirserver batch list" if done.series else ""
            say(f"{len(done.pairs)} merged{undo}")
            return
        if kept is None or other is None:
            raise BadInput("name the entry that stays and the one that goes, or say --safe")
        uuids = _uuids(parts, slug, kept, other)
        entry, batch = parts.care.duplicates.merge(system, Merge(uuids[0], uuids[1], _choices(taken)))
    say(f"merged into {entry.name} ({entry.display}); undo with: dirserver batch undo {batch}")


@duplicates.command("keep")
@click.argument("one")
@click.argument("other")
@_book_option
@click.option("--forget", is_flag=True, help="Take it back: they may be the same after all.")
@config_option
def keep(one: str, other: str, slug: str, forget: bool, config_file: Path | None) -> None:
    """Remember that two entries (names or UUIDs) are not the same; nobody is asked again."""
    with opened(config_file) as parts:
        first, second = _uuids(parts, slug, one, other)
        if forget:
            parts.care.duplicates.forget(Principal.system(), first, second)
        else:
            parts.care.duplicates.keep(Principal.system(), first, second)


def look(parts: Parts, slug: Slug) -> None:
    """Look through what changed in a book, with a bar while somebody is watching."""
    with progress("Looking") as bar:
        task = bar.add_task("", total=None)
        parts.care.looking.catch_up(slug, lambda done, total: bar.update(task, completed=done, total=total))


def _uuids(parts: Parts, slug: str, *names: str) -> tuple[str, ...]:
    with parts.directory.reading(Principal.system()) as reading:
        return tuple(_uuid(reading, slug, name) for name in names)


def _uuid(reading: Reading, slug: str, name: str) -> str:
    try:
        return reading.find(name).uuid
    except NotFound:
        return reading.named(reading.book(slug), name).uuid


def _choices(taken: tuple[str, ...]) -> dict[str, Side]:
    choices = {}
    for text in taken:
        line, _, side = text.partition("=")
        if side not in set(Side):
            raise BadInput(f"'{text}': write LINE=SIDE, where SIDE is one of {', '.join(Side)}")
        choices[line] = Side(side)
    return choices
