# SPDX-License-Identifier: GPL-3.0-or-later
"""What a limited View sees of a card, and what becomes of a whole card that such a client sends back."""

from __future__ import annotations

from collections.abc import Callable

from dirserver.card.card import Card, Property, Version, escape
from dirserver.card.convert import convert
from dirserver.card.media import octets_of, reference_of
from dirserver.card.places import ATTACHED, fields_of
from dirserver.model.attribute import OWN_FIELD

May = Callable[[str], bool]
"""Asked with the name of a field."""


def redact(card: Card, may_read: May) -> Card:
    """Return the card without the properties of fields that may not be read.

    What makes it a card stays (UID, KIND, REV, ...). Where names may not be read, FN says the UID and 3.0 has an empty N.
    """
    allowed: dict[str, bool] = {OWN_FIELD: True}
    kept: list[Property] = []
    for each, name in zip(card.properties, fields_of(card), strict=True):
        if _may(may_read, name, allowed):
            kept.append(each)
        elif each.key == "FN" and not any(one.key == "FN" for one in kept):
            kept.append(Property("FN", escape(card.uid or "-")))
        elif each.key == "N" and card.version is Version.V3:
            kept.append(Property("N", ";;;;"))
    return card if len(kept) == len(card.properties) and all(map(_is, kept, card.properties)) else card.with_properties(kept)


def _is(one: Property, other: Property) -> bool:
    return one is other


def _may(may: May, name: str, known: dict[str, bool]) -> bool:
    answer = known.get(name)
    if answer is None:
        answer = known[name] = may(name)
    return answer


def merge_hidden(stored: Card, sent: Card, may_read: May, may_write: May) -> Card:
    """Return what to store when a client that saw ``redact(stored, may_read)`` sends ``sent``, in ``sent``'s version.

    Readable and writable fields are as sent. Fields that may not be written are as stored, whatever was sent. Hidden ones that
    may be written gain what was sent. UID stays; the rest of the frame (KIND, REV, PRODID) is the client's. Stored properties
    return to their old neighbours, in groups that don't clash with the client's.
    """
    stored = convert(stored, sent.version)
    reads: dict[str, bool] = {OWN_FIELD: True}
    writes: dict[str, bool] = {OWN_FIELD: True}
    is_named = _may(may_read, "cn", reads)
    accepted: list[Property] = []
    present: set[tuple[Property, str]] = set()
    for each, name in zip(sent.properties, fields_of(sent), strict=True):
        if _may(may_write, name, writes) and not _is_frame(each, stored, is_named=is_named):
            accepted.append(each)
            present.add((each, name))
    kept: list[tuple[int, Property]] = []
    for index, (each, name) in enumerate(zip(stored.properties, fields_of(stored), strict=True)):
        is_ours = each.key == "UID" or not _may(may_write, name, writes) or not _may(may_read, name, reads)
        if is_ours and (each, name) not in present:
            kept.append((index, each))
    return sent.with_properties(_interleave(stored, accepted, _regrouped(kept, stored, accepted)))


_EDITED = frozenset(
    "FN N NICKNAME EMAIL TEL ADR LABEL ORG TITLE ROLE URL NOTE BDAY ANNIVERSARY X-ANNIVERSARY X-ABDATE PHOTO IMPP TZ CATEGORIES RELATED "
    "SOCIALPROFILE X-SOCIALPROFILE X-ABRELATEDNAMES X-SPOUSE X-PHONETIC-FIRST-NAME X-PHONETIC-MIDDLE-NAME X-PHONETIC-LAST-NAME "
    "X-MAIDENNAME X-CUSTOM1 X-CUSTOM2 X-CUSTOM3 X-CUSTOM4 X-AIM X-ICQ X-JABBER X-MSN X-YAHOO X-SKYPE X-SIP X-GOOGLE-TALK "
    "KIND MEMBER X-ADDRESSBOOKSERVER-KIND X-ADDRESSBOOKSERVER-MEMBER X-ABSHOWAS UID REV PRODID SOURCE NAME PROFILE X-ABUID".split()
)
"""What address books show, so that one can take it out, and what frames a card."""


