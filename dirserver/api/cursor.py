# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a list goes on: a cursor names the last entry that was told (or how many were), so the server keeps nothing."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from dirserver.api.problems import WrongValue

_WRITTEN = re.compile(r"a([0-9a-f-]{36})|o([0-9a-f]{1,6})")


@dataclass(frozen=True, slots=True)
class Cursor:
    """``after`` is the UUID of the last entry, ``offset`` how many were told; one of the two."""

    after: str = ""
    offset: int = 0

    def __str__(self) -> str:
        text = f"a{self.after}" if self.after else f"o{self.offset:x}"
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def parse(cls, text: str) -> Cursor:
        """Read a cursor; "" is the beginning. WrongValue for one that isn't ours."""
        if not text:
            return cls()
        found = _WRITTEN.fullmatch(_decoded(text))
        if found is None:
            raise WrongValue("cursor", "this is no cursor of ours; begin without one")
        return cls(after=found[1]) if found[1] else cls(offset=int(found[2], 16))


def _decoded(text: str) -> str:
    try:
        return base64.urlsafe_b64decode(text + "==").decode()
    except ValueError:
        return ""
