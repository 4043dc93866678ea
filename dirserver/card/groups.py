# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups in cards: who is in one (MEMBER), which ones a contact is in (CATEGORIES), and how each kind of client spells that.

4.0 says ``KIND:group`` and ``MEMBER:urn:uuid:UID`` (RFC 6350 sections 6.1.4 and 6.6.5), Apple in 3.0
``X-ADDRESSBOOKSERVER-KIND`` and ``X-ADDRESSBOOKSERVER-MEMBER``; others know only the CATEGORIES of each contact. A UID that is
no UUID stands behind ``urn:uuid:`` all the same, since that is what every client writes and reads.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from dirserver.card.card import Card, Property, Version, escape, split_raw, unescape
from dirserver.card.projection import uuid_of

GROUP = "group"
_APPLE_KIND = "X-ADDRESSBOOKSERVER-KIND"
_APPLE_MEMBER = "X-ADDRESSBOOKSERVER-MEMBER"
_MEMBERS = frozenset({"MEMBER", _APPLE_MEMBER})
_CATEGORIES = "CATEGORIES"
_URN = "urn:uuid:"


def member_key(each: Property) -> str | None:
    """Return the UID that a MEMBER names, a UUID in its one spelling; None for whom no UID names (``mailto:``, ``tel:``, ...)."""
    text = unescape(each.value).strip()
    if text[: len(_URN)].lower() == _URN:
        return uuid_of(text) or text[len(_URN) :] or None
    return uuid_of(text)


def member_value(uid: str) -> str:
    """Return what a MEMBER says for a card with this UID, letters as they stand in it: iOS compares them as text."""
    return _URN + (uid[len(_URN) :] if uid[: len(_URN)].lower() == _URN else uid)


def member_keys(card: Card) -> tuple[str, ...]:
    """Return the UIDs that the card names as members, each once, in order."""
    keys = (member_key(each) for each in card.properties if each.name.upper() in _MEMBERS)
    return tuple(dict.fromkeys(key for key in keys if key is not None))


def with_members(card: Card, present: Mapping[str, str], former: Collection[str]) -> Card:
    """Return a group's card with exactly these members besides those that nothing is known of.

    ``present`` maps UIDs (as ``member_key`` gives them) to values; ``former`` are UIDs of those who left. Lines that stay keep their
    place and spelling, new ones follow the last line.
    """
    kept: list[Property] = []
    seen: set[str] = set()
    at = None
    for each in card.properties:
        if each.name.upper() in _MEMBERS:
            key = member_key(each)
            if key is not None and (key in seen or (key in former and key not in present)):
                continue
            if key is not None:
                seen.add(key)
            at = len(kept) + 1
        kept.append(each)
    missing = [value for key, value in present.items() if key not in seen]
    if not missing and len(kept) == len(card.properties):
        return card
    name = _member_name(card)
    at = len(kept) if at is None else at
    kept[at:at] = [Property(name, value) for value in missing]
    return card.with_properties(kept)


def _member_name(card: Card) -> str:
    for each in card.properties:
        key = each.name.upper()
        if key in _MEMBERS:
            return each.name
        if key in {"KIND", _APPLE_KIND}:
            return "MEMBER" if key == "KIND" else _APPLE_MEMBER
    return "MEMBER" if card.version is Version.V4 else _APPLE_MEMBER


def new_group(uid: str, name: str) -> Card:
    """Return an empty group as Apple's contacts would make it, which every client that knows groups reads."""
    properties = (
        Property.of_text("UID", uid),
        Property.of_text("FN", name),
        Property.of_components("N", (name, "", "", "", "")),
        Property(_APPLE_KIND, GROUP),
    )
    return Card(Version.V3, properties)


def categories_of(card: Card) -> tuple[str, ...]:
    """Return the categories of a card, each once, in order, without white space around them."""
    said = [each for each in card.properties if each.name.upper() == _CATEGORIES]
    found = [text.strip() for each in said for text in each.texts()]
    return tuple(dict.fromkeys([text for text in found if text])) if found else ()


def with_categories(card: Card, *, added: Iterable[str] = (), removed: Collection[str] = ()) -> Card:
    """Return the card in these categories and not in those; what it says of others keeps its place and spelling."""
    kept: list[Property] = []
    last = None
    for each in card.properties:
        if each.name.upper() != _CATEGORIES:
            kept.append(each)
            continue
        raw = split_raw(each.value, ",")
        left = [part for part in raw if unescape(part).strip() not in removed]
        if len(left) == len(raw):
            kept.append(each)
        elif any(part.strip() for part in left):
            kept.append(each.with_value(",".join(left)))
        else:
            continue
        last = len(kept) - 1
    known = categories_of(card.with_properties(kept))
    new = [escape(name) for name in dict.fromkeys(added) if name not in known]
    if new and last is not None:
        values = [kept[last].value] if kept[last].value.strip() else []
        kept[last] = kept[last].with_value(",".join([*values, *new]))
    elif new:
        kept.append(Property(_CATEGORIES, ",".join(new)))
    return card.with_properties(kept)


def in_apples_words(card: Card) -> Card:
    """Return a group's card with Apple's names for KIND and MEMBER, whatever its version."""
    names = {"KIND": _APPLE_KIND, "MEMBER": _APPLE_MEMBER}
    return card.with_properties(each.with_name(names[each.key]) if each.key in names else each for each in card.properties)