def merge_lost(stored: Card, sent: Card, always_lost: frozenset[str] = frozenset()) -> Card:
    """Return ``sent`` with what its writer can't have taken out, because it doesn't know it; the very same card where that is nothing.

    ``always_lost`` are properties that the program drops from whatever it writes. Beyond those, a program that sends back none of
    the properties that no address book shows has lost them; one that sends back some of them means that the others shall go.
    """
    there = {each.key for each in sent.properties}
    stored = convert(stored, sent.version)
    unknown = {each.key for each in stored.properties} - _EDITED - ATTACHED - always_lost
    missing = {each.key for each in stored.properties if each.key in always_lost} - there
    if unknown.isdisjoint(there):
        missing |= unknown
    if not missing:
        return sent
    groups = {each.group.lower() for each in stored.properties if each.key in missing and each.group is not None}
    kept = [
        (index, each)
        for index, each in enumerate(stored.properties)
        if each.key in missing or (each.key in ATTACHED and each.group is not None and each.group.lower() in groups)
    ]
    present = set(sent.properties)
    kept = [(index, each) for index, each in kept if each not in present]
    accepted = list(sent.properties)
    return sent.with_properties(_interleave(stored, accepted, _regrouped(kept, stored, accepted)))


def with_stored_photo(stored: Card, served: Card, sent: Card) -> Card:
    """Return ``sent`` with the photo of ``stored`` where it gives back the photo, or the lack of one, that it was ``served``.

    ``stored`` refers to its photo; ``served`` has it smaller, or not at all, for a program that shows it so.
    """
    photo = convert(stored, sent.version).first("PHOTO")
    before, after = served.first("PHOTO"), sent.first("PHOTO")
    if photo is None or reference_of(photo) is None or (before is None) != (after is None):
        return sent
    if before is None or after is None:
        return sent.with_properties((*sent.properties, photo))
    octets = octets_of(after)
    return sent.with_property(photo) if octets is not None and octets == octets_of(before) else sent


def _is_frame(each: Property, stored: Card, *, is_named: bool) -> bool:
    """Tell whether the client only sends back what every card must have: our UID, or the names that ``redact`` made up."""
    key = each.key
    return (key == "UID" and stored.uid is not None) or (not is_named and key in {"FN", "N"})


def _regrouped(kept: list[tuple[int, Property]], stored: Card, accepted: list[Property]) -> list[tuple[int, Property]]:
    """Give kept properties another group where the client uses theirs for something else: its label must not become theirs."""
    before = {(each.group.lower(), each) for each in stored.properties if each.group is not None}
    taken = {each.group.lower() for each in accepted if each.group is not None}
    foreign = {each.group.lower() for each in accepted if each.group is not None and (each.group.lower(), each) not in before}
    renamed: dict[str, str] = {}
    taken |= {each.group.lower() for _, each in kept if each.group is not None}
    made: list[tuple[int, Property]] = []
    number = 1
    for index, each in kept:
        group = each.group.lower() if each.group is not None else None
        if group is None or group not in foreign:
            made.append((index, each))
            continue
        if group not in renamed:
            while f"item{number}" in taken:
                number += 1
            renamed[group] = f"item{number}"
            taken.add(renamed[group])
        made.append((index, each.with_group(renamed[group])))
    return made


def _interleave(stored: Card, accepted: list[Property], kept: list[tuple[int, Property]]) -> list[Property]:
    """Put each kept property after the nearest property before it that the client sent back unchanged, else at the start."""
    place: dict[Property, int] = {}
    for number, each in enumerate(accepted):
        place.setdefault(each, number)
    anchors: list[int] = []
    anchor = -1
    for each in stored.properties:
        anchor = max(anchor, place.get(each, -1))
        anchors.append(anchor)
    ordered = [((number, -1), each) for number, each in enumerate(accepted)]
    ordered += [((anchors[index], index), each) for index, each in kept]
    ordered.sort(key=lambda item: item[0])
    return [each for _, each in ordered]
