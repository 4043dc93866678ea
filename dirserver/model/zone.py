# SPDX-License-Identifier: GPL-3.0-or-later
"""A time zone: what a day and an hour mean where the company is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone by its name in the IANA database (``Europe/Warsaw``); "" is this machine's own."""

    name: str = ""

    def __str__(self) -> str:
        return self.name

    def moment(self, wall: datetime) -> datetime:
        """Return the moment at which clocks there show ``wall``, which has no zone."""
        return wall.astimezone() if self._info is None else wall.replace(tzinfo=self._info)

    def beginning(self, day: date) -> datetime:
        """Return when a day begins there."""
        return self.moment(datetime.combine(day, time()))

    def shown(self, at: datetime) -> datetime:
        """Return a moment as clocks there show it."""
        return at.astimezone(self._info)

    @property
    def called(self) -> str:
        """What it is called where somebody reads it: its name, or the abbreviation of this machine's."""
        return self.name or f"{datetime.now().astimezone():%Z}"

    @property
    def _info(self) -> tzinfo | None:
        return ZoneInfo(self.name) if self.name else None
