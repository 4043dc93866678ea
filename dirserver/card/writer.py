# SPDX-License-Identifier: GPL-3.0-or-later
"""Write a Card as vCard: CRLF, VERSION first, folded at 75 octets without cutting a character, quotes only where needed.

``write(read(x)) == x`` says that ``x`` already is in this form, so that a door may call what it stored "as given".
"""

from __future__ import annotations

from dirserver.card.card import Card, Property
from dirserver.card.content import format_parameters

FOLD_OCTETS = 75
"""Octets of a line without its line break (RFC 6350 section 3.2)."""


def write(card: Card) -> str:
    """Return the card as text with CRLF line ends; encode it as UTF-8."""
    lines = ["BEGIN:VCARD", "VERSION:" + card.version]
    add = lines.append
    for each in card.properties:
        head = each.name if each.group is None else f"{each.group}.{each.name}"
        if each.params:
            head += format_parameters(each.params)
        line = f"{head}:{each.value}"
        if len(line) <= 18 or (len(line) <= FOLD_OCTETS and line.isascii()):  # 18 characters are 72 octets at most
            add(line)
        else:
            add(fold_line(line))
    add("END:VCARD\r\n")
    return "\r\n".join(lines)


def content_line(each: Property) -> str:
    """Return one property as an unfolded content line, without a line break."""
    head = each.name if each.group is None else f"{each.group}.{each.name}"
    return f"{head}{format_parameters(each.params)}:{each.value}"


def fold_line(line: str) -> str:
    """Fold one content line: no part is longer than 75 octets of UTF-8, no character is cut."""
    if line.isascii():
        if len(line) <= FOLD_OCTETS:
            return line
        step = FOLD_OCTETS - 1
        return "\r\n ".join([line[:FOLD_OCTETS], *[line[at : at + step] for at in range(FOLD_OCTETS, len(line), step)]])
    octets = line.encode()
    if len(octets) <= FOLD_OCTETS:
        return line
    parts: list[bytes] = []
    start = 0
    room = FOLD_OCTETS
    while len(octets) - start > room:
        end = start + room
        while octets[end] & 0xC0 == 0x80:  # the next part must not begin inside a character
            end -= 1
        parts.append(octets[start:end])
        start = end
        room = FOLD_OCTETS - 1
    parts.append(octets[start:])
    return b"\r\n ".join(parts).decode()
