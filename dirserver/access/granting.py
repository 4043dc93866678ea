# SPDX-License-Identifier: GPL-3.0-or-later
"""Nobody grants more than they have: neither a higher level nor a field that they can't read or write."""

from __future__ import annotations

from collections.abc import Callable

from dirserver.access.require import require_level
from dirserver.access.view import EVERYTHING, PRIVATE, FieldClasses, View
from dirserver.errors import BadInput, NotAllowed
from dirserver.model.attribute import find
from dirserver.model.book import Level
from dirserver.model.grant import Grant

_UNLISTED = frozenset(
    "tz geo agent class mailer sort-string sound key xml member related lang contact-uri fburl caladruri caluri expertise hobby interest"
    " org-directory birthplace deathplace deathdate".split()
)
"""Properties of RFC 2426, 6350, 6474, 6715 and 8605 for which there is no attribute."""


def may_grant(view: View, given: Grant) -> bool:
    """Tell whether who has this View on what a grant is about might give it."""
    return view.level >= max(Level.MANAGE, given.level) and not _missing(view, given)


def require_known(given: Grant, classes: FieldClasses) -> None:
    """Raise BadInput for a name in a new grant that is neither a class nor a field: it would give nothing, and nobody would notice."""
    known = {*classes.of_field.values(), PRIVATE}
    for name in (*given.reads, *given.writes):
        # Properties that no attribute stands for have the names that vCards give them; their extensions begin like this (RFC 6350).
        is_field = find(name) is not None or name.lower() in classes.of_field or name.lower() in _UNLISTED or name.lower().startswith("x-")
        if name != EVERYTHING and name.lower() not in known and not is_field:
            classes_are = ", ".join(sorted(known))
            raise BadInput(f"'{name[:40]}' is neither a field, as mobile is, nor a class of fields; classes are {classes_are}")


def require_may_grant(view: View, given: Grant, book_name: str) -> None:
    """Raise NotAllowed unless who has this View on what a grant is about might give it."""
    require_level(view, Level.MANAGE, book_name)
    if given.level > view.level:
        raise NotAllowed(f"you may give at most the level that you have on '{book_name}'")
    missing = _missing(view, given)
    if missing:
        raise NotAllowed(f"you may not give what you don't have on '{book_name}': {', '.join(missing)}")


def _missing(view: View, given: Grant) -> list[str]:
    # Through a label nobody writes categories, whatever it says: who may give one needs not be able to.
    may_write = view.may_write if not given.label else (lambda name: name in view.barred or view.may_write(name))
    missing = [name for name in given.reads if not _covers(view.may_read, view.classes, name)]
    return missing + [name for name in given.writes if not _covers(may_write, view.classes, name)]


def _covers(may: Callable[[str], bool], classes: FieldClasses, name: str) -> bool:
    """Tell whether one who ``may`` do something with a field has all that ``name`` stands for: a field, or each of a class."""
    if name == EVERYTHING:
        return may(PRIVATE) and all(map(may, classes.of_field))
    # A property that nobody listed stands for all of the class of the unlisted ones.
    return all(may(field) for field, of_class in classes.of_field.items() if of_class == name.lower()) and (
        name.lower() in classes.of_field.values() or may(name)
    )
