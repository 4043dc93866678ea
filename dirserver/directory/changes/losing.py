# SPDX-License-Identifier: GPL-3.0-or-later
"""What programs drop from the cards that they write, so that it isn't taken for something that somebody took out.

Looked up in their sources where there are any. Thunderbird (VCardUtils.sys.mjs) and Evolution keep every line that they read,
but Thunderbird's form (edit/tz.mjs, edit/special-date.mjs) empties the time zones and dates that its fields can't show, and
writes a date without its time of day;
DAVx5 (vcard4android, ContactReader.kt) keeps what it doesn't know apart from the lines below; Apple's programs ignore
CATEGORIES. A mirror of files and a program that isn't known are taken at their word.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from dirserver.card.card import Card, Property
from dirserver.card.convert import convert
from dirserver.card.dates import iso_date
from dirserver.card.merge import merge_lost
from dirserver.model.client import Family

_APPLE = frozenset({"CATEGORIES", "SORT-STRING"})
_LOST: Mapping[Family, frozenset[str]] = MappingProxyType(
    {
        Family.IOS: _APPLE,
        Family.MACOS: _APPLE,
        # LABEL of 3.0 can't be told to which address it belongs; big logos and sounds don't fit into Android's contacts.
        Family.DAVX5: frozenset({"SORT-STRING", "LABEL", "LOGO", "SOUND"}),
        Family.THUNDERBIRD: frozenset(),
        Family.EVOLUTION: frozenset(),
        Family.KDE: frozenset(),
        Family.OUTLOOK: frozenset({"SORT-STRING", "LOGO", "SOUND"}),
    }
)

_DATES = frozenset({"BDAY", "ANNIVERSARY"})
_TIME = re.compile(r"^[\d-]+[T ]\d")
_ZONE_NAME = re.compile(r"UTC|[A-Za-z_]+/[A-Za-z0-9_+/-]+")


def with_what_was_lost(shown: Card, sent: Card, client: Family | None) -> Card:
    """Return the card that a program sent with what it lost of the one that it was shown."""
    lost = _LOST.get(client) if client is not None else None
    if lost is not None and client is Family.THUNDERBIRD:
        before = convert(shown, sent.version).properties
        lost |= {each.key for each in before if _is_emptied(each)}
        sent = _with_times(before, sent)
    return sent if lost is None else merge_lost(shown, sent, lost)


def _is_emptied(each: Property) -> bool:
    """Tell whether Thunderbird's form has no way to show a value: a zone that its list of names lacks, a date in words."""
    if each.key == "TZ":
        return _ZONE_NAME.fullmatch(each.value) is None
    return each.key in _DATES and ((each.param("VALUE") or "").lower() == "text" or each.value.startswith("T"))


def _with_times(before: Sequence[Property], sent: Card) -> Card:
    """Return ``sent`` with the times of day that go with its dates, of those that its form had no fields for."""
    timed = {(each.key, iso_date(each)): each for each in before if each.key in _DATES and _TIME.search(each.value) is not None}
    if not timed:
        return sent
    return sent.with_properties(
        [each if _TIME.search(each.value) else timed.get((each.key, iso_date(each)), each) for each in sent.properties]
    )
