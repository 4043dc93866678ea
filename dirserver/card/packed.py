# SPDX-License-Identifier: GPL-3.0-or-later
"""A Card as the store keeps it: compact JSON, read back without checking again.

Form 1: ``["3.0", [name, value], [name, value, parameters], [name, value, parameters, group], ...]``, parameters as on the
wire (";TYPE=WORK"). Only the store's own text may be unpacked: nothing here guards against a forged one.
"""

from __future__ import annotations

import json
from json.encoder import encode_basestring as _quoted

from dirserver.card.card import Card, Property, Version, trusted_property
from dirserver.card.content import format_parameters, parse_parameters
from dirserver.errors import BadCard

_decode = json.JSONDecoder().decode
_VERSIONS = {version.value: version for version in Version}


def pack(card: Card) -> str:
    """Return the card as one line of JSON."""
    # Written by hand: an encoder of ``json`` makes itself ready anew for each text.
    packed = [_quoted(card.version)]
    add = packed.append
    for each in card.properties:
        if each.group is not None:
            add(f"[{_quoted(each.name)},{_quoted(each.value)},{_quoted(format_parameters(each.params))},{_quoted(each.group)}]")
        elif each.params:
            add(f"[{_quoted(each.name)},{_quoted(each.value)},{_quoted(format_parameters(each.params))}]")
        else:
            add(f"[{_quoted(each.name)},{_quoted(each.value)}]")
    return f"[{','.join(packed)}]"


def unpack(packed: str) -> Card:
    """Return the card that ``pack`` made the text of."""
    items = _decode(packed)
    properties: list[Property] = []
    add = properties.append
    for item in items[1:]:
        if len(item) == 2:
            add(trusted_property(item[0], item[1], None, ()))
            continue
        params = parse_parameters(item[2])
        if params is None:
            raise BadCard(f"the stored parameters of {item[0]} can't be read: {item[2][:60]!r}")
        add(trusted_property(item[0], item[1], item[3] if len(item) == 4 else None, params))
    return Card(_VERSIONS[items[0]], tuple(properties))
