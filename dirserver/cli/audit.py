# SPDX-License-Identifier: GPL-3.0-or-later
"""dirserver audit: who did what, and the proof that nobody has changed it since."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from dirserver.care.trail import Query, Verdict, read_heads
from dirserver.cli.export import target
from dirserver.cli.options import config_option, json_option, opened
from dirserver.cli.status import DIFFERENCES
from dirserver.cli.terminal import note, print_json, print_rows, say
from dirserver.errors import BadInput
from dirserver.model.audit import Head

_COLUMNS = ("Number", "At", "Actor", "Credential", "Door", "Address", "Action", "Target", "About", "Fields", "Count")


@click.group()
def audit() -> None:
    """The audit trail: who did what to what. Reading entries is not in it, values and secrets never are."""


@audit.command("list")
@click.option("--actor", default="", metavar="LOGIN", help="Only what this account did; 'system' is the command line.")
@click.option("--action", default="", metavar="ACTION", help="Only this, as in the column Action.")
@click.option("--target", "about", default="", metavar="WHAT", help="Only about account:LOGIN, group:NAME, book:SLUG or entry:UUID.")
@click.option("--since", type=click.DateTime(), metavar="DATE", help="Only what happened since then ([pages] timezone says where).")
@click.option("--limit", type=click.IntRange(1, 100_000), default=100, show_default=True, help="At most so many, the newest.")
@json_option
@config_option
def list_(actor: str, action: str, about: str, since: datetime | None, limit: int, as_json: bool, config_file: Path | None) -> None:
    """List the newest events, oldest first."""
    with opened(config_file) as parts:
        query = Query(actor, action, about, parts.config.pages.timezone.moment(since) if since is not None else None)
        found = parts.trail.newest(query, limit)
    rows = [
        (
            one.number,
            datetime.fromtimestamp(one.at_us / 1_000_000, UTC),
            one.actor,
            one.credential,
            one.door,
            one.address,
            one.action,
            one.target,
            one.about,
            one.fields,
            one.count,
        )
        for one in found
    ]
    print_rows(_COLUMNS, rows, as_json=as_json)


@audit.command("verify")
@click.option(
    "--heads",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Also look whether the trail goes through the heads in this file: the one of [security] audit_heads_file, or a log.",
)
@json_option
@config_option
def verify(heads: Path | None, as_json: bool, config_file: Path | None) -> int:
    """Prove that no event was changed or removed. The exit status is 8 if one was.

    That the newest were cut off shows only by heads that were published elsewhere.
    """
    with opened(config_file) as parts:
        published = _published(heads, parts.config.security.audit_heads_file)
        verdict = parts.trail.verify(published)
    _tell(verdict, len(published), as_json=as_json)
    return DIFFERENCES if verdict.faults else 0


@audit.command("export")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Where to; default standard output.")
@config_option
def export(output: Path | None, config_file: Path | None) -> None:
    """Write every event as a line of JSON, with all that is needed to prove the chain elsewhere."""
    with opened(config_file) as parts, target(output) as stream:
        count = parts.trail.export(stream)
    if output is not None:
        note(f"{output}: {count} events")


def _published(given: Path | None, configured: str) -> tuple[Head, ...]:
    file = given or Path(configured)
    if not given and not file.is_file():
        # None is kept, or none was published yet.
        return ()
    try:
        return read_heads(file.read_text("utf-8", "replace").splitlines())
    except OSError as error:
        raise BadInput(f"{file}: {error.strerror}") from None


def _tell(verdict: Verdict, published: int, *, as_json: bool) -> None:
    if as_json:
        head = {"number": verdict.head.number, "hash": verdict.head.hash}
        print_json({"events": verdict.count, "head": head, "published": published, "faults": list(verdict.faults)})
        return
    for fault in verdict.faults:
        say(f"audit: {fault}")
    if not verdict.faults:
        last = f"{verdict.head.number} {verdict.head.hash}"
        say(f"audit: {verdict.count} events, unchanged; {published} published heads fit; the head is {last}")
