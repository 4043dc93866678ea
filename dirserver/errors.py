# SPDX-License-Identifier: GPL-3.0-or-later
"""The errors of dirserver: one tree, free of protocols.

    DirserverError
    ├── BadInput              what was given can't be used; says where and what to do
    │   ├── BadCard           a vCard that can't be read or stored (reason, line)
    │   ├── BadConfig         dirserver.toml: file, line, remedy
    │   ├── BadFilter         a filter that can't be understood
    │   └── TooLarge          over a limit, with the limit
    ├── NotAllowed            the principal may not do this
    ├── NotFound              nothing of that name that the principal may see
    ├── Conflict              the change clashes with what is there
    │   ├── Stale             the revision or ETag that was expected is gone
    │   └── UidTaken          another entry of the book has this UID (knows its href)
    ├── NotAuthenticated      login and password don't fit, or the account is closed
    │   ├── Throttled         too many failures; says how many seconds to wait
    │   └── SecondStepNeeded  the password is right, and this account needs a second factor too
    └── Unavailable           the store can't answer now; try again
        └── NoRoom            its disk is full: nothing is written until somebody makes room

Every error carries ``public_message``: safe to show to any client. It names what the caller sent or may know, never
SQL, paths, other people's data or a stack. Doors turn the class into their own code (HTTP status, LDAP result code,
exit status) in one table each.
"""

from __future__ import annotations


class DirserverError(Exception):
    """Root of the tree. ``public_message`` is what a client may read."""

    def __init__(self, public_message: str) -> None:
        super().__init__(public_message)
        self.public_message = public_message


class BadInput(DirserverError):
    """What was given can't be used; the message says where and how to mend it."""


class BadCard(BadInput):
    """A vCard that can't be read or stored.

    ``reason`` is one sentence; ``line`` counts physical lines from 1 in what was given, or None when no single line is at fault.
    """

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(f"line {line}: {reason}" if line is not None else reason)
        self.reason = reason
        self.line = line


class BadConfig(BadInput):
    """dirserver.toml (or a command's options) can't be used: names file, line and remedy."""


class BadFilter(BadInput):
    """A filter that can't be understood (RFC 4515 text, a CardDAV filter, a search box)."""


class TooLarge(BadInput):
    """Over a limit. ``limit`` is in the unit that the message names."""

    def __init__(self, public_message: str, limit: int) -> None:
        super().__init__(public_message)
        self.limit = limit


class NotAllowed(DirserverError):
    """The principal may see the thing but not do this to it."""


class NotFound(DirserverError):
    """Nothing of that name that the principal may see: hidden and missing look the same."""


class Conflict(DirserverError):
    """The change clashes with what is stored; nothing was changed."""


class Stale(Conflict):
    """The revision or ETag that the caller expected is no longer the current one."""


class UidTaken(Conflict):
    """Another entry of the book has this UID, or the entry of that name has another (RFC 6352 section 6.3.2.1, no-uid-conflict)."""

    def __init__(self, public_message: str, href: str) -> None:
        super().__init__(public_message)
        self.href = href


class NotAuthenticated(DirserverError):
    """Login and password don't fit, or the account is closed: the two look the same from outside."""


class Throttled(NotAuthenticated):
    """Too many failures from this address or for this account."""

    def __init__(self, public_message: str, retry_after_s: int) -> None:
        super().__init__(public_message)
        self.retry_after_s = retry_after_s


class SecondStepNeeded(NotAuthenticated):
    """The first step of a sign-in is done, and the account asks for a second one: no session without it."""


class Unavailable(DirserverError):
    """The store can't answer now (locked, down, in maintenance); the same request may work later."""


class NoRoom(Unavailable):
    """The store's disk is full: what can be read is there, and nothing is written until somebody has made room (RFC 4918, 11.5)."""
