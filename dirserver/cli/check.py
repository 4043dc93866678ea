# SPDX-License-Identifier: GPL-3.0-or-later
"""dirserver check: whether everything is as it should be."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from dirserver import wiring
from dirserver.care.agreement import Compared, compare
from dirserver.care.checks import GRAVE, Code
from dirserver.care.weaknesses import weaknesses
from dirserver.cli.duplicates import look
from dirserver.cli.options import config_option, json_option, opened
from dirserver.cli.status import DIFFERENCES
from dirserver.cli.terminal import note, print_rows, say
from dirserver.config import Config, load
from dirserver.errors import BadInput
from dirserver.model.names import Slug
from dirserver.model.principal import Door, Principal
from dirserver.setup.signing import Signer
from dirserver.wiring import Parts


@click.group(invoke_without_command=True)
@config_option
@click.pass_context
def check(context: click.Context, config_file: Path | None) -> int:
    """Check settings, database and agreement of the doors; without a subcommand all of them.

    Changes nothing, but that the database of an older version is brought up to date, as by whatever opens it.

    The exit status is 0 when all is well, 8 when something was found.
    """
    if context.invoked_subcommand is not None:
        return 0
    config = load(config_file)
    Signer.of(config.setup)
    _tell_config(config)
    faults = _tell_faults(wiring.find_faults(config))
    with opened(config_file) as parts:
        return max(faults, _tell_agreement(_compared(parts, None), as_json=False))


@check.command("config")
@config_option
def check_config(config_file: Path | None) -> None:
    """Read the settings, and the key that they name; a mistake is told with its line, a weak setting with what could happen."""
    config = load(config_file)
    wiring.read_key(config)
    Signer.of(config.setup)
    _tell_config(config)


@check.command("database")
@config_option
def check_database(config_file: Path | None) -> int:
    """Check the database: the engine's own tests, and what tables promise each other. Takes a while on a large one."""
    return _tell_faults(wiring.find_faults(load(config_file)))


@check.command("sync")
@click.option("--as", "login", metavar="LOGIN", help="As this account sees it; default everything.")
@json_option
@config_option
def check_sync(login: str | None, as_json: bool, config_file: Path | None) -> int:
    """Compare what CardDAV, LDAP and export would show of each book: numbers and digests must be equal."""
    with opened(config_file) as parts:
        return _tell_agreement(_compared(parts, login), as_json=as_json)


@check.command("hygiene")
@click.option("--book", "slug", metavar="SLUG", help="One book; default all that are not personal.")
@click.option("--list", "code", type=click.Choice([code.value for code in Code]), help="The entries in which this was found.")
@click.option("--mend", is_flag=True, help="With --list: show how they would be mended.")
@click.option("--apply", "is_applied", is_flag=True, help="With --list and --book: mend them, as one batch that can be undone.")
@json_option
@config_option
def check_hygiene(slug: str | None, code: str | None, mend: bool, is_applied: bool, as_json: bool, config_file: Path | None) -> int:
    """Look through what changed, and tell what is wrong or odd. The exit status is 0 only where nothing is wrong."""
    with opened(config_file) as parts:
        with parts.directory.reading(Principal.system()) as reading:
            slugs = [reading.book(slug).slug] if slug else [book.slug for book in reading.books() if book.book.owner_id is None]
        for each in slugs:
            look(parts, each)
        if code is not None and is_applied:
            if slug is None:
                raise BadInput("--apply mends one book: name it with --book")
            return _mend(parts, slugs[0], Code(code))
        if code is not None:
            return _tell_found(parts, slugs, Code(code), mend=mend, as_json=as_json)
        return _tell_summaries(parts, slugs, as_json=as_json)


def _tell_summaries(parts: Parts, slugs: Sequence[Slug], *, as_json: bool) -> int:
    rows: list[tuple[str, str, int, bool]] = []
    for slug in slugs:
        summary = parts.care.hygiene.summary(Principal.system(), slug)
        rows.append((slug, "entries", summary.entries, False))
        rows.append((slug, "score", summary.score, False))
        rows += [(slug, code.value, count, code in GRAVE) for code, count in summary.counts]
        rows.append((slug, "stale", parts.care.ages.count(Principal.system(), slug), False))
        lanes = parts.care.duplicates.counts(Principal.system(), slug)
        rows += [(slug, f"duplicates-{lane.value}", count, False) for lane, count in lanes.items()]
    print_rows(("Book", "What", "Count", "Grave"), rows, as_json=as_json)
    return DIFFERENCES if any(is_grave for *_, is_grave in rows) else 0


def _tell_found(parts: Parts, slugs: Sequence[Slug], code: Code, *, mend: bool, as_json: bool) -> int:
    found = [(slug, one) for slug in slugs for one in parts.care.hygiene.found(Principal.system(), slug, (code,))]
    rows = [
        (slug, one.entry.name, one.entry.display, one.attribute, one.values, one.better if mend and one.is_mendable else ())
        for slug, one in found
    ]
    print_rows(("Book", "Entry", "Called", "Attribute", "Values", "Better"), rows, as_json=as_json)
    return DIFFERENCES if rows else 0


def _mend(parts: Parts, slug: Slug, code: Code) -> int:
    done = parts.care.hygiene.mend(Principal.system(), slug, code)
    say(f"{done.entries} values mended" + (f"; undo with: dirserver batch undo {done.batch}" if done.batch is not None else ""))
    for name in done.skipped:
        note(f"left as it is: {name}")
    return 0


def _tell_config(config: Config) -> None:
    found = tuple(weaknesses(config))
    for weakness in found:
        say(f"settings: weak: {weakness}")
    verdict = "understood, but see above" if found else "fine"
    say(f"settings: {config.file or 'built-in defaults'}: {verdict}; domain {config.domain}, LDAP suffix {config.ldap.suffix}")


def _tell_faults(faults: Sequence[str]) -> int:
    for fault in faults:
        say(f"database: {fault}")
    if faults:
        note("stop the servers and restore a backup (dirserver restore), or report this if it comes back")
        return DIFFERENCES
    say("database: sound")
    return 0


def _compared(parts: Parts, login: str | None) -> tuple[Compared, ...]:
    principal = Principal.system() if login is None else Principal(Door.CLI, parts.identity.account(login).id, login)
    with parts.directory.reading(principal) as reading:
        return tuple(compare(reading))


def _tell_agreement(compared: Sequence[Compared], *, as_json: bool) -> int:
    rows = [
        (each.book, shown.way, shown.count, shown.digest, shown.count == each.counted and each.agrees)
        for each in compared
        for shown in each.shown
    ]
    print_rows(("Book", "Asked by", "Entries", "Digest", "Agrees"), rows, as_json=as_json)
    return 0 if all(each.agrees for each in compared) else DIFFERENCES
