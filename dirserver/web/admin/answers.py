# SPDX-License-Identifier: GPL-3.0-or-later
"""Why somebody may do something, in words; and about what was asked."""

from __future__ import annotations

from collections.abc import Iterable

from dirserver.directory.reading import Reading
from dirserver.directory.views.entry import BookView, Entry
from dirserver.directory.views.explaining import Answer
from dirserver.errors import NotFound
from dirserver.web.books.levels import grantee, level_name
from dirserver.web.shell.languages import gettext, mark

NOBODY = "anonymous"
_BY_RULE = {
    "owner of the book": mark("It is their own book: they may do everything."),
    "administrator": mark("Administrators may do everything in every shared book."),
}
_DECIDED = mark("Decided by: %(who)s.")
_ADDED = mark("On this entry also: %(who)s.")
_PASSED_OVER = mark("Passed over, because that is closer: %(who)s.")
_NOTHING = mark("No grant fits, so nothing shows.")


def reasons(answer: Answer) -> tuple[str, ...]:
    """Say what an answer rests on, in sentences."""
    if answer.rule in _BY_RULE:
        return (gettext(_BY_RULE[answer.rule]),)
    if not answer.decided_by and not answer.added_by:
        return (gettext(_NOTHING),)
    said = []
    for words, grants in ((_DECIDED, answer.decided_by), (_ADDED, answer.added_by)):
        if grants:
            said.append(gettext(words) % {"who": "; ".join(f"{grantee(grant)} ({level_name(grant.level)})" for grant in grants)})
    if answer.passed_over:
        said.append(gettext(_PASSED_OVER) % {"who": "; ".join(map(grantee, answer.passed_over))})
    return tuple(said)


def decided_by(who: Iterable[str]) -> tuple[str, ...]:
    """Say whose grants it rests on."""
    return (gettext(_DECIDED) % {"who": "; ".join(who)},)


def book_or_entry(opened: Reading, wanted: str) -> tuple[BookView, Entry | None]:
    """Return what is asked about: a book by its slug, or an entry as BOOK/NAME or a UUID, with its book. NotFound."""
    slug, _, name = wanted.partition("/")
    if name:
        book = opened.book(slug)
        return book, opened.named(book, name)
    try:
        return opened.book(slug), None
    except NotFound:
        entry = opened.find(wanted)
        return opened.book(entry.book), entry
