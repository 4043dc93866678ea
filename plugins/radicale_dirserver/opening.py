# SPDX-License-Identifier: GPL-3.0-or-later
"""The directory for a Radicale that loads our plugins by name, as in ``[storage] type = radicale_dirserver.storage``.

Rules of this file: it holds the one memo per process. Radicale makes its plugins apart from each other and some of them twice,
and all of them have to share one directory.
"""

from __future__ import annotations

import functools
from pathlib import Path

from radicale.config import Configuration

from dirserver.config import DEFAULT_FILE, load
from dirserver.wiring import Parts, wire

OPTION = "dirserver"
"""Option of Radicale's section ``[storage]``: the path of dirserver.toml."""


def parts_of(configuration: Configuration) -> Parts:
    """Return the parts of the directory that Radicale's configuration names. Raises BadConfig."""
    try:
        named = str(configuration.get("storage", OPTION))
    except KeyError:
        named = str(DEFAULT_FILE)
    return _opened(Path(named).absolute())


@functools.cache
def _opened(path: Path) -> Parts:
    return wire(load(path))
