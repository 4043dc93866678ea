# SPDX-License-Identifier: GPL-3.0-or-later
"""Families of programs that ask: what a client gets may depend on which it is, since each shows and breaks on other things."""

from __future__ import annotations

from enum import StrEnum


class Family(StrEnum):
    """Programs that behave alike. ``OTHER`` is whatever isn't known, and whoever doesn't say."""

    IOS = "ios"
    MACOS = "macos"
    DAVX5 = "davx5"
    THUNDERBIRD = "thunderbird"
    EVOLUTION = "evolution"
    KDE = "kde"
    OUTLOOK = "outlook"
    VDIRSYNCER = "vdirsyncer"
    OTHER = "other"

    @property
    def label(self) -> str:
        """What people call it."""
        return _LABELS[self]


_LABELS = {
    Family.IOS: "iPhone and iPad",
    Family.MACOS: "Mac Contacts",
    Family.DAVX5: "DAVx5 on Android",
    Family.THUNDERBIRD: "Thunderbird and CardBook",
    Family.EVOLUTION: "Evolution and GNOME Contacts",
    Family.KDE: "KDE Contact and Akonadi",
    Family.OUTLOOK: "Outlook CalDav Synchronizer",
    Family.VDIRSYNCER: "vdirsyncer",
    Family.OTHER: "any other program",
}
