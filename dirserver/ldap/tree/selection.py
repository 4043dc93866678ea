# SPDX-License-Identifier: GPL-3.0-or-later
"""Which attributes a search wants, and under which names (RFC 4511 section 4.5.1.8, RFC 3673, RFC 4529)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dirserver.ldap.tree.classes import attributes_of
from dirserver.model.attribute import find

ALL_USER = "*"
ALL_OPERATIONAL = "+"
NONE = "1.1"
OF_CLASS = "@"

_BINARY = "binary"

# Who asks for "name" gets what refines it (RFC 4519 section 2.18, RFC 4511 section 4.5.1.8).
_SUPERTYPE = frozenset({"name", "2.5.4.41"})
_NAMES = ("cn", "sn", "givenName", "initials", "generationQualifier", "l", "st", "o", "ou", "title", "c")


@dataclass(frozen=True, slots=True)
class Selection:
    """What to return.

    ``named``: as the client wrote it, by lower-case canonical name, so that answers come back under the name that the client
    looks for; one that asks for several names of one attribute gets it under the first. ``named_only`` attributes (photos)
    are never part of "*": mail clients ask for everything at every keystroke.
    """

    has_user: bool
    has_operational: bool
    named: Mapping[str, str]

    def name_for(self, name: str, *, is_operational: bool = False, is_named_only: bool = False) -> str | None:
        """Return the name to return the attribute ``name`` under; None if it isn't wanted."""
        asked = self.named.get(name.lower())
        if asked is not None:
            return asked
        if is_named_only:
            return None
        return name if (self.has_operational if is_operational else self.has_user) else None

    @property
    def wants_nothing(self) -> bool:
        """True if only names of entries are asked for."""
        return not (self.has_user or self.has_operational or self.named)


def select(asked: Sequence[str]) -> Selection:
    """Read the attribute list of a search. What isn't known is left out; "1.1" counts only alone."""
    if not asked:
        return Selection(has_user=True, has_operational=False, named={})
    named: dict[str, str] = {}
    for description in asked:
        if description.startswith(OF_CLASS):
            # RFC 4529: everything that entries of the class may have; a class that nobody knows asks for nothing.
            for name in attributes_of(description[1:]):
                named.setdefault(name.lower(), name)
            continue
        bare, _, option = description.partition(";")
        if bare.lower() in _SUPERTYPE:
            for name in _NAMES:
                named.setdefault(name.lower(), name)
            continue
        if not bare or bare in {ALL_USER, ALL_OPERATIONAL, NONE} or (option and option.lower() != _BINARY):
            # Other options (language tags and the like) select values that we don't have.
            continue
        attribute = find(bare)
        key = attribute.key if attribute is not None else bare.lower()
        # An OID is answered with the short name (RFC 4511 section 4.5.2).
        shown = description if not bare[0].isdigit() else attribute.name if attribute is not None else description
        named.setdefault(key, shown)
    return Selection(ALL_USER in asked, ALL_OPERATIONAL in asked, named)
