# SPDX-License-Identifier: GPL-3.0-or-later
"""The assertion control (RFC 4528): do this only if that is true of the entry.

It is judged as a search by the same asker would judge it, so it says nothing that a search wouldn't, and in the transaction of what
depends on it.
"""

from __future__ import annotations

from dirserver.directory.reading import Reading
from dirserver.directory.views.entry import Search
from dirserver.ldap.tree.containers import containers_of
from dirserver.ldap.tree.dit import EntryPlace, GroupPlace, Place, Tree
from dirserver.ldap.tree.errors import Refused
from dirserver.ldap.tree.extensible import rdns_of, simplify
from dirserver.ldap.tree.held import HeldEntry
from dirserver.ldap.tree.places import find_entry, find_group
from dirserver.ldap.tree.projection import project_group
from dirserver.ldap.tree.references import References
from dirserver.ldap.wire.ber import ProtocolError
from dirserver.ldap.wire.filter import decode_filter
from dirserver.ldap.wire.limits import DEFAULT
from dirserver.ldap.wire.message import Code, Control, Scope
from dirserver.model.dn import DN
from dirserver.model.filter import And, Equality, Filter
from dirserver.model.names import Slug

OID = "1.3.6.1.1.12"


def read(control: Control) -> Filter:
    """Read the control. Raises ProtocolError, and TooLarge as for any filter."""
    value = control.value or b""
    wanted, at = decode_filter(value, 0, len(value), DEFAULT)
    if at != len(value):
        raise ProtocolError("something stands behind the filter of an assertion")
    return wanted


def require(reading: Reading, tree: Tree, place: Place | None, wanted: Filter | None) -> None:
    """Raise Refused unless the assertion is true of the entry at a place; where there is none, that is told otherwise."""
    if wanted is None or place is None:
        return
    match place:
        case EntryPlace(slug):
            entry = find_entry(reading, place)
            if entry is not None and not _is_true(reading, tree, slug, entry.uuid, wanted):
                raise _refusal()
        case GroupPlace():
            group = find_group(reading, place)
            if group is not None:
                require_held(project_group(group, tree), wanted)
        case _:
            for container in containers_of(reading, tree, place, Scope.BASE):
                require_held(container, wanted)


def _is_true(reading: Reading, tree: Tree, slug: Slug, uuid: str, wanted: Filter) -> bool:
    here = simplify(wanted, rdns_of(DN.parse(tree.book_dn(slug))))
    question = And((Equality("entryUUID", uuid), References(reading, tree).translate(here)))
    return bool(reading.search(Search(question, (slug,), limit=1)).entries)


def require_held(entry: HeldEntry, wanted: Filter | None) -> None:
    """Raise Refused unless the assertion is true of an entry that the door holds."""
    if wanted is not None and not entry.satisfies(simplify(wanted, rdns_of(DN.parse(entry.dn)))):
        raise _refusal()


def _refusal() -> Refused:
    return Refused(Code.ASSERTION_FAILED, "what was asserted isn't true of this entry")
