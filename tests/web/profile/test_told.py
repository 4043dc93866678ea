# SPDX-License-Identifier: GPL-3.0-or-later
"""Notices."""

from __future__ import annotations

from dirserver.model.book import BookKind, Level
from dirserver.model.grant import Grant, Subject
from dirserver.model.principal import Door, Principal
from tests.cast import draft, principal


def test_the_owner_of_a_book_reads_who_deleted_what_and_says_so(ada, parts):
    with parts.directory.writing(Principal.system()) as writing:
        book = writing.add_book("team", BookKind.SHARED, "The <team>", owner_id=parts.identity.account("ada").id)
        made = [writing.add(book, draft(f"x{number}", f"X{number}", "Y", "", None)) for number in range(7)]
        writing.grant(Grant(book.slug, Subject.parse("account:bruno"), Level.DELETE, ("*",), ("*",)))
    with parts.directory.writing(principal(parts.identity, "bruno", Door.DAV)) as writing:
        for entry in made:
            writing.trash(entry.uuid)
    assert "1 unread" in ada.open("/me/profile").text
    page = ada.open("/me/notices")
    assert "Bruno Königsmann deleted 7 entries from The <team>." in page.text
    assert "X0 Y, X1 Y, X2 Y, X3 Y, X4 Y and 2 more" in page.text
    assert ada.fill_in("/me/notices", "/me/notices").location == "/me/notices"
    page = ada.open("/me/notices")
    assert ("unread" in page.text, "Königsmann deleted" in page.text, len(page.forms)) == (False, True, 2)


def test_somebody_who_was_told_nothing_reads_that(esme):
    assert "nothing to tell you" in esme.open("/me/notices").text
