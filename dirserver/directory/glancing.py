# SPDX-License-Identifier: GPL-3.0-or-later
"""Cards by their names for who was here a moment ago: one statement, where a snapshot with all that is looked up in it takes six.

What somebody may see, and which book has a name, changes only together with the access number. So with what was resolved under
that number nothing has to be looked up first: the statement that brings the cards brings the number of the same moment, and where
that has moved on, the general way is gone. See decision 0031.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dirserver.directory.reading import Reading
from dirserver.directory.recent import Recent
from dirserver.directory.search.browsing import Overviews
from dirserver.directory.search.ordering import Orders
from dirserver.directory.serving import serve_known
from dirserver.directory.views.asking import Asking
from dirserver.directory.views.entry import BookView, Form
from dirserver.directory.views.rendering import Cards, Rendering, Spelling, Spelt
from dirserver.model.names import Href
from dirserver.store.entries.renderings import Rendered

_NO_ORDERS, _NO_OVERVIEWS = Orders(), Overviews()
MOST = 50
"""Names that are asked at once; for more of them what a snapshot costs doesn't count."""


class NotAtHand(Exception):  # no error: it says where to go on
    """It takes more than one statement: ask a reading."""


class Glance(Reading):
    """A reading for one question about cards, ``spelt``. It is no snapshot: a second question raises NotAtHand, and any other."""

    def __init__(self, asking: Asking, recent: Recent | None = None) -> None:
        super().__init__(asking, _keep_nothing, _NO_ORDERS, _NO_OVERVIEWS)
        self._recent = recent
        self._is_spent = False

    def book(self, slug: str) -> BookView:
        """Return the book of that name, if a reading has found it for this asker. Raises NotAtHand."""
        view = self._asking.views.get(slug)
        if view is None:
            raise NotAtHand
        return view

    def spelt(self, book: BookView, hrefs: Sequence[Href], form: Form, spelling: Spelling[Spelt]) -> Sequence[Spelt | None]:
        """Return cards as a door spells them, in the order of their names; None for what doesn't show. Raises NotAtHand."""
        if len(hrefs) > MOST or self._is_spent:
            raise NotAtHand
        self._is_spent = True
        found = serve_known(self._asking, book, hrefs, form, spelling, self._recent)
        if found is None:
            raise NotAtHand
        return found

    def renderings(self, book: BookView, hrefs: Sequence[Href] | None, form: Form | None = None) -> Iterator[Rendering]:
        """Return finished vCards, as a reading does. Raises NotAtHand."""
        if hrefs is None:
            raise NotAtHand
        found = self.spelt(book, hrefs, form or self._asking.served.form, as_they_are)
        return (each for each in found if each is not None)


def as_they_are(cards: Cards) -> Sequence[Rendering]:
    """Spell cards as a reading gives them."""
    return list(map(Rendering, *cards))


def _keep_nothing(_made: Sequence[Rendered]) -> None:
    """Nothing is rendered at a glance."""
