# SPDX-License-Identifier: GPL-3.0-or-later
"""Being mirrored: which entries changed since a number of the change log, for doors whose clients know entries by UUID.

What a mirror holds of an entry may also change with another one: the DN of its manager is that one's. So there is a question for
those that refer to what has changed. ``following`` is the same for clients that know hrefs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from dirserver.directory.views.asking import Asking
from dirserver.directory.views.entry import BookView
from dirserver.model.book import Level
from dirserver.model.change import What
from dirserver.model.entry import State
from dirserver.model.names import Slug
from dirserver.store.entries import changes, index
from dirserver.store.rights import teams


@dataclass(frozen=True, slots=True)
class Touched:
    """An entry that something happened to since; ``uuid`` is None where it is gone for good.

    ``key`` goes up from one to the next: ask for what is behind it. ``name`` (uid) is there only where the asker may see the entry.
    """

    key: int
    uuid: str | None
    name: str | None
    is_active: bool
    whats: frozenset[What]


def touched(asking: Asking, view: BookView, since: int, behind: int, most: int) -> tuple[Touched, ...]:
    """Return what was changed in a book after a number, by key; the asker learns of no more than UUIDs of what is hidden.

    Of a label those that are in it, and those that were when it happened: who was shown them may know their names.
    """
    if view.label is not None:
        return tuple(
            Touched(row.entry_id, row.uuid, row.name if row.uuid is not None else None, row.state == State.ACTIVE, row.whats)
            for row in changes.touched(asking.tx, view.book.id, since, behind, most, view.label.id)
        )
    rights = asking.rights_on(view.book)
    rows = changes.touched(asking.tx, view.book.id, since, behind, most)
    carried = asking.carried(rights, [row.uuid for row in rows if row.uuid is not None])
    return tuple(
        Touched(
            row.entry_id,
            row.uuid,
            row.name if row.uuid is not None and rights.on(row.uuid, row.manager, carried.get(row.uuid, ())).level >= Level.VIEW else None,
            row.state == State.ACTIVE,
            row.whats,
        )
        for row in rows
    )


def referring(asking: Asking, uuids: Sequence[str]) -> dict[Slug, tuple[str, ...]]:
    """Return the UUIDs of the entries that refer to one of these, by the slugs of their books."""
    found: dict[Slug, list[str]] = {}
    for slug, uuid in index.referring(asking.tx, uuids):
        found.setdefault(Slug(slug), []).append(uuid)
    return {slug: tuple(each) for slug, each in found.items()}


def teams_mark(asking: Asking) -> str:
    """Return what changes with every change of a group and of who is in it."""
    rows = [(row.uuid, row.name, row.modified_us) for row in teams.listed(asking.tx)]
    return hashlib.sha256(repr(rows).encode()).hexdigest()[:16]
