# SPDX-License-Identifier: GPL-3.0-or-later
"""Which entries come when a client's size limit cuts a search off: the best ones, not the first by the alphabet.

RFC 4511 section 4.5.1.4 leaves the choice to the server. Mail programs ask for a hundred at each keystroke; whoever types "li" means
Li before Abelin. Only an answer that is cut off costs a second question.
"""

from __future__ import annotations

import time
from dataclasses import replace

from dirserver.directory.reading import Reading
from dirserver.directory.views.entry import Entry, Search, Stop
from dirserver.model import filter as tree
from dirserver.model.filter import Filter


def narrowed(wanted: Filter) -> Filter:
    """Return a filter that only the better matches meet: what was to contain a text begins with it, what was to begin with it equals it.

    Whatever meets it meets ``wanted`` too. Below "not" nothing changes, since there the narrower would be the wider.
    """
    match wanted:
        case tree.And(parts):
            return tree.And(tuple(narrowed(part) for part in parts))
        case tree.Or(parts):
            return tree.Or(tuple(narrowed(part) for part in parts))
        case tree.Substrings(attribute, "", (first, *more), final):
            return tree.Substrings(attribute, first, tuple(more), final)
        case tree.Substrings(attribute, initial, (), "") if initial:
            return tree.Equality(attribute, initial)
        case _:
            return wanted


def best_first(reading: Reading, search: Search) -> tuple[tuple[Entry, ...], Stop | None]:
    """Answer a search that has a limit: by name if nothing is cut off, else the better matches, then others, each by name."""
    started = time.monotonic()
    found = reading.search(search)
    narrow = narrowed(search.filter)
    if found.stopped_by is not Stop.SIZE or narrow == search.filter:
        return found.entries, found.stopped_by
    left_s = None if search.time_limit_s is None else search.time_limit_s - (time.monotonic() - started)
    if left_s is not None and left_s <= 0:
        return found.entries, Stop.SIZE
    best = reading.search(replace(search, filter=narrow, time_limit_s=left_s)).entries
    chosen = {entry.uuid for entry in best}
    others = tuple(entry for entry in found.entries if entry.uuid not in chosen)
    return (*best, *others)[: search.limit], Stop.SIZE
