# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody may do, in WebDAV's words (RFC 3744 section 3): from levels to DAV:current-user-privilege-set."""

from __future__ import annotations

import functools

from dirserver.directory.views.entry import BookView
from dirserver.model.book import Level
from radicale_dirserver.wire.markup import element
from radicale_dirserver.wire.names import dav

READ = (dav("read"), dav("read-current-user-privilege-set"), dav("read-acl"))
WRITE_CONTENT = dav("write-content")
WRITE_PROPERTIES = dav("write-properties")
BIND = dav("bind")
UNBIND = dav("unbind")
WRITE = dav("write")


def book_privileges(view: BookView) -> tuple[str, ...]:
    """Return the privileges on a book. Clients decide by them whether a book can be edited at all.

    So they speak of every entry: who may only edit their own card sees a book to read, and is told on that card.
    DAV:write joins them when entries can be changed, added and removed.
    """
    found = list(READ)
    if view.level >= Level.EDIT:
        found.append(WRITE_CONTENT)
    if view.may_add:
        found.append(BIND)
    if view.may_delete:
        found.append(UNBIND)
    if may_rename(view):
        found.append(WRITE_PROPERTIES)
    if {WRITE_CONTENT, BIND, UNBIND} <= set(found):
        # Clients that know only DAV:write would take the book for read-only; a PROPPATCH beyond the rights is refused by itself.
        found.append(WRITE)
    return tuple(found)


def entry_privileges(level: Level) -> tuple[str, ...]:
    """Return the privileges on one entry."""
    return (*READ, WRITE_CONTENT) if level >= Level.EDIT else READ


def may_rename(view: BookView) -> bool:
    """Tell whether name and description of the book may be changed."""
    return view.level >= Level.OWN and view.label is None


@functools.cache
def privilege_set(privileges: tuple[str, ...]) -> str:
    """Return the inside of DAV:current-user-privilege-set."""
    return "".join(element(dav("privilege"), element(privilege)) for privilege in privileges)
