# SPDX-License-Identifier: GPL-3.0-or-later
"""A change of one field of one entry that waits for somebody's consent.

What is proposed is kept as the properties of the field, as they were and as they shall be. So it can be told whether somebody
else has changed the field since, and consent touches nothing but the field, whatever else has changed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from dirserver.card.card import Card
from dirserver.card.convert import convert
from dirserver.card.media import photo_digest
from dirserver.card.merge import merge_hidden
from dirserver.card.places import fields_of
from dirserver.card.projection import attributes
from dirserver.model.approval import Approver, Stage
from dirserver.model.attribute import OWN_FIELD, find
from dirserver.model.names import Slug
from dirserver.model.principal import Door

_PHOTO = "jpegPhoto"


@dataclass(frozen=True, slots=True)
class Proposal:
    """``before``, ``after`` and ``now`` are cards that hold the field alone: as it was, as it shall be, as it is now.

    ``entry`` is a UUID. ``is_own`` and ``is_decider`` say what the asker has to do with it. ``seen`` changes with what the field
    is now: who consents though the field has changed says what they have looked at.
    """

    number: int
    entry: str
    book: Slug
    name: str
    display: str
    field_name: str
    stage: Stage
    approver: Approver
    before: Card = field(repr=False)
    after: Card = field(repr=False)
    now: Card = field(repr=False)
    by: str
    at: datetime
    door: Door
    decided_at: datetime | None
    decided_by: str
    reason: str
    is_own: bool
    is_decider: bool

    @property
    def may_decide(self) -> bool:
        """True while the asker may decide on it."""
        return self.is_decider and self.stage is Stage.WAITING

    @property
    def is_stale(self) -> bool:
        """True if somebody has changed the field since this was proposed."""
        return self.stage is Stage.WAITING and not is_same(self.before, self.now, self.field_name)

    @property
    def seen(self) -> str:
        """What names the present content of the field."""
        return hashlib.sha256(repr(_parts(self.now, self.field_name)).encode()).hexdigest()[:16]

    @property
    def changes(self) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
        """What shall change: the values now and the values then by attribute; a photo by its digest."""
        old, new = values_of(self.before if self.stage is not Stage.WAITING else self.now), values_of(self.after)
        # A card without a name takes one from what else it holds: of a number alone that would be a name nobody proposed.
        names = (each for each in dict.fromkeys((*new, *old)) if (known := find(each)) is not None and known.field == self.field_name)
        return {name: (old.get(name, ()), new.get(name, ())) for name in names if old.get(name) != new.get(name)}


def fragment(card: Card, name: str) -> Card:
    """Return a card with the properties of one field alone."""
    return card.with_properties([each for each, of in zip(card.properties, fields_of(card), strict=True) if of == name])


def changed_fields(before: Card, after: Card) -> tuple[str, ...]:
    """Return the fields that say something else than before; order and the names of groups say nothing."""
    names = dict.fromkeys((*fields_of(before), *fields_of(after)))
    return tuple(name for name in names if name != OWN_FIELD and not is_same(before, after, name))


def is_same(one: Card, other: Card, name: str) -> bool:
    """Tell whether a field says the same in two cards, of whatever version."""
    return _parts(convert(one, other.version), name) == _parts(other, name)


def with_field(card: Card, name: str, proposed: Card) -> Card:
    """Return the card with a field as it is in ``proposed``; everything else stays as it is, in its version."""
    # Not beside the other fields: a group that both use would make one's label the other's.
    frame = fragment(card, OWN_FIELD).properties
    sent = card.with_properties([*frame, *fragment(convert(proposed, card.version), name).properties])
    return merge_hidden(card, sent, lambda _: True, lambda field_name: field_name == name)


def with_what_waits(name: str, before: Card, after: Card, waiting: tuple[Card, Card]) -> Card:
    """Return ``after`` with what an earlier proposal (its before and after) changes of the field where this change leaves it alone.

    All cards hold the field alone. A field may be several properties (a position and a role): whoever proposes another position
    sees the role of now in the form, and hasn't taken back the one that they proposed yesterday.
    """
    old, wanted = (fragment(convert(each, after.version), name) for each in waiting)
    now = fragment(convert(before, after.version), name)
    if any(each.group for card in (now, after, old, wanted) for each in card.properties):
        # A group joins properties of several names: one without the other would say something else.
        return after
    keys = {each.key for card in (now, after, old, wanted) for each in card.properties}
    kept = {key for key in keys if _said(now, key) == _said(after, key) == _said(old, key) != _said(wanted, key)}
    return after.with_properties(
        [*(each for each in after.properties if each.key not in kept), *(each for each in wanted.properties if each.key in kept)]
    )


def without_changes_of(names: frozenset[str], before: Card, after: Card) -> Card:
    """Return ``after`` with these fields as they are in ``before``."""
    return merge_hidden(before, after, lambda _: True, lambda name: name not in names)


def values_of(card: Card) -> dict[str, tuple[str, ...]]:
    """Return the values in a card by attribute; a photo by its digest."""
    found = dict(attributes(card))
    digest = photo_digest(card)
    return {**found, _PHOTO: (digest,)} if digest else found


def _said(card: Card, key: str) -> list[tuple[str, str]]:
    return sorted((each.value, repr(each.params)) for each in card.properties if each.key == key)


def _parts(card: Card, name: str) -> list[tuple[str, str, str]]:
    return sorted((each.key, each.value, repr(each.params)) for each in fragment(card, name).properties)
