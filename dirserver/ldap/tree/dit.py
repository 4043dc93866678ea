# SPDX-License-Identifier: GPL-3.0-or-later
"""The tree that LDAP clients see, and what a DN in it names.

    (root DSE)
    ├── cn=Subschema
    └── SUFFIX                           dc=example,dc=com
        ├── ou=people                    the book "people": uid=NAME
        ├── ou=books
        │   └── ou=SLUG                  a shared book: uid=NAME
        └── ou=groups                    cn=NAME (groupOfNames)

Personal books have no place here: a shared phone would show them. Entries are named by ``uid``; ``cn=`` finds them too, as
long as it means one.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from dirserver.errors import BadInput
from dirserver.ldap.tree.errors import InvalidName
from dirserver.model.dn import DN, escape
from dirserver.model.names import Slug

PEOPLE = Slug("people")
SUBSCHEMA = DN.parse("cn=Subschema")

# Names and OIDs (RFC 4514 section 2: a client may write either).
_NAMING = {"uid": "uid", "userid": "uid", "0.9.2342.19200300.100.1.1": "uid", "cn": "cn", "commonname": "cn", "2.5.4.3": "cn"}
_UNITS = ("ou", "organizationalunitname", "2.5.4.11")


class Fixed(Enum):
    """The places that are always there."""

    ROOT = "root"
    SUBSCHEMA = "subschema"
    SUFFIX = "suffix"
    BOOKS = "books"
    GROUPS = "groups"


@dataclass(frozen=True, slots=True)
class BookPlace:
    """The container of a book's entries."""

    slug: Slug


@dataclass(frozen=True, slots=True)
class EntryPlace:
    """An entry of a book by its ``uid``, or by its ``cn`` if ``is_by_cn``."""

    slug: Slug
    name: str
    is_by_cn: bool = False


@dataclass(frozen=True, slots=True)
class GroupPlace:
    """A group by its ``cn``."""

    name: str


Place = Fixed | BookPlace | EntryPlace | GroupPlace


def read_dn(text: str) -> DN:
    """Read a DN that a client sent. Raises InvalidName."""
    try:
        return DN.parse(text)
    except BadInput as error:
        raise InvalidName(error.public_message) from None


class Tree:
    """The names of one directory's tree, both ways."""

    def __init__(self, suffix: DN) -> None:
        self.suffix = suffix
        self.people = suffix.child("ou", "people")
        self.books = suffix.child("ou", "books")
        self.groups = suffix.child("ou", "groups")
        self._suffix_key = suffix.key
        self._people_tail = f",{self.people}"
        self._books_tail = f",{self.books}"
        self._groups_tail = f",{self.groups}"

    def locate(self, dn: DN) -> Place | None:
        """Return what ``dn`` names if the tree can have such a name; whether the entry exists is the directory's to say."""
        if not dn.rdns:
            return Fixed.ROOT
        if dn.key == SUBSCHEMA.key:
            return Fixed.SUBSCHEMA
        if not dn.is_within(self.suffix):
            return None
        steps = dn.rdns[: len(dn.rdns) - len(self._suffix_key)][::-1]
        if any(len(rdn) != 1 for rdn in steps):
            return None
        return self._below_suffix([(rdn[0].attribute, rdn[0].value) for rdn in steps])

    def _below_suffix(self, steps: list[tuple[str, str]]) -> Place | None:
        if not steps:
            return Fixed.SUFFIX
        (attribute, value), *rest = steps
        unit = value.strip().lower()
        if attribute not in _UNITS:
            return None
        if unit == "people":
            return _in_book(PEOPLE, rest)
        if unit == "groups":
            if not rest:
                return Fixed.GROUPS
            return GroupPlace(rest[0][1]) if len(rest) == 1 and _NAMING.get(rest[0][0]) == "cn" else None
        if unit != "books":
            return None
        if not rest:
            return Fixed.BOOKS
        (attribute, slug), *rest = rest
        slug = slug.strip().lower()
        # "people" has its place above, and "~LOGIN" is a personal book: neither has a second one here.
        if attribute not in _UNITS or slug == PEOPLE or slug.startswith("~"):
            return None
        return _in_book(Slug(slug), rest)

    def book_dn(self, slug: str) -> str:
        """Return the DN of a book's container."""
        return str(self.people) if slug == PEOPLE else f"ou={escape(slug)}{self._books_tail}"

    def entry_dn(self, slug: str, name: str) -> str:
        """Return the DN of an entry by its book and name."""
        tail = self._people_tail if slug == PEOPLE else f",ou={escape(slug)}{self._books_tail}"
        return f"uid={escape(name)}{tail}"

    def account_dn(self, login: str) -> str:
        """Return the DN by which an account is shown and may bind, whether or not it has an entry."""
        return self.entry_dn(PEOPLE, login)

    def group_dn(self, name: str) -> str:
        """Return the DN of a group."""
        return f"cn={escape(name)}{self._groups_tail}"


def _in_book(slug: Slug, steps: list[tuple[str, str]]) -> Place | None:
    if not steps:
        return BookPlace(slug)
    naming = _NAMING.get(steps[0][0])
    if len(steps) > 1 or naming is None:
        return None
    return EntryPlace(slug, steps[0][1], is_by_cn=naming == "cn")
