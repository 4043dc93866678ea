# SPDX-License-Identifier: GPL-3.0-or-later
"""Address books and the levels one may have on them."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import NamedTuple

from dirserver.model.names import Slug


class BookKind(StrEnum):
    """What a book is for: the company's people, a list shared by some, or one person's own."""

    PEOPLE = "people"
    SHARED = "shared"
    PERSONAL = "personal"


class Level(IntEnum):
    """How much one may do on a book; each level includes those before."""

    NONE = 0
    VIEW = 1
    EDIT = 2
    DELETE = 3
    MANAGE = 4
    OWN = 5


class Book(NamedTuple):
    """One address book.

    ``number`` is the change number of its newest change, ``epoch`` a random word that is new after a restore from backup;
    ``owner_id`` is the account that a personal book belongs to, else None. ``created_us``: when it was made, in microseconds since 1970.
    ``needs_label``: a contact without a label isn't added.
    """

    id: int
    uuid: str
    slug: Slug
    kind: BookKind
    name: str
    description: str
    owner_id: int | None
    number: int
    epoch: str
    created_us: int = 0
    needs_label: bool = False
