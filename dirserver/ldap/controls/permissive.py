# SPDX-License-Identifier: GPL-3.0-or-later
"""Permissive modify (Microsoft's control, MS-ADTS 3.1.1.3.4.1.8): adding what is there and deleting what isn't is no error."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from dirserver.card.normal import normalise
from dirserver.model.attribute import Attribute
from dirserver.model.modification import Modification, Operation

OID = "1.2.840.113556.1.4.1413"


def norm_of(attribute: Attribute, value: str) -> str:
    """Return what equal values share. What normalises to nothing, such as a number without digits, is compared as it is."""
    return normalise(attribute.name, value) or value


def lenient(attribute: Attribute, held: Collection[str], wanted: Modification) -> Modification | None:
    """Return what is left to do of a change, given the normal forms of the values that are there; None if there is nothing."""
    distinct = {norm_of(attribute, str(value)): value for value in wanted.values}
    match wanted.operation:
        case Operation.ADD:
            left = {norm: value for norm, value in distinct.items() if norm not in held}
        case Operation.DELETE if wanted.values:
            left = {norm: value for norm, value in distinct.items() if norm in held}
        case Operation.DELETE:
            return wanted if held else None
        case Operation.REPLACE:
            return replace(wanted, values=tuple(distinct.values()))
    return replace(wanted, values=tuple(left.values())) if left else None
