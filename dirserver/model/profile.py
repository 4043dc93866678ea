# SPDX-License-Identifier: GPL-3.0-or-later
"""What a CardDAV client gets: how the people come to it, how cards look, what happens to a change that it may not make.

A profile decides the form only: what somebody may see is decided by grants, at every door. The values of each setting stand in
the order from the most careful to the most generous; where several groups of one person differ, the most careful wins.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from dirserver.errors import BadInput
from dirserver.model.client import Family


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


CHOICES: Mapping[str, type[StrEnum]] = MappingProxyType(
    {"gal": Gal, "photo": PhotoSize, "vcard": CardVersion, "groups": GroupDialect, "read_only": ReadOnlyPut}
)
"""Every setting by its name, with its values from the most careful to the most generous."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Some of the settings; None where nothing is said."""

    gal: Gal | None = None
    photo: PhotoSize | None = None
    vcard: CardVersion | None = None
    groups: GroupDialect | None = None
    read_only: ReadOnlyPut | None = None

    @classmethod
    def of(cls, texts: Mapping[str, str]) -> Settings:
        """Read settings by name. BadInput for a name or a value that there isn't."""
        for name, text in texts.items():
            choices = CHOICES.get(name)
            if choices is None:
                raise BadInput(f"there is no setting '{name}' in a profile: use {', '.join(CHOICES)}")
            if text not in set(choices):
                raise BadInput(f"{name} can't be '{text}': use {', '.join(choices)}")
        return cls(
            gal=Gal(texts["gal"]) if "gal" in texts else None,
            photo=PhotoSize(texts["photo"]) if "photo" in texts else None,
            vcard=CardVersion(texts["vcard"]) if "vcard" in texts else None,
            groups=GroupDialect(texts["groups"]) if "groups" in texts else None,
            read_only=ReadOnlyPut(texts["read_only"]) if "read_only" in texts else None,
        )

    def said(self) -> Iterator[tuple[str, StrEnum]]:
        """Return name and value of each setting that something is said about."""
        for name in CHOICES:
            value: StrEnum | None = getattr(self, name)
            if value is not None:
                yield name, value

    def texts(self) -> dict[str, str]:
        """Return what is said as texts that ``of`` reads."""
        return {name: value.value for name, value in self.said()}

    def over(self, below: Settings) -> Settings:
        """Return what both say together; where both say something, this wins."""
        return Settings.of(below.texts() | self.texts())

    def without(self, names: frozenset[str]) -> Settings:
        """Return what is said about other settings than these."""
        return Settings.of({name: text for name, text in self.texts().items() if name not in names})


class Tier(StrEnum):
    """Who says something in a profile, from the least to the most specific; the most specific wins, setting by setting."""

    BUILT_IN = "built-in"
    ORGANISATION = "organisation"
    GROUP = "group"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class ProfileSubject:
    """For whom something is said; ``name`` is a group's name or a login, else empty."""

    tier: Tier
    name: str = ""

    def __str__(self) -> str:
        return f"{self.tier}:{self.name}" if self.name else str(self.tier)

    @classmethod
    def parse(cls, text: str) -> ProfileSubject:
        """Read ``organisation``, ``group:NAME`` or ``account:LOGIN``; BadInput otherwise."""
        tier, _, name = text.partition(":")
        if tier not in {Tier.ORGANISATION, Tier.GROUP, Tier.ACCOUNT} or (tier == Tier.ORGANISATION) == bool(name):
            raise BadInput(f"'{text}' has no profile: use organisation, group:NAME or account:LOGIN")
        return cls(Tier(tier), name)


ORGANISATION = ProfileSubject(Tier.ORGANISATION)


@dataclass(frozen=True, slots=True)
class Rule:
    """What is said for one subject about one family of clients (None: any)."""

    subject: ProfileSubject
    family: Family | None
    settings: Settings


@dataclass(frozen=True, slots=True)
class Decided:
    """One setting of a profile, and the rule that decided it."""

    name: str
    value: str
    by: Rule
