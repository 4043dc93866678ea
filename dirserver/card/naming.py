# SPDX-License-Identifier: GPL-3.0-or-later
"""How a contact is called: FN where a client left it out, a family name where N is missing, and FN that follows N.

Phones, LDAP's person class (cn and sn are a must) and the pages all need a name for every card.
"""

from __future__ import annotations

from dirserver.card.card import Card, Property, escape

_KEYS_THAT_NAME = ("NICKNAME", "ORG", "EMAIL", "TEL", "URL", "IMPP", "NOTE")
_PARTICLES = frozenset("af al bin da das de del della den der di do dos du e el la las le los ten ter van vom von y zu zum zur".split())


def with_formatted_name(card: Card) -> Card:
    """Return ``card`` with FN: as it is when it has one that says something, else one made from N, ORG, EMAIL, TEL, ...

    When nothing names the contact the card comes back as it is; ``card.validate`` refuses it.
    """
    present = card.first("FN")
    if present is not None and present.value and not present.value.isspace():
        return card
    made = name_of(card)
    if not made:
        return card
    new = Property("FN", escape(made))
    if present is not None:
        return card.with_property(present.with_value(new.value))
    return card.with_properties((new, *card.properties))


def name_of(card: Card) -> str:
    """Return the best name that ``card`` gives apart from FN, "" when there is none."""
    names = card.first("N")
    if names is not None:
        joined = join_name(name_parts(names))
        if joined:
            return joined
    for key in _KEYS_THAT_NAME:
        found = card.first(key)
        if found is not None:
            parts = found.components() if key == "ORG" else (found.texts() if key == "NICKNAME" else (found.text(),),)
            text = " ".join(parts[0][0].split())[:200] if parts and parts[0] else ""
            if text:
                return text
    return ""


def name_parts(names: Property) -> tuple[str, str, str, str, str]:
    """Return family, given, additional, prefix and suffix of N, each as one text (RFC 6350 section 6.2.2)."""
    parts = [" ".join(" ".join(part).split()) for part in names.components()[:5]]
    parts += [""] * (5 - len(parts))
    return parts[0], parts[1], parts[2], parts[3], parts[4]


def join_name(parts: tuple[str, str, str, str, str]) -> str:
    """Return the parts of N in the order in which they are spoken."""
    family, given, additional, prefix, suffix = parts
    return " ".join([part for part in (prefix, given, additional, family, suffix) if part])


def following_name(shown: str, before: tuple[str, str, str, str, str], after: tuple[str, str, str, str, str]) -> str | None:
    """Return the FN for the new parts when ``shown`` was one of the plain joins of the old ones, else None."""
    for joined, follow in zip(_joins(before), _joins(after), strict=True):
        if joined and joined == " ".join(shown.split()):
            return follow or None
    return None


def _joins(parts: tuple[str, str, str, str, str]) -> tuple[str, ...]:
    family, given, additional, prefix, suffix = parts
    orders = (
        (prefix, given, additional, family, suffix),
        (given, additional, family, suffix),
        (prefix, given, family, suffix),
        (prefix, given, additional, family),
        (given, additional, family),
        (prefix, given, family),
        (given, family),
        (family, given),
    )
    spoken = [" ".join([part for part in order if part]) for order in orders]
    comma = f"{family}, {given}" if family and given else ""
    return (*spoken, comma)


def family_name_of(shown: str) -> str:
    """Return the family name that ``shown`` (FN) probably ends with: its last word, with the particles before it."""
    family, comma, given = shown.partition(",")
    if comma and family.strip() and given.strip():
        return family.strip()
    words = shown.split()
    if len(words) < 2:
        return shown.strip()
    first = len(words) - 1
    while first > 1 and words[first - 1].lower() in _PARTICLES:
        first -= 1
    return " ".join(words[first:])
