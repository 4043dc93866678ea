# SPDX-License-Identifier: GPL-3.0-or-later
"""Postal addresses: ADR's components, its LABEL, and LDAP's Postal Address syntax with "$" between the lines (RFC 4517 3.3.28)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dirserver.card.card import Property, escape, split_raw, unescape
from dirserver.card.places import Labels, labels_in, variant_of

COMPONENTS = 7
"""Post office box, extended address, street, locality, region, postal code, country (RFC 6350 section 6.3.1)."""

_HEX = re.compile(r"\\(24|5[Cc])")


def parts_of(each: Property) -> list[str]:
    """Return the components of ADR as one text each, at least seven; an unescaped comma is text, as people mean it."""
    parts = [unescape(part) for part in split_raw(each.value, ";")]
    return parts + [""] * (COMPONENTS - len(parts))


def with_part(each: Property, component: int, text: str) -> Property:
    """Return the ADR with one component changed; the other components stay as they were written."""
    raw = split_raw(each.value, ";")
    raw += [""] * (COMPONENTS - len(raw))
    raw[component] = escape(text)
    return each.with_value(";".join(raw))


def is_empty(each: Property) -> bool:
    """Tell whether no component says anything."""
    return not each.value.replace(";", "").replace(",", "").strip()


def has_only_street(each: Property) -> bool:
    """Tell whether no component but the street says anything."""
    parts = parts_of(each)
    return not any(part.strip() for index, part in enumerate(parts) if index != 2)


def written_lines(parts: list[str]) -> str:
    """Return the components as the lines of an envelope, with LF between them."""
    box, extended, street, locality, region, code, country = parts[:COMPONENTS]
    lines = [extended, street, box, " ".join([part for part in (code, locality) if part]), region, country]
    return "\n".join([line for line in lines if line])


def to_ldap(text: str) -> str:
    """Return lines parted by LF in LDAP's Postal Address syntax."""
    if "\\" in text or "$" in text:
        text = text.replace("\\", "\\5C").replace("$", "\\24")
    return text.replace("\r\n", "$").replace("\n", "$") if "\n" in text else text


def from_ldap(value: str) -> str:
    """Return lines parted by LF from LDAP's Postal Address syntax."""
    lines = value.replace("$", "\n")
    if "\\" in lines:
        lines = _HEX.sub(lambda found: "$" if found[1] == "24" else "\\", lines)
    return lines


@dataclass(frozen=True, slots=True)
class Address:
    """One address of a card, by the indexes of its properties: an ADR, a LABEL of 3.0, or both."""

    adr: int | None
    label: int | None

    def text(self, properties: Sequence[Property]) -> str:
        """Return the address in LDAP's syntax: as it is written out, else what the components join to."""
        adr = properties[self.adr] if self.adr is not None else None
        written = adr.param("LABEL") if adr is not None else None
        if not written and self.label is not None:
            written = unescape(properties[self.label].value)
        if not written and adr is not None:
            written = written_lines(parts_of(adr))
        return to_ldap(written or "")


def addresses_in(properties: Sequence[Property]) -> list[Address]:
    """Return the addresses in order.

    A LABEL goes with an ADR of the same types and group (RFC 2426 section 3.2.2): the one right before it, else the first that
    has none. One without a group goes with an ADR in a group where no other of their types is left, of either.
    """
    label_of = _paired_labels(properties)
    paired = set(label_of.values())
    made: list[Address] = []
    for index, each in enumerate(properties):
        key = each.name.upper()
        if key == "ADR":
            made.append(Address(index, label_of.get(index)))
        elif key == "LABEL" and index not in paired:
            made.append(Address(None, index))
    return made


def _paired_labels(properties: Sequence[Property]) -> dict[int, int]:
    labels = [index for index, each in enumerate(properties) if each.name.upper() == "LABEL"]
    if not labels:
        return {}
    free = {index: _mark(each) for index, each in enumerate(properties) if each.name.upper() == "ADR" and each.param("LABEL") is None}
    label_of = {index - 1: index for index in labels if index - 1 in free and free[index - 1] == _mark(properties[index])}
    waiting: dict[tuple[frozenset[str], str | None], list[int]] = {}
    for index in sorted(free.keys() - label_of.keys(), reverse=True):
        waiting.setdefault(free[index], []).append(index)
    paired = set(label_of.values())
    for index in labels:
        if index not in paired and (fitting := waiting.get(_mark(properties[index]))):
            label_of[fitting.pop()] = index
    return label_of | _paired_across(properties, free.keys() - label_of.keys(), set(labels) - set(label_of.values()))


def _paired_across(properties: Sequence[Property], addresses: set[int], labels: set[int]) -> dict[int, int]:
    """Pair what is left where only groups stand between: Apple's programs put an ADR into one, and others leave the LABEL as it is.

    Never an address at work with one at home, as Apple's own labels may say: not everybody may see both.
    """
    if not addresses or not labels:
        return {}
    known = labels_in(properties)
    left: dict[tuple[frozenset[str], str], tuple[list[int], list[int]]] = {}
    for kind, indexes in enumerate((addresses, labels)):
        for index in indexes:
            each = properties[index]
            left.setdefault((_mark(each)[0], variant_of("ADR", each, known)), ([], []))[kind].append(index)
    alone = [(one[0], other[0]) for one, other in left.values() if len(one) == len(other) == 1]
    return {adr: label for adr, label in alone if properties[label].group is None}


def addresses_of(properties: Sequence[Property], variant: str, labels: Labels) -> list[Address]:
    """Return the addresses at work ("work") or at home ("home"), in order."""
    made: list[Address] = []
    for each in addresses_in(properties):
        index = each.adr if each.adr is not None else each.label
        if index is not None and variant_of("ADR", properties[index], labels) == variant:
            made.append(each)
    return made


def _mark(each: Property) -> tuple[frozenset[str], str | None]:
    return each.types - {"pref"}, each.group.lower() if each.group is not None else None
