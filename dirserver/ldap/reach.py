# SPDX-License-Identifier: GPL-3.0-or-later
"""What base and scope of a search cover: entries that the door holds, books to ask the directory about, or one entry.

Containers and groups are the same for many searches of one asker, so those of recent askers are remembered under the
directory's change number: whatever could make them different moves it.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

from dirserver.directory.reading import Reading
from dirserver.ldap.rootdse import CANCEL, EXTERNAL, PASSWORD_MODIFY, PLAIN, START_TLS, WHO_AM_I, root_dse
from dirserver.ldap.tree.containers import containers_of
from dirserver.ldap.tree.dit import PEOPLE, BookPlace, EntryPlace, Fixed, GroupPlace, Place, Tree
from dirserver.ldap.tree.held import HeldEntry
from dirserver.ldap.tree.places import find_book, find_entry, find_group, listed_books
from dirserver.ldap.tree.projection import project_group
from dirserver.ldap.tree.schema import subschema
from dirserver.ldap.wire.message import Scope
from dirserver.model.change import Marks
from dirserver.model.names import Slug
from dirserver.model.principal import Principal

_KEPT = 128


@dataclass(frozen=True, slots=True)
class Reach:
    """What is covered: entries that the door holds, then books to search, or one entry of a book by its UUID."""

    held: tuple[HeldEntry, ...] = ()
    books: tuple[Slug, ...] = ()
    one: tuple[Slug, str] | None = None


_Key = tuple[int | None, bool, int, BookPlace | Fixed, Scope, bool]


class Reaches:
    """Finds out what searches cover. Safe for threads."""

    def __init__(self, tree: Tree, *, has_tls: bool = False, has_client_ca: bool = False) -> None:
        self._tree = tree
        extensions = (WHO_AM_I, PASSWORD_MODIFY, CANCEL, *((START_TLS,) if has_tls else ()))
        self.root = root_dse(tree, extensions=extensions, mechanisms=(PLAIN, EXTERNAL) if has_client_ca else (PLAIN,))
        self._lock = threading.Lock()
        self._known: OrderedDict[_Key, Reach | None] = OrderedDict()

    def of(self, reading: Reading, place: Place, scope: Scope, *, is_counting: bool = False) -> Reach | None:
        """Return what the scope covers from a place; None if nothing (visible) is at the place. ``is_counting``: see ``containers_of``."""
        match place:
            case EntryPlace():
                entry = find_entry(reading, place)
                found = None if entry is None else Reach(one=(place.slug, entry.uuid))
            case GroupPlace():
                group = find_group(reading, place)
                found = None if group is None else Reach((project_group(group, self._tree),))
            case Fixed.SUBSCHEMA | Fixed.ROOT:
                found = Reach((subschema() if place is Fixed.SUBSCHEMA else self.root,))
            case _:
                return self._recall(reading, place, scope, is_counting=is_counting)
        # What holds nothing has nothing one level down.
        return Reach() if scope is Scope.ONE and found is not None else found

    def known(self, who: Principal, marks: Marks, place: BookPlace | Fixed, scope: Scope) -> Reach | None:
        """Return what ``of`` found at this state of the directory, without asking anything; None if nobody asked or nothing is there."""
        key = (who.account_id, who.is_system, sum(marks), place, scope, False)
        with self._lock:
            return self._known.get(key)

    def _recall(self, reading: Reading, place: BookPlace | Fixed, scope: Scope, *, is_counting: bool) -> Reach | None:
        who = reading.principal
        key = (who.account_id, who.is_system, reading.change_number(), place, scope, is_counting)
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
        found = _of_container(reading, self._tree, place, scope, is_counting=is_counting)
        with self._lock:
            self._known[key] = found
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return found


def _of_container(reading: Reading, tree: Tree, place: BookPlace | Fixed, scope: Scope, *, is_counting: bool) -> Reach | None:
    if isinstance(place, BookPlace) and find_book(reading, place.slug) is None:
        return None
    held = containers_of(reading, tree, place, scope, is_counting=is_counting)
    if scope is Scope.BASE:
        return Reach(held)
    if isinstance(place, BookPlace):
        return Reach(held, (place.slug,))
    if place is Fixed.GROUPS or (place is Fixed.SUFFIX and scope is Scope.SUBTREE):
        held = (*held, *(project_group(group, tree) for group in reading.groups()))
    if place is Fixed.GROUPS or scope is Scope.ONE:
        return Reach(held)
    return Reach(held, tuple(view.slug for view in listed_books(reading) if place is Fixed.SUFFIX or view.slug != PEOPLE))
