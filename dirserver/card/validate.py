# SPDX-License-Identifier: GPL-3.0-or-later
"""What we refuse to store, whichever door it came through."""

from __future__ import annotations

import re

from dirserver.card.card import Card, Property, unescape
from dirserver.card.media import MEDIA_KEYS, OCTET_KEYS, REFERENCE
from dirserver.card.places import SLOTS
from dirserver.card.reader import LIMITS, Limits
from dirserver.errors import BadCard, TooLarge

_LINK_KEYS = frozenset(
    "URL SOURCE IMPP SOCIALPROFILE X-SOCIALPROFILE FBURL CALURI CALADRURI ORG-DIRECTORY CONTACT-URI RELATED MEMBER TZ GEO UID TEL EMAIL "
    "X-MANAGER X-SECRETARY X-ABRELATEDNAMES X-EVOLUTION-BLOG-URL X-EVOLUTION-VIDEO-URL X-BLOG-URL X-ADDRESSBOOKSERVER-MEMBER".split()
)
# A browser runs these when somebody follows the link. Everything else (sip:, callto:, x-apple:, ...) is up to the device.
_RUNS = re.compile(r"(?:javascript|vbscript|livescript|mocha|data|blob|jar|view-source|wyciwyg)\s*:", re.IGNORECASE)
_BLANKS = re.compile("[\\x00-\\x20\\x7f-\\xa0\\xad\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]")
_ACTIVE_DATA = re.compile(r"data:\s*(?!image/(?!svg)|audio/|video/|application/(?!xhtml|xml|javascript)|;|,)", re.IGNORECASE)
_MANY = frozenset({"N", "ORG", "ADR", "CATEGORIES", "NICKNAME"})
_ONCE = ("UID", "KIND", "REV", "PRODID")


def validate(card: Card, *, limits: Limits = LIMITS) -> None:
    """Raise ``BadCard`` that names the property, or ``TooLarge``, when ``card`` must not be stored. No UID is fine: the caller gives one.

    Refused: no FN, a UID twice, links that run code, data: URIs that are documents, references into our store of photos.
    """
    if len(card.properties) > limits.properties:
        raise TooLarge(f"the card has {len(card.properties)} properties; at most {limits.properties} are allowed", limits.properties)
    octets = 0
    seen: set[str] = set()
    for each in card.properties:
        key, size = each.name.upper(), len(each.value)
        octets += size
        if key in _ONCE:
            if key in seen:
                raise BadCard(f"{key} stands twice")
            seen.add(key)
        if key in OCTET_KEYS:
            _check_media(each)
        elif key in SLOTS:
            if size > limits.text_octets:
                raise TooLarge(f"{key} is longer than {limits.text_octets} characters", limits.text_octets)
            if key in _MANY and each.value.count(",") + each.value.count(";") > limits.items:
                raise TooLarge(f"{key} has more than {limits.items} parts", limits.items)
        # Without a colon there is no scheme.
        if ":" in each.value and (key in _LINK_KEYS or (key not in OCTET_KEYS and (each.param("VALUE") or "").lower() in {"uri", "url"})):
            check_link(key, unescape(each.value))
    if octets > limits.card_octets:
        raise TooLarge(f"the card has more than {limits.card_octets} octets", limits.card_octets)
    if not card.formatted_name.strip():
        raise BadCard("FN is missing or empty: a contact must be called something")


def check_link(name: str, value: str) -> None:
    """Raise ``BadCard`` when the link ``value`` would run code in a browser; blanks and unseen letters don't hide a scheme."""
    if _RUNS.match(_BLANKS.sub("", value)) is not None:
        raise BadCard(f"{name}: a link with the scheme {value.strip().partition(':')[0][:20]!r} is not allowed")


def _check_media(each: Property) -> None:
    value = _BLANKS.sub("", each.value[:200])
    if value[:5].lower() == "data:":
        if _ACTIVE_DATA.match(value) is not None:
            raise BadCard(f"{each.key}: data of the type {value[5:40].partition(';')[0]!r} is not allowed")
        return
    if each.key in MEDIA_KEYS and value[: len(REFERENCE)].lower() == REFERENCE:
        raise BadCard(f"{each.key}: a reference to stored octets can't be sent; send the octets")
    check_link(each.key, unescape(each.value[:200]))
