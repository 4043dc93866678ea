# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may do what, as WebDAV tells it (RFC 3744 section 5): to be read here, and changed on the pages.

Whatever lies in a home is answered to the home's own person alone, whoever else has the same book in theirs. So the access
control list of an address has one entry, the asker's, and is complete: it tells nobody's rights but one's own.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from types import MappingProxyType

from radicale_dirserver.tree.facts import Facts, Property
from radicale_dirserver.tree.places import GATEWAY, BookPlace, Root
from radicale_dirserver.tree.privileges import BIND, READ, UNBIND, WRITE, WRITE_CONTENT, WRITE_PROPERTIES, book_privileges
from radicale_dirserver.wire.markup import element, href, text_element
from radicale_dirserver.wire.names import dav

ACL = dav("acl")

# Each line: privilege, how deep it lies in the tree of aggregates, what it means.
_TREE: tuple[tuple[str, int, str], ...] = (
    (dav("all"), 0, "Everything"),
    (READ[0], 1, "Read"),
    (READ[1], 2, "Read what one may do oneself"),
    (READ[2], 2, "Read the access control list"),
    (WRITE, 1, "Change"),
    (WRITE_CONTENT, 2, "Change entries"),
    (WRITE_PROPERTIES, 2, "Rename and describe"),
    (BIND, 2, "Add entries"),
    (UNBIND, 2, "Delete entries"),
)

RESTRICTIONS = element(dav("grant-only")) + element(dav("no-invert"))
"""The inside of DAV:acl-restrictions (section 5.6): an entry grants something to somebody, and never the other way round."""


def _supported(lines: tuple[tuple[str, int, str], ...]) -> str:
    """Write the tree of which the first line is the root."""
    if not lines:
        return ""
    (privilege, depth, description), *below = lines
    end = next((number for number, (_, other, _) in enumerate(below) if other <= depth), len(below))
    inner = element(dav("privilege"), element(privilege))
    inner += element(dav("abstract")) if depth == 0 else ""
    inner += text_element(dav("description"), description).replace("<description", '<description xml:lang="en"', 1)
    inner += _supported(tuple(below[:end]))
    return element(dav("supported-privilege"), inner) + _supported(tuple(below[end:]))


SUPPORTED_PRIVILEGES = _supported(_TREE)
"""The inside of DAV:supported-privilege-set (section 5.3), the same everywhere."""


def acl_of(principal: str, privileges: tuple[str, ...]) -> str:
    """Return the inside of DAV:acl (section 5.5) that grants these to one principal; ``principal`` is a finished element."""
    return element(dav("ace"), element(dav("principal"), principal) + _grant(privileges))


@functools.lru_cache(maxsize=64)
def _grant(privileges: tuple[str, ...]) -> str:
    granted = "".join(element(dav("privilege"), element(privilege)) for privilege in privileges)
    return element(dav("grant"), granted) + element(dav("protected"))


def acl(facts: Facts) -> str | None:
    """RFC 3744 section 5.5."""
    if isinstance(facts.place, Root):
        return acl_of(element(dav("authenticated")), READ)
    if not isinstance(facts.place, BookPlace):
        return acl_of(href(facts.home), READ)
    if facts.view is None:
        return None
    return acl_of(href(facts.home), READ if facts.place.name == GATEWAY else book_privileges(facts.view))


def supported_privilege_set(_facts: Facts) -> str:
    """RFC 3744 section 5.3."""
    return SUPPORTED_PRIVILEGES


def acl_restrictions(_facts: Facts) -> str:
    """RFC 3744 section 5.6."""
    return RESTRICTIONS


def inherited_acl_set(_facts: Facts) -> str:
    """RFC 3744 section 5.7: nothing is inherited from another resource."""
    return ""


COLLECTION_ACL: Mapping[str, Property] = MappingProxyType(
    {
        dav("supported-privilege-set"): supported_privilege_set,
        ACL: acl,
        dav("acl-restrictions"): acl_restrictions,
        dav("inherited-acl-set"): inherited_acl_set,
    }
)
"""What every collection says about access."""

ENTRY_ACL: Mapping[str, str] = MappingProxyType(
    {dav("supported-privilege-set"): SUPPORTED_PRIVILEGES, dav("acl-restrictions"): RESTRICTIONS, dav("inherited-acl-set"): ""}
)
"""What every entry says about access, apart from the list itself: the insides, finished."""
