# SPDX-License-Identifier: GPL-3.0-or-later
"""Which family of clients a request comes from, by its User-Agent (RFC 9110 section 10.1.5).

Rules of this file: a name here never decides what anybody may see, for everybody can send any. It decides the form only.
"""

from __future__ import annotations

import functools
import re

from dirserver.model.client import Family

_LONGEST = 200
"""Characters that are looked at: what is kept of headers must not grow with what strangers send."""

_SHOWN = 60

# The first that fits decides. The macOS line comes before that of iOS, since both have a dataaccessd and an accountsd; other
# makers' programs on a Mac are not Contacts. The beginnings are held fast: "axios/1.7" ends like "iOS/1.7".
_MARKS = (
    (re.compile(r"\bdav(?:x5|droid)\b"), Family.DAVX5),
    (re.compile(r"cardbook|\bthunderbird/"), Family.THUNDERBIRD),
    (re.compile(r"\bevolution/|\bgnome-contacts\b"), Family.EVOLUTION),
    (re.compile(r"\bakonadi|\bkdav\b|\bkonqueror/|\bkio/"), Family.KDE),
    (re.compile(r"\bcaldavsynchronizer/"), Family.OUTLOOK),
    (re.compile(r"\bvdirsyncer/"), Family.VDIRSYNCER),
    (re.compile(r"\baddressbook|^mac.?os.*\b(?:accountsd|contactsd|dataaccessd)/"), Family.MACOS),
    (re.compile(r"^(?:ios|ipados|visionos|watchos)/|\bdataaccessd/"), Family.IOS),
)


def family_of(user_agent: str) -> Family:
    """Return the family of the program that calls itself so."""
    return _family(user_agent[:_LONGEST]) if user_agent else Family.OTHER


def program_of(user_agent: str) -> str:
    """Return what a program that isn't known calls itself, short and on one line, to be shown to its owner."""
    return "".join(char for char in user_agent[:_SHOWN] if char.isprintable()).strip()


@functools.lru_cache(maxsize=2048)
def _family(user_agent: str) -> Family:
    text = user_agent.lower()
    return next((family for mark, family in _MARKS if mark.search(text)), Family.OTHER)
