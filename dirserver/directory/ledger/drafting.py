# SPDX-License-Identifier: GPL-3.0-or-later
"""From a Card to the row that stores it: identity, photos out, digest, index."""

from __future__ import annotations

import secrets
import uuid as uuids
from collections.abc import Mapping
from typing import NamedTuple

from dirserver.card.card import Card
from dirserver.card.groups import member_keys
from dirserver.card.media import Media, digests, photo_digest, reference_of, split_media
from dirserver.card.normal import index_of
from dirserver.card.packed import pack
from dirserver.card.places import fields_of
from dirserver.card.projection import attributes, uuid_of
from dirserver.card.validate import validate
from dirserver.directory.views.entry import Draft
from dirserver.errors import BadCard, BadInput
from dirserver.model.alphabet import OWN_LETTERS, key_of
from dirserver.model.book import Book
from dirserver.model.change import What
from dirserver.model.entry import Kind, State
from dirserver.model.fold import fold
from dirserver.model.principal import Principal
from dirserver.store.entries.entries import EntryRow
from dirserver.store.entries.index import Indexed

MAX_NAME = 200
"""Longest href, name or UID, in characters."""

_IDENTITY_FIELD = "uid"


class Stamp(NamedTuple):
    """Who changes when, through which door, under which number, in which batch."""

    principal: Principal
    at_us: int
    number: int
    batch: str | None


class Prepared(NamedTuple):
    """A row to be stored, its card with the attributes that it says, and the photos that it refers to."""

    row: EntryRow
    card: Card
    values: Mapping[str, tuple[str, ...]]
    media: tuple[Media, ...]


class Facts(NamedTuple):
    """What a stored card says about its row.

    ``digest`` is new with each change and drawn by lot: ETags are made of it, and who sees only part of a card must not be able
    to try out values for the rest against its ETag.
    """

    packed: str
    digest: str
    display: str
    sort_key: str
    own_keys: Mapping[str, str]
    """Keys by order, where they aren't ``sort_key``."""
    kind: str
    manager: str | None


def checked(card: Card, known: frozenset[str] = frozenset()) -> tuple[Card, tuple[Media, ...]]:
    """Return the card as it will be stored, with its photos apart. Raises BadCard.

    ``known`` are the digests that the writer was shown in this entry: a reference to any other photo is refused, or one could
    ask for a photo that one may not see by naming its digest.
    """
    referred = set(digests(card))
    if referred - known:
        raise BadCard("the card refers to a photo that is not in it; send the photo itself")
    # To validate, a reference is something that a client sent; those that are left here are the entry's own.
    validate(card.with_properties([each for each in card.properties if reference_of(each) is None]) if referred else card)
    return split_media(card)


def facts_of(card: Card, values: Mapping[str, tuple[str, ...]]) -> Facts:
    """Return what the row holds besides the card; ``values`` are the card's attributes."""
    packed = pack(card)
    display = (card.formatted_name or next(iter(values.get("cn", ())), "")).strip()
    family, given = next(iter(values.get("sn", ())), ""), next(iter(values.get("givenName", ())), "")
    manager = next(iter(values.get("manager", ())), None)
    text = f"{family} {given} {display}"
    sort_key = fold(text)[:MAX_NAME]
    return Facts(
        packed=packed,
        digest=secrets.token_hex(16),
        display=display,
        sort_key=sort_key,
        own_keys=_own_keys(text, sort_key),
        kind=Kind.of(card.kind),
        manager=uuid_of(manager) if manager is not None else None,
    )


def _own_keys(text: str, sort_key: str) -> Mapping[str, str]:
    if text.isascii():
        return {}
    keys = ((order, key_of(text, order)[:MAX_NAME]) for order in OWN_LETTERS)
    return {order: key for order, key in keys if key != sort_key}


