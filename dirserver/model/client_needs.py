# SPDX-License-Identifier: GPL-3.0-or-later
"""What each family of clients gets when nobody says otherwise, and why.

Rules of this file: a reason is what a program was seen to do or says of itself. Families that can share a form do: finished
cards are kept once for each form.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from dirserver.model.client import Family
from dirserver.model.profile import CardVersion, Gal, GroupDialect, PhotoSize, Profile, ProfileSubject, ReadOnlyPut, Rule, Settings, Tier

# Reads 3.0 only: a photo of 4.0 is not shown. Photos of more than a megabyte stop its sync. A refused
# change stops all further sync until the account is switched off and on. Callers are named from synced books only. Its lists
# are cards with Apple's own names for KIND and MEMBER; of categories it knows nothing.
_IOS = Settings(Gal.SYNCED, PhotoSize.PX320, CardVersion.V3, GroupDialect.APPLE, ReadOnlyPut.ABSORB)

# As iOS, but it shows one book of an account only: the people come by the directory gateway, the book is the person's own.
_MACOS = Settings(Gal.GATEWAY, PhotoSize.PX320, CardVersion.V3, GroupDialect.APPLE, ReadOnlyPut.ABSORB)

# Asks for 4.0 where it is offered, and takes back what is refused with need-privileges. Android shows a contact's photo at up
# to 720 pixels. Groups are cards unless its user chooses "per-contact categories".
_DAVX5 = Settings(Gal.SYNCED, PhotoSize.PX640, CardVersion.V4, GroupDialect.KIND, ReadOnlyPut.REFUSE)

# Writes the version that it read. A refused change stays in its book unseen until the card changes on the server. Its lists never
# leave it; the card of a group would stand among the people.
_THUNDERBIRD = Settings(Gal.SYNCED, PhotoSize.STORED, CardVersion.V4, GroupDialect.CATEGORIES, ReadOnlyPut.ABSORB)

# Versions before 3.50 read 3.0 only, later ones ask for 4.0 themselves. It says "permission denied" when it reads need-privileges.
_EVOLUTION = Settings(Gal.SYNCED, PhotoSize.STORED, CardVersion.V3, GroupDialect.CATEGORIES, ReadOnlyPut.REFUSE)

# Never asks for privileges: it lets people edit any book, and tries a refused change again and again.
_KDE = Settings(Gal.SYNCED, PhotoSize.STORED, CardVersion.V3, GroupDialect.CATEGORIES, ReadOnlyPut.ABSORB)

# Reads 3.0. Reports each refused change at each run. Outlook shows photos small, and categories in colours.
_OUTLOOK = Settings(Gal.SYNCED, PhotoSize.PX320, CardVersion.V3, GroupDialect.CATEGORIES, ReadOnlyPut.ABSORB)

BUILT_IN: Mapping[Family, Settings] = MappingProxyType(
    {
        Family.IOS: _IOS,
        Family.MACOS: _MACOS,
        Family.DAVX5: _DAVX5,
        Family.THUNDERBIRD: _THUNDERBIRD,
        Family.EVOLUTION: _EVOLUTION,
        Family.KDE: _KDE,
        Family.OUTLOOK: _OUTLOOK,
        # A mirror of files: everything as it is, and the truth about what it may not.
        Family.VDIRSYNCER: Settings(),
        Family.OTHER: Settings(),
    }
)

_UNKNOWN = Profile()
_ANYBODY = Settings(_UNKNOWN.gal, _UNKNOWN.photo, _UNKNOWN.vcard, _UNKNOWN.groups, _UNKNOWN.read_only)


def built_in(family: Family) -> Rule:
    """Return what a family gets when nobody says otherwise: every setting."""
    return Rule(ProfileSubject(Tier.BUILT_IN), family, BUILT_IN[family].over(_ANYBODY))
