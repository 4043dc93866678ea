# SPDX-License-Identifier: GPL-3.0-or-later
"""Who sees a field of one's own entry, in a few words, as the rules have it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dirserver.directory.onlooking import Audience
from dirserver.directory.reading import Reading
from dirserver.directory.views.entry import Entry
from dirserver.errors import NotFound
from dirserver.model.grant import Subject, SubjectKind
from dirserver.web.shell.current import identity
from dirserver.web.shell.languages import gettext


@dataclass(frozen=True, slots=True)
class Told:
    """In words; ``is_open``: colleagues in general see it."""

    words: str
    is_open: bool


def told(opened: Reading, entry: Entry, names: Iterable[str]) -> dict[str, Told]:
    """Return who sees each of these fields."""
    return {name: Told(_words(one), one.anybody or one.everybody) for name, one in opened.onlookers.audiences(entry, names).items()}


def _words(one: Audience) -> str:
    blind = ", ".join(map(_called, one.blind))
    if one.anybody and not one.blind:
        return gettext("anybody sees this, without signing in")
    if one.anybody or one.everybody:
        if not blind:
            return gettext("everybody in the company sees this")
        return gettext("everybody in the company sees this, but not: %(who)s") % {"who": blind}
    seeing = ", ".join([*([gettext("your manager")] if one.manager else []), *map(_called, one.seeing)])
    if not seeing:
        return gettext("only you and administrators see this")
    return gettext("you see this, and: %(who)s") % {"who": seeing}


def _called(subject: Subject) -> str:
    if subject.kind is not SubjectKind.ACCOUNT:
        return subject.name
    try:
        return identity().account(subject.name).name or subject.name
    except NotFound:
        return subject.name
