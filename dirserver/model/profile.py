# SPDX-License-Identifier: GPL-3.0-or-later
"""What a CardDAV client gets: how the people come to it, how cards look, what happens to a change that it may not make.

A profile decides the form only: what somebody may see is decided by grants, at every door. The values of each setting stand in
the order from the most careful to the most generous; where several groups of one person differ, the most careful wins.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Gal(StrEnum):
    """How the people of the company come to a client: not at all, by search only, or as a book that it keeps in step."""

    OFF = "off"
    GATEWAY = "gateway"
    SYNCED = "synced"


class PhotoSize(StrEnum):
    """Photos in cards: none, JPEG in a box of so many pixels a side, or as they are stored.

    Few sizes, since finished cards are kept for each.
    """

    NONE = "none"
    PX96 = "96"
    PX160 = "160"
    PX240 = "240"
    PX320 = "320"
    PX480 = "480"
    PX640 = "640"
    STORED = "stored"

    @property
    def side_px(self) -> int | None:
        """The side of the box; None where nothing is made smaller."""
        return int(self.value) if self.value.isdigit() else None


class CardVersion(StrEnum):
    """The version of vCard (RFC 2426, RFC 6350), or that in which each card was written."""

    V3 = "3.0"
    V4 = "4.0"
    STORED = "stored"


class GroupDialect(StrEnum):
    """How a client is told of groups and labels.

    Not at all; by CATEGORIES of each member; by cards with Apple's X-ADDRESSBOOKSERVER-KIND, or with KIND:group (RFC 6350
    section 6.1.4); or just as cards were written.
    """

    NONE = "none"
    CATEGORIES = "categories"
    APPLE = "apple"
    KIND = "kind"
    STORED = "stored"


class ReadOnlyPut(StrEnum):
    """What happens to a change that its sender may not make.

    It is refused with the missing privilege (RFC 3744 section 7.1.1), or answered as if it were done and taken back by the next
    sync, for programs that stop at a refusal.
    """

    REFUSE = "refuse"
    ABSORB = "absorb"


@dataclass(frozen=True, slots=True)
class Profile:
    """Every setting. The defaults are what a client gets that nothing is known about."""

    gal: Gal = Gal.SYNCED
    photo: PhotoSize = PhotoSize.STORED
    vcard: CardVersion = CardVersion.STORED
    groups: GroupDialect = GroupDialect.STORED
    read_only: ReadOnlyPut = ReadOnlyPut.REFUSE
