# SPDX-License-Identifier: GPL-3.0-or-later
"""What pages about books say after something was done."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from dirserver.web.shell.languages import mark


class BookNotice(StrEnum):
    """What just happened."""

    MADE = "book-made"
    NAMED = "book-named"
    DROPPED = "book-dropped"
    SHARED = "book-shared"
    UNSHARED = "book-unshared"
    ADDED = "book-added"
    TRASHED = "book-trashed"
    ARCHIVED = "book-archived"
    RESTORED = "book-restored"
    PURGED = "book-purged"
    MOVED = "book-moved"
    COPIED = "book-copied"
    LABELLED = "book-labelled"
    LABEL_CHANGED = "book-label-changed"
    IMPORTED = "book-imported"
    MAPPING_KEPT = "book-mapping-kept"
    MAPPING_DROPPED = "book-mapping-dropped"


TEXTS: Mapping[str, str] = {
    BookNotice.MADE: mark("The book is there. So far only you see it: share it with those who need it."),
    BookNotice.NAMED: mark("The book is changed. Phones show the new name after their next sync."),
    BookNotice.DROPPED: mark("The book is gone."),
    BookNotice.SHARED: mark("Saved. It holds at once, on phones and in mail programs too."),
    BookNotice.UNSHARED: mark("Taken back. Phones lose these contacts with their next sync."),
    BookNotice.ADDED: mark("The contact is added."),
    BookNotice.TRASHED: mark("Moved to the trash, from where it can be brought back."),
    BookNotice.ARCHIVED: mark("Archived. It shows nowhere any more, and can be brought back."),
    BookNotice.RESTORED: mark("It is back, with its labels."),
    BookNotice.PURGED: mark("Removed for good."),
    BookNotice.MOVED: mark("Moved. The book that it left keeps it in the trash."),
    BookNotice.COPIED: mark("Copied."),
    BookNotice.LABELLED: mark("The labels are saved."),
    BookNotice.LABEL_CHANGED: mark("The label is changed, on every contact that has it."),
    BookNotice.IMPORTED: mark("The import is done."),
    BookNotice.MAPPING_KEPT: mark("The columns are kept under that name."),
    BookNotice.MAPPING_DROPPED: mark("The kept columns are forgotten."),
}
"""Their words in the page, marked."""
