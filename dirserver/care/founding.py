# SPDX-License-Identifier: GPL-3.0-or-later
"""What a new directory starts with: the company's book, and grants that fit most companies."""

from __future__ import annotations

from dirserver.directory.writing import Writing
from dirserver.model.book import BookKind, Level
from dirserver.model.grant import Grant, Subject, SubjectKind
from dirserver.model.names import Slug

PEOPLE = Slug("people")
CONTRACTORS = "contractors"

_SEEN_BY_ALL = ("public", "work")
_SEEN_BY_ONESELF = ("public", "work", "hr", "private")
_OWN_TO_CHANGE = ("telephoneNumber", "mobile", "homePhone", "jpegPhoto", "title", "private")


def found(writing: Writing) -> None:
    """Make the book ``people`` with its first grants, and the group whose members see less. Conflict if it is there already.

    Colleagues see public and work fields, oneself everything; one's numbers, photo, title and private fields are one's own to
    change. Contractors see public fields: a group's grant stands in the place of the one for everybody.
    """
    writing.add_book(PEOPLE, BookKind.PEOPLE, "People", description="Everybody who works here")
    writing.add_group(CONTRACTORS, description="People of other companies: they see names and work numbers only")
    for grant in (
        Grant(PEOPLE, Subject(SubjectKind.AUTHENTICATED), Level.VIEW, reads=_SEEN_BY_ALL),
        Grant(PEOPLE, Subject(SubjectKind.GROUP, CONTRACTORS), Level.VIEW, reads=("public",)),
        Grant(PEOPLE, Subject(SubjectKind.SELF), Level.EDIT, reads=_SEEN_BY_ONESELF, writes=_OWN_TO_CHANGE),
    ):
        writing.grant(grant)
