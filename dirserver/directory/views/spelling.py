# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups and labels as each client is told of them: members put into the cards of groups, categories and names of KIND by dialect.

Where a dialect has no CATEGORIES, ETags don't tell of labels either (``APART``), or a phone would fetch each member of a group
whenever it changes the group itself.
"""

from __future__ import annotations

from collections.abc import Sequence

from dirserver.card.card import Card
from dirserver.card.groups import GROUP, in_apples_words, member_value, with_members
from dirserver.card.packed import pack, unpack
from dirserver.model.entry import Kind, State
from dirserver.model.profile import GroupDialect
from dirserver.store.engine.opening import ReadTx
from dirserver.store.entries import labels
from dirserver.store.entries.entries import Stored
from dirserver.store.entries.labels import MemberRow

APART = "+"
"""Stands in a digest before what is new when only labels changed."""
SHOWING_GROUPS = frozenset({GroupDialect.KIND, GroupDialect.APPLE, GroupDialect.STORED})
"""Dialects in which groups are cards."""
SHOWING_TEAMS = frozenset({GroupDialect.KIND, GroupDialect.APPLE})
"""Dialects in which the company's groups are cards among its people: nobody wrote those cards, so they are for who knows such."""
SHOWING_CATEGORIES = frozenset({GroupDialect.CATEGORIES, GroupDialect.STORED})
"""Dialects in which contacts tell what they are labelled with. In the others a card that comes back without has lost nothing."""
_WITHOUT_CATEGORIES = tuple(f"groups={dialect}" for dialect in GroupDialect if dialect not in SHOWING_CATEGORIES)


def spelled_out(tx: ReadTx, found: Sequence[Stored]) -> tuple[Stored, ...]:
    """Return the entries with their members in the cards of groups; one question for all groups, none where there is none."""
    groups = [stored.id for stored in found if stored.row.kind == Kind.GROUP]
    if not groups:
        return tuple(found)
    rows = labels.members(tx, groups)
    made: list[Stored] = []
    for stored in found:
        if stored.row.kind != Kind.GROUP or stored.row.state != State.ACTIVE:
            made.append(stored)
            continue
        card = with_members_now(stored.row.card, rows.get(stored.id, ()))
        made.append(stored if card == stored.row.card else Stored(stored.id, stored.row._replace(card=card)))
    return tuple(made)


def with_members_now(packed: str, known: Sequence[MemberRow]) -> str:
    """Return the (packed) card of an active entry with its members of now; ``known`` are those who are or were in it."""
    if not known:
        return packed
    present = {one.uid: member_value(one.spelled) for one in known if one.is_member and one.is_active}
    card = unpack(packed)
    whole = with_members(card, present, {one.uid for one in known})
    return packed if whole is card else pack(whole)


def in_dialect(card: Card, dialect: GroupDialect) -> Card:
    """Return a card as a dialect says it; in which version it is going to be is told before."""
    if dialect in SHOWING_CATEGORIES:
        return card
    if card.kind == GROUP:
        return in_apples_words(card) if dialect is GroupDialect.APPLE else card
    return card.without("CATEGORIES")


def digest_in(digest: str, form: str) -> str:
    """Return what ETags are made of in a form (its key): where labels don't show, only what else there is in a card."""
    if APART not in digest or not any(dialect in form for dialect in _WITHOUT_CATEGORIES):
        return digest
    return digest.partition(APART)[0]
