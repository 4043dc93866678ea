# SPDX-License-Identifier: GPL-3.0-or-later
"""The paths of this door (below its mount): ``/``, ``/LOGIN/``, ``/LOGIN/BOOK/``, ``/LOGIN/BOOK/NAME`` and two kinds of others.

Every person has a home of their own, so one book has as many addresses as readers. ``contacts`` is the personal book and
``directory`` the gateway: the people, to be searched but not listed (macOS and iOS look them up one by one). No other book
can have one of these names. Below ``.groups`` are the groups that the person is in, as principals; below ``.push`` registrations of
devices (WebDAV-Push), known to who made them. Neither is listed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from dirserver.model.names import Href, Slug

PERSONAL = "contacts"
PEOPLE = Slug("people")
GATEWAY = "directory"
GROUPS = ".groups"
REGISTRATIONS = ".push"

MAX_NAME_LENGTH = 255
_SHORT = 160
# The delete and C1 controls, separators of lines, lone surrogates: nothing that a person could type on purpose.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Root:
    """The door itself: where discovery begins."""

    @property
    def path(self) -> str:
        """The canonical path."""
        return "/"


@dataclass(frozen=True, slots=True)
class Home:
    """A person's principal, which is also the home of their books. ``login`` as the client wrote it."""

    login: str

    @property
    def path(self) -> str:
        """The canonical path."""
        return f"/{self.login}/"


@dataclass(frozen=True, slots=True)
class BookPlace:
    """A book in somebody's home, under the name it has there."""

    login: str
    name: str

    @property
    def path(self) -> str:
        """The canonical path."""
        return f"/{self.login}/{self.name}/"

    @property
    def home(self) -> Home:
        """The home that it lies in."""
        return Home(self.login)


@dataclass(frozen=True, slots=True)
class ItemPlace:
    """An entry in a book."""

    book: BookPlace
    href: Href

    @property
    def path(self) -> str:
        """The canonical path."""
        return self.book.path + self.href

    @property
    def login(self) -> str:
        """Whose home it lies in."""
        return self.book.login


@dataclass(frozen=True, slots=True)
class RegistrationPlace:
    """A device's registration to hear of changes: something to delete and nothing else."""

    login: str
    id: str

    @property
    def path(self) -> str:
        """The canonical path."""
        return f"/{self.login}/{REGISTRATIONS}/{self.id}"


@dataclass(frozen=True, slots=True)
class GroupPlace:
    """A group that the home's person is in: a principal (RFC 3744 section 2) to be read about and nothing else."""

    login: str
    uuid: str

    @property
    def path(self) -> str:
        """The canonical path."""
        return f"/{self.login}/{GROUPS}/{self.uuid}"


Place = Root | Home | BookPlace | ItemPlace | GroupPlace | RegistrationPlace


def find_place(path: str) -> Place | None:
    """Return what a decoded path names, None for what can't be anything. A missing slash at the end of a collection is forgiven."""
    # Phones ask about the same few all day, and each entry is named by many.
    return _usual(path) if len(path) <= _SHORT else _find(path)


def _find(path: str) -> Place | None:
    segments = path.removeprefix("/").split("/")
    has_slash = segments[-1] == ""
    if has_slash:
        segments.pop()
    if len(segments) > 3 or not all(is_safe_name(segment) for segment in segments) or (len(segments) == 3 and has_slash):
        return None
    match segments:
        case []:
            return Root()
        case [login]:
            return Home(login)
        case [login, name]:
            return BookPlace(login, name)
        case [login, name, id_] if name == REGISTRATIONS:
            return RegistrationPlace(login, id_)
        case [login, name, uuid] if name == GROUPS:
            return GroupPlace(login, uuid)
        case [login, name, href]:
            return ItemPlace(BookPlace(login, name), Href(href))
    return None


_usual = lru_cache(maxsize=4096)(_find)


def is_safe_name(name: str) -> bool:
    """Tell whether a text can be one segment of a path."""
    return bool(name) and name not in {".", ".."} and len(name) <= MAX_NAME_LENGTH and _UNSAFE.search(name) is None


def name_at_home(slug: Slug) -> str:
    """Return the name of a book in its reader's home."""
    return PERSONAL if slug.startswith("~") else slug


def slug_of(name: str, login: str) -> Slug:
    """Return the slug of the book that ``login`` sees under a name at home."""
    if name == PERSONAL:
        return Slug(f"~{login}")
    return PEOPLE if name == GATEWAY else Slug(name)
