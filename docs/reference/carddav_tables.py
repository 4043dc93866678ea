# SPDX-License-Identifier: GPL-3.0-or-later
"""What the CardDAV door answers, as tables out of the code that answers it; generate.py writes them."""
# ruff: noqa: INP001 # beside a script, not a package

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus

from dirserver.model.client import Family
from dirserver.model.client_needs import built_in
from dirserver.model.profile import CHOICES
from radicale_dirserver.configuration import DAV_CLASSES, PUSH_CLASS
from radicale_dirserver.tree.acl import ENTRY_ACL
from radicale_dirserver.tree.properties import (
    BOOK,
    ENTRY_REPORTS,
    GATEWAY_BOOK,
    GATEWAY_REPORTS,
    GROUP,
    HOME,
    MAX_CARD_BYTES,
    MAX_IMAGE_BYTES,
    PRINCIPAL_REPORTS,
    REPORTS,
    ROOT,
)
from radicale_dirserver.tree.rows import Mark, constants_of
from radicale_dirserver.wire.card_filter import COLLATIONS
from radicale_dirserver.wire.errors import MEANINGS
from radicale_dirserver.wire.names import CALENDARSERVER, CARDDAV, DAV, PUSH, split
from radicale_dirserver.wire.queries import VERSIONS

_PREFIXES = {DAV: "DAV", CARDDAV: "CARDDAV", CALENDARSERVER: "CS", PUSH: "PUSH"}
_PLACES: Mapping[str, Iterable[str]] = {"`/dav/`": ROOT, "home": HOME, "book": BOOK, "gateway": GATEWAY_BOOK, "group": GROUP}
_REPORTS: Mapping[str, tuple[str, ...]] = {
    "`/dav/`, home": PRINCIPAL_REPORTS,
    "book": REPORTS,
    "gateway": GATEWAY_REPORTS,
    "entry, group": ENTRY_REPORTS,
}


def tables(heading: str) -> str:
    """Return the page; ``heading`` says that it is generated."""
    return "\n".join([*_head(heading), *_properties(), *_reports(), *_errors(), *_clients(), ""])


def _head(heading: str) -> Iterator[str]:
    yield from ("# CardDAV, name by name", "", heading)
    yield "Every property, report, error and kind of client that the CardDAV door knows. What they mean, and what is answered otherwise, is"
    yield "said in [CardDAV support](carddav-support.md)."
    yield ""
    yield f"- `DAV: {DAV_CLASSES}`, and `{PUSH_CLASS}` where changes are told."
    yield f"- Cards are served as vCard {' and '.join(VERSIONS)}; the longest has {MAX_CARD_BYTES:,} octets, its photo {MAX_IMAGE_BYTES:,}."
    yield f"- Collations: {', '.join(f'`{each}`' for each in sorted(COLLATIONS))}."


def _properties() -> Iterator[str]:
    entry = {*(mark.value for mark in Mark), *constants_of("", "", ""), *ENTRY_ACL}
    entry |= {f"{{{DAV}}}{name}" for name in ("acl", "current-user-privilege-set", "supported-report-set", "resource-id")}
    places = {**_PLACES, "entry": entry}
    names = sorted({name for table in places.values() for name in table}, key=lambda name: (_shown(name).partition(":")[0], _shown(name)))
    yield from ("", "## Properties", "", f"| | {' | '.join(places)} |", f"|---|{'---|' * len(places)}")
    for name in names:
        yield f"| `{_shown(name)}` | {' | '.join('yes' if name in table else '' for table in places.values())} |"


def _reports() -> Iterator[str]:
    yield from ("", "## Reports", "", f"| | {' | '.join(_REPORTS)} |", f"|---|{'---|' * len(_REPORTS)}")
    for name in REPORTS:
        yield f"| `{_shown(name)}` | {' | '.join('yes' if name in answered else '' for answered in _REPORTS.values())} |"


def _errors() -> Iterator[str]:
    yield from ("", "## Errors", "", "| What the directory says | Status | Precondition |", "|---|---|---|")
    for error, meaning in MEANINGS.items():
        if meaning.status is HTTPStatus.INTERNAL_SERVER_ERROR:
            continue
        told = " ".join((error.__doc__ or "").split()).partition(". ")[0].rstrip(".")
        precondition = f"`{_shown(meaning.precondition)}`" if meaning.precondition else ""
        yield f"| {told} | {meaning.status.value} {meaning.status.phrase} | {precondition} |"


def _clients() -> Iterator[str]:
    yield from ("", "## Clients, when nobody says otherwise", "", f"| | {' | '.join(CHOICES)} |", f"|---|{'---|' * len(CHOICES)}")
    for family in Family:
        said = built_in(family).settings.texts()
        yield f"| {family.label} (`{family.value}`) | {' | '.join(said[name] for name in CHOICES)} |"


def _shown(clark: str) -> str:
    namespace, local = split(clark)
    return f"{_PREFIXES.get(namespace, namespace)}:{local}"
