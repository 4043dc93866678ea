# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of a vCard file: one card after the other, each read for itself, so that a bad one doesn't spoil the rest."""

from __future__ import annotations

import io
from collections.abc import Iterator

from dirserver.card.projection import uuid_of
from dirserver.card.reader import LIMITS, read
from dirserver.errors import BadCard, BadInput, TooLarge
from dirserver.exchange.problem import Problem
from dirserver.exchange.row import Row

_BOM = b"\xef\xbb\xbf"
_REMEDY = "mend this card, or export it again as vCard 3.0 or 4.0"


def read_vcards(stream: io.BufferedReader) -> Iterator[Row]:
    """Yield a row for each card, and a refused one for what stands between cards or can't be read."""
    held: list[bytes] = []
    start = length = 0
    is_stray = False
    for number, line in _lines(stream):
        word = line.strip().upper().replace(b" ", b"")
        if word == b"BEGIN:VCARD":
            if held:
                yield _refused(start, "the card is cut off: END:VCARD is missing")
            held, start, length, is_stray = [line], number, len(line), False
        elif held:
            held.append(line)
            length += len(line)
            if length > LIMITS.card_octets + 2:
                raise TooLarge(
                    f"line {start}: the card has more than {LIMITS.card_octets} octets; is END:VCARD missing?", LIMITS.card_octets
                )
            if word == b"END:VCARD":
                yield _row(start, b"".join(held))
                held = []
        elif word.strip(b"\x00\x1a") and not is_stray:
            is_stray = True
            yield _refused(number, "something stands here that is no card")
    if held:
        yield _refused(start, "the card is cut off: END:VCARD is missing")


def _lines(stream: io.BufferedReader) -> Iterator[tuple[int, bytes]]:
    number = 0
    while chunk := stream.readline(LIMITS.card_octets + 1):
        if len(chunk) > LIMITS.card_octets:
            raise TooLarge(f"line {number + 1} has more than {LIMITS.card_octets} octets", LIMITS.card_octets)
        if number == 0:
            chunk = chunk.removeprefix(_BOM)
        # Bare CR ends a line too, as old address books write it.
        for line in chunk.splitlines(keepends=True):
            number += 1
            yield number, line


def _row(start: int, octets: bytes) -> Row:
    try:
        card = read(octets)
    except BadCard as error:
        line = start + error.line - 1 if error.line is not None else start
        return Row(start, problems=(Problem(line, "", error.reason, _REMEDY),))
    except BadInput as error:
        return _refused(start, error.public_message)
    return Row(start, uuid_of(card.uid or ""), None, card=card)


def _refused(line: int, reason: str) -> Row:
    return Row(line, problems=(Problem(line, "", reason, _REMEDY),))
