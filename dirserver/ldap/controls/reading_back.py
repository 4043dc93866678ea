# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading an entry with its change (RFC 4527): as it was before, as it is after, in the same transaction.

What comes back is what a search by the same asker would give.
"""

from __future__ import annotations

from dirserver.directory.views.entry import Entry, Group
from dirserver.directory.writing import Writing
from dirserver.errors import NotFound
from dirserver.ldap.tree.dit import EntryPlace, GroupPlace, Place, Tree
from dirserver.ldap.tree.places import find_entry, find_group
from dirserver.ldap.tree.projection import Projection, project_group
from dirserver.ldap.tree.selection import select
from dirserver.ldap.wire import ber
from dirserver.ldap.wire.ber import ProtocolError
from dirserver.ldap.wire.message import Control

PRE_READ = "1.3.6.1.1.13.1"
POST_READ = "1.3.6.1.1.13.2"
_MOST_NAMES = 128

Names = tuple[str, ...]


def read(control: Control) -> Names:
    """Read the attributes that a control selects; none: all of a user's. Raises ProtocolError."""
    value = control.value or b""
    at, end = ber.expect(value, 0, len(value), ber.SEQUENCE)
    names: list[str] = []
    while at < end:
        name, at = ber.read_text(value, at, end)
        names.append(name)
    if end != len(value) or len(names) > _MOST_NAMES:
        raise ProtocolError("reading an entry back takes a list of attributes, a hundred at most")
    return tuple(names)


class Echo:
    """What is read back of one change; ``controls`` go with its result."""

    def __init__(self, writing: Writing, tree: Tree, before: Names | None, after: Names | None) -> None:
        self._writing = writing
        self._tree = tree
        self._before = before
        self._after = after
        self._uuid: str | None = None
        self.controls: list[bytes] = []

    def read_before(self, place: Place | None) -> None:
        """Read the entry that is about to change."""
        if self._before is None and self._after is None:
            return
        found = self._at(place)
        if isinstance(found, Entry):
            self._uuid = found.uuid
        if found is not None and self._before is not None:
            self.controls.append(ber.control(PRE_READ, self._encode(found, self._before)))

    def read_after(self, place: Place | None) -> None:
        """Read the entry that has changed; ``place`` is where it is now."""
        if self._after is None:
            return
        found = self._same() or self._at(place)
        if found is not None:
            self.controls.append(ber.control(POST_READ, self._encode(found, self._after)))

    def _at(self, place: Place | None) -> Entry | Group | None:
        match place:
            case EntryPlace():
                return find_entry(self._writing, place)
            case GroupPlace():
                return find_group(self._writing, place)
            case _:
                return None

    def _same(self) -> Entry | None:
        """Return the entry that was there before; one that moved to another book is a new one."""
        try:
            return self._writing.find(self._uuid) if self._uuid is not None else None
        except NotFound:
            return None

    def _encode(self, found: Entry | Group, names: Names) -> bytes:
        selection = select(names)
        if isinstance(found, Group):
            return project_group(found, self._tree).encode(selection, types_only=False)
        return Projection(self._writing, self._tree, selection, types_only=False).encode(found)