def new_row(book: Book, draft: Draft, stamp: Stamp, *, taken: frozenset[str] = frozenset()) -> Prepared:
    """Return the row of a new entry. ``taken`` holds the UUIDs of its candidates (``uuids_for``) that other entries have."""
    card = draft.card
    uid = card.uid or draft.uuid or str(uuids.uuid4())
    if card.uid is None:
        card = card.with_uid(uid)
    stored, media = checked(card)
    values = attributes(stored)
    facts = facts_of(stored, values)
    uuid = next((one for one in uuids_for(book, draft, uid) if one not in taken), None) or str(uuids.uuid4())
    name = (draft.name or uuid).strip()
    row = EntryRow(
        uuid=uuid,
        book_id=book.id,
        href=_short(draft.href or f"{uuid}.vcf", "href"),
        uid=_short(uuid_of(uid) or uid, "UID"),
        name=_short(name, "name"),
        name_key=fold(name),
        kind=facts.kind,
        state=State.ACTIVE,
        revision=1,
        what=What.CREATED,
        digest=facts.digest,
        card=facts.packed,
        display=facts.display,
        sort_key=facts.sort_key,
        manager=facts.manager,
        number=stamp.number,
        created_us=stamp.at_us,
        created_by=stamp.principal.login,
        modified_us=stamp.at_us,
        modified_by=stamp.principal.login,
        modified_door=stamp.principal.door,
        confirmed_us=None,
        batch=stamp.batch,
        key_es=facts.own_keys.get("es"),
        key_pl=facts.own_keys.get("pl"),
        key_eo=facts.own_keys.get("eo"),
    )
    if not row.name_key:
        raise BadInput("the entry's name is empty")
    return Prepared(row, stored, values, media)


def uuids_for(book: Book, draft: Draft, uid: str) -> tuple[str, ...]:
    """Return the UUIDs that a new entry may have, best first: the one given, the one that its UID is, one made of both book and UID."""
    given = uuid_of(draft.uuid) if draft.uuid else None
    return tuple(one for one in (given, uuid_of(uid), str(uuids.uuid5(uuids.UUID(book.uuid), uid))) if one is not None)


def next_row(before: EntryRow, card: Card, what: What, stamp: Stamp, *, is_vouched: bool = False) -> Prepared:
    """Return the row of an entry whose card (photos apart already) has changed; ``is_vouched``: it counts as confirmed thereby."""
    values = attributes(card)
    facts, principal = facts_of(card, values), stamp.principal
    # All at once: each ``_replace`` goes through all columns.
    row = before._replace(
        revision=before.revision + 1,
        what=what,
        number=stamp.number,
        modified_us=max(stamp.at_us, before.modified_us),
        modified_by=principal.login,
        modified_door=principal.door,
        batch=stamp.batch,
        confirmed_us=stamp.at_us if is_vouched else before.confirmed_us,
        kind=facts.kind,
        digest=facts.digest,
        card=facts.packed,
        display=facts.display,
        sort_key=facts.sort_key,
        manager=facts.manager,
        key_es=facts.own_keys.get("es"),
        key_pl=facts.own_keys.get("pl"),
        key_eo=facts.own_keys.get("eo"),
    )
    return Prepared(row, card, values, ())


def touched(before: EntryRow, what: What, stamp: Stamp) -> EntryRow:
    """Return the row as a new revision."""
    return before._replace(
        revision=before.revision + 1,
        what=what,
        number=stamp.number,
        modified_us=max(stamp.at_us, before.modified_us),
        modified_by=stamp.principal.login,
        modified_door=stamp.principal.door,
        batch=stamp.batch,
    )


def indexed(entry_id: int, row: EntryRow, card: Card, values: Mapping[str, tuple[str, ...]] | None = None) -> Indexed:
    """Return what an entry is found by; ``values`` are the card's attributes where they are known already."""
    found_by: set[tuple[str, str]] = {*index_of(attributes(card) if values is None else values)}
    found_by.add(("uid", row.name_key))
    found_by.add(("entryuuid", row.uuid))
    if row.manager is not None:
        found_by.add(("manager", row.manager))
    if row.kind == Kind.GROUP:
        # Members whose UID is no UUID too: a group may be there before them.
        found_by |= {("member", key) for key in member_keys(card)}
    photo = photo_digest(card)
    if photo is not None:
        found_by.add(("jpegphoto", photo))
    return Indexed(entry_id, frozenset(found_by))


def fields_given(card: Card) -> tuple[str, ...]:
    """Return the fields of a card that a writer must be allowed to write; those that every card has are left out."""
    return tuple(field for field in fields_of(card) if field != _IDENTITY_FIELD)


def as_href(text: str) -> str:
    """Return the text if an entry may be called so in URLs. Raises BadInput."""
    return _short(text, "href")


def _short(text: str, what: str) -> str:
    if len(text) > MAX_NAME:
        raise BadInput(f"the {what} is longer than {MAX_NAME} characters")
    if not text or not text.isprintable() or (what == "href" and ("/" in text or text in {".", ".."})):
        raise BadInput(f"the {what} is empty or holds characters that can't stand in a name")
    return text
