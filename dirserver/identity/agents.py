# SPDX-License-Identifier: GPL-3.0-or-later
"""What a browser calls itself (User-Agent, RFC 9110 section 10.1.5), in the words that people use. It is only told, never trusted."""

from __future__ import annotations

import re

LONGEST = 300
"""As much of it as is kept."""

# The first that fits: nearly all say that they are Mozilla, Safari and Chrome too.
_BROWSERS = (
    (re.compile(r"Edg(?:e|A|iOS)?/"), "Edge"),
    (re.compile(r"OPR/|Opera"), "Opera"),
    (re.compile(r"SamsungBrowser/"), "Samsung Internet"),
    (re.compile(r"Vivaldi/"), "Vivaldi"),
    (re.compile(r"Firefox/|FxiOS/"), "Firefox"),
    (re.compile(r"Chrome/|Chromium/|CriOS/"), "Chrome"),
    (re.compile(r"Version/[\d.]+ .*Safari/"), "Safari"),
    (re.compile(r"curl/"), "curl"),
)
_SYSTEMS = (
    (re.compile(r"iPhone|iPod"), "iPhone"),
    (re.compile(r"iPad"), "iPad"),
    (re.compile(r"Android"), "Android"),
    (re.compile(r"CrOS"), "ChromeOS"),
    (re.compile(r"Windows"), "Windows"),
    (re.compile(r"Macintosh|Mac OS X"), "macOS"),
    (re.compile(r"Linux|X11"), "Linux"),
)


def in_words(agent: str) -> str:
    """Return browser and system (``Firefox, Windows``), as far as they are known; empty for what nobody knows."""
    found = (next((name for pattern, name in known if pattern.search(agent[:LONGEST])), "") for known in (_BROWSERS, _SYSTEMS))
    return ", ".join(name for name in found if name)
