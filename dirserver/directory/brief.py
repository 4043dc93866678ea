# SPDX-License-Identifier: GPL-3.0-or-later
"""A writing of an entry or two, as phones do all day."""

from __future__ import annotations

from dirserver.directory.views.entry import BookView
from dirserver.directory.writing import Writing


class BriefWriting(Writing):
    """A writing that doesn't look up again which book has a name: that changes only together with the access number."""

    def book(self, slug: str) -> BookView:
        """Return the book of that name; what else is said of it is as it was when it was found under this access number."""
        return self._asking.views.get(slug) or super().book(slug)
