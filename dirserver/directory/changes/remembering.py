# SPDX-License-Identifier: GPL-3.0-or-later
"""History: what an entry was, who made it so, and through which door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from dirserver.access.view import View
from dirserver.card.media import photo_digest
from dirserver.card.projection import attributes
from dirserver.directory.views.asking import Asking
from dirserver.directory.views.entry import Revision, moment
from dirserver.directory.views.presenting import shown_card
from dirserver.model.change import What
from dirserver.model.entry import State
from dirserver.model.names import BatchId
from dirserver.model.principal import Door
from dirserver.store.accounts import accounts
from dirserver.store.entries import entries, proposals
from dirserver.store.entries.entries import PastRow, Stored


def revisions(asking: Asking, stored: Stored, view: View) -> tuple[Revision, ...]:
    """Return every state of an entry, newest first, each as ``view`` shows it."""
    row = stored.row
    now = PastRow(
        row.revision, row.what, row.state, row.href, row.name, row.card, row.modified_us, row.modified_by, row.modified_door, row.batch
    )
    rows = (now, *entries.past(asking.tx, stored.id))
    proposers = _proposers(asking, row.uuid)
    shown: list[Revision] = []
    for index, one in enumerate(rows):
        before = rows[index + 1] if index + 1 < len(rows) else None
        revision = _revision(one, before, view, is_current=index == 0)
        shown.append(replace(revision, proposed_by=proposers[revision.number]) if revision.number in proposers else revision)
    return tuple(shown)


def _proposers(asking: Asking, uuid: str) -> Mapping[int, str]:
    """Return who proposed the revisions that somebody approved, by number."""
    by_id = {revision: accounts.by_id(asking.tx, account_id) for revision, account_id in proposals.approved(asking.tx, uuid)}
    return {revision: account.login for revision, account in by_id.items() if account is not None}


def _revision(row: PastRow, before: PastRow | None, view: View, *, is_current: bool) -> Revision:
    return Revision(
        number=row.revision,
        at=moment(row.modified_us),
        by=row.modified_by,
        door=Door(row.modified_door),
        what=What(row.what),
        batch=BatchId(row.batch) if row.batch else None,
        state=State(row.state),
        card=shown_card(view, row.card),
        is_current=is_current,
        changed=_differences(_values(before, view), _values(row, view)) if before is not None else (),
    )


def _values(row: PastRow, view: View) -> Mapping[str, tuple[str, ...]]:
    card = shown_card(view, row.card)
    photo = photo_digest(card)
    return {**attributes(card), **({"jpegPhoto": (photo,)} if photo else {})}


def _differences(before: Mapping[str, tuple[str, ...]], after: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(name for name in dict.fromkeys((*after, *before)) if before.get(name) != after.get(name))
