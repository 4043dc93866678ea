# SPDX-License-Identifier: GPL-3.0-or-later
"""A card from a file laid over the card that is stored: what the file says counts, what it is silent about stays."""

from __future__ import annotations

from dirserver.card.card import Card, Property
from dirserver.card.convert import convert
from dirserver.card.media import split_media
from dirserver.card.places import ATTACHED

_FRAME = frozenset({"UID", "REV", "PRODID"})
"""Says nothing about the contact."""


def blend(stored: Card, given: Card) -> Card:
    """Return ``stored`` with each property of ``given`` in place of those of its name; ``stored`` itself when nothing differs.

    ``given`` has its photos inline. Labels and other properties of groups go with what they say something about.
    """
    if given.version is not stored.version:
        # There and back through the other version isn't always the same, so the stored card goes there once.
        there, _ = split_media(given)
        if not _changed(convert(stored, given.version), there):
            return stored
        given = convert(given, stored.version)
    refers, _ = split_media(given)
    inline = dict(zip(refers.properties, given.properties, strict=True))
    changed = _changed(stored, refers)
    if not changed:
        return stored
    gone_groups = {each.group.lower() for each in stored.properties if each.key in changed and each.group is not None}
    kept = [each for each in stored.properties if each.key not in changed and not _hangs_on(each, gone_groups)]
    taken = {each.group.lower() for each in kept if each.group is not None}
    new_groups = {each.group.lower() for each in refers.properties if each.key in changed and each.group is not None}
    names = _free_groups(new_groups, taken)
    added = [
        inline[each].with_group(names.get(each.group.lower(), each.group) if each.group is not None else None)
        for each in refers.properties
        if each.key in changed or _hangs_on(each, new_groups)
    ]
    at = min((index for index, each in enumerate(stored.properties) if each.key in changed), default=len(kept))
    at = min(at, len(kept))
    return stored.with_properties((*kept[:at], *added, *kept[at:]))


def _changed(stored: Card, given: Card) -> set[str]:
    """The names of properties about which ``given`` says something else."""
    named = {each.key for each in given.properties if each.key not in _FRAME and each.key not in ATTACHED}
    return {key for key in named if _said(stored, key) != _said(given, key)}


def _hangs_on(each: Property, groups: set[str]) -> bool:
    return each.key in ATTACHED and each.group is not None and each.group.lower() in groups


def _said(card: Card, key: str) -> list[tuple[str, frozenset[tuple[str, tuple[str, ...]]], tuple[tuple[str, str], ...]]]:
    """What a card says under one name, labels of groups included, whatever the groups are called."""
    found = []
    for each in card.properties:
        if each.key != key:
            continue
        label = tuple(
            sorted(
                (other.key, other.value) for other in card.properties if each.group is not None and _hangs_on(other, {each.group.lower()})
            )
        )
        params = frozenset((parameter.name.upper(), tuple(value.lower() for value in parameter.values)) for parameter in each.params)
        found.append((each.value, params, label))
    return found


def _free_groups(wanted: set[str], taken: set[str]) -> dict[str, str]:
    """Other names for groups whose names the kept properties use."""
    names: dict[str, str] = {}
    number = 1
    for group in sorted(wanted & taken):
        while f"item{number}" in taken | wanted | set(names.values()):
            number += 1
        names[group] = f"item{number}"
    return names
