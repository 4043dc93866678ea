# SPDX-License-Identifier: GPL-3.0-or-later
"""The grammar of one unfolded content line (RFC 6350 section 3.3, RFC 6868), shared by reader, writer and store.

Parameters travel as their wire text (``;TYPE=WORK,VOICE``): few distinct ones exist, so reading them is a look-up.
"""

from __future__ import annotations

import re
from functools import lru_cache

from dirserver.card.card import Parameter, Parameters

# Possessive quantifiers: no input makes this backtrack.
CONTENT_LINE = re.compile(
    r"""(?:([A-Za-z0-9_-]++)\.)?+        # group
        ([A-Za-z0-9_-]++)               # name
        ((?:;[^":;]*+(?:"[^"]*+"[^":;]*+)*+)*+)  # parameters, each with its semicolon
        :(.*)                           # raw value
    """,
    re.VERBOSE | re.DOTALL,
)
_PARAMETER = re.compile(r"""([A-Za-z0-9_-]+)(?:=((?:[^";]*+(?:"[^"]*+")?+)*+))?(?:;|$)""")
_VALUE = re.compile(r"""(?:"[^"]*+"|[^",]++)*+""")
_DECODED = {"n": "\n", "^": "^", "'": '"'}
_CARET = re.compile(r"\^([n^'])")
# Quotes are needed around what would end the value; a leading or trailing blank is quoted because clients trim.
_NEEDS_QUOTES = re.compile(r"[,:;]|^\s|\s$")


def _decode(value: str) -> str:
    if '"' in value:
        value = value.replace('"', "")
    if "^" in value:
        value = _CARET.sub(lambda found: _DECODED[found[1]], value)
    return value


def parse_parameters(wire: str) -> Parameters | None:
    """Return the parameters of ``wire`` ("" or each with its leading semicolon), or None when it isn't grammatical."""
    if not wire:
        return ()
    if len(wire) <= 200:  # a cache entry costs little, whoever wrote the card
        return _parse_cached(wire)
    return _parse(wire)


def _parse(wire: str) -> Parameters | None:
    parameters: list[Parameter] = []
    position = 1
    end = len(wire)
    while position <= end:
        if position == end:  # "TEL;TYPE=HOME;:1": an empty parameter says nothing
            break
        found = _PARAMETER.match(wire, position)
        if found is None:
            if wire[position] == ";":
                position += 1
                continue
            return None
        raw = found[2]
        if raw is None:
            parameters.append(Parameter(found[1]))
        elif "," not in raw:
            parameters.append(Parameter(found[1], (_decode(raw),)))
        else:
            parameters.append(Parameter(found[1], _split_values(raw)))
        position = found.end()
        if wire[position - 1] != ";":
            break
    return tuple(parameters)


def _split_values(raw: str) -> tuple[str, ...]:
    values: list[str] = []
    position = 0
    while True:
        found = _VALUE.match(raw, position)
        end = found.end() if found is not None else position
        values.append(_decode(raw[position:end]))
        if end >= len(raw):
            return tuple(values)
        position = end + 1


_parse_cached = lru_cache(maxsize=8192)(_parse)


def _encode(value: str) -> str:
    if "^" in value:
        value = value.replace("^", "^^")
    if '"' in value:
        value = value.replace('"', "^'")
    if "\n" in value:
        value = value.replace("\n", "^n")
    if _NEEDS_QUOTES.search(value) is not None:
        return f'"{value}"'
    return value


def format_parameters(params: Parameters) -> str:
    """Return the wire text of ``params``, each with its leading semicolon; ``parse_parameters`` gives them back."""
    parts: list[str] = []
    for parameter in params:
        parts.append(";" + parameter.name)
        if parameter.values:
            parts.append("=" + ",".join([_encode(value) for value in parameter.values]))
    return "".join(parts)
