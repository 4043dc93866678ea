# SPDX-License-Identifier: GPL-3.0-or-later
"""Where each key of a TOML file stands: the standard library's reader keeps no positions."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_KEY = r"""(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')"""
_DOTTED = rf"{_KEY}(?:\s*\.\s*{_KEY})*"
_HEADER = re.compile(rf"\s*\[\[?\s*({_DOTTED})\s*\]\]?")
_PAIR = re.compile(rf"\s*({_DOTTED})\s*=(.*)")
_PART = re.compile(_KEY)
_INLINE = re.compile(rf"[{{,]\s*({_DOTTED})\s*=")


def _split(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in _PART.findall(dotted))


@dataclass(slots=True)
class Lines:
    """The lines (from 1) of the keys in a valid TOML text. Multi-line strings are skipped, inline tables are looked into."""

    text: str
    _places: dict[tuple[str, ...], int] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        table: tuple[str, ...] = ()
        closing = ""
        for number, line in enumerate(self.text.splitlines(), 1):
            if closing:
                closing = "" if closing in line else closing
            elif header := _HEADER.match(line):
                table = _split(header.group(1))
                self._note(table, number)
            elif pair := _PAIR.match(line):
                keys = table + _split(pair.group(1))
                self._note(keys, number)
                value = pair.group(2)
                if value.lstrip().startswith("{"):
                    for inner in _INLINE.findall(value):
                        self._note(keys + _split(inner), number)
                closing = next((mark for mark in ('"""', "'''") if value.count(mark) == 1), "")

    def _note(self, keys: tuple[str, ...], number: int) -> None:
        for depth in range(1, len(keys) + 1):
            self._places.setdefault(keys[:depth], number)

    def find(self, keys: tuple[str, ...]) -> int | None:
        """Return the line of a key, or of the nearest table around it; None when neither is in the text."""
        while keys:
            if keys in self._places:
                return self._places[keys]
            keys = keys[:-1]
        return None
