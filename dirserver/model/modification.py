# SPDX-License-Identifier: GPL-3.0-or-later
"""One change to one attribute (RFC 4511 section 4.6): what forms, imports and LDAP all speak."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Operation(Enum):
    """What happens to the values."""

    ADD = "add"
    REPLACE = "replace"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Modification:
    """``attribute`` in any spelling the registry knows. DELETE without values removes all; REPLACE without values does too."""

    attribute: str
    operation: Operation
    values: tuple[str | bytes, ...] = ()
