# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings of hygiene: see ``config.settings`` for the rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from dirserver.config.about import About
from dirserver.config.values import AttributeName, Department, Region

_NO_REGION = Region("")


@dataclass(frozen=True, slots=True)
class CareSettings:
    """What stewards are told of, and what happens to what nobody needs any more. Nothing of this refuses anybody's edit."""

    required: Annotated[
        tuple[AttributeName, ...], About('Attributes that every entry should say; one that lacks them is told of, as in ["cn", "mail"].')
    ] = (AttributeName("cn"),)
    departments: Annotated[
        tuple[Department, ...],
        About(
            "Your departments as they are spelt. Other spellings are told of, with the nearest of these; where the list is empty, a rare "
            "spelling that is close to a much more frequent one is told of."
        ),
    ] = ()
    region: Annotated[
        Region, About('The country of phone numbers that don\'t say theirs, in two letters, as in "PT"; empty leaves them as they are.')
    ] = _NO_REGION
    confirm_after_days: Annotated[
        int, About("An entry that nobody changed or confirmed for so long counts as stale.", minimum=1, maximum=3_650)
    ] = 180
    ask_again_after_days: Annotated[
        int,
        About(
            "Where mail is set up, whom a stale entry is about (or who last worked on it) is asked by mail whether it is still correct, "
            "and after so many days again; 0 asks nobody.",
            minimum=0,
            maximum=365,
        ),
    ] = 30
    ask_times: Annotated[
        int, About("After so many letters without an answer those who look after the book are told.", minimum=1, maximum=12)
    ] = 3
    trash_review_days: Annotated[
        int,
        About(
            "So often those who look after a book are told by mail what lies in its trash, and when it is removed; 0 never.",
            minimum=0,
            maximum=365,
        ),
    ] = 60
    trash_days: Annotated[
        int,
        About("What lay in the trash for so long is removed for good, with its history; 0 keeps it for ever.", minimum=0, maximum=3_650),
    ] = 0
