# SPDX-License-Identifier: GPL-3.0-or-later
"""Entries of a book as rows: listed, by name, and as items with or without their cards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from dirserver.directory.reading import Reading
from dirserver.directory.views.entry import BookView, Form
from dirserver.model.book import BookKind, Level
from dirserver.model.names import ETag, Href
from radicale_dirserver.tree.acl import ACL, ENTRY_ACL, acl_of
from radicale_dirserver.tree.asked import Asked
from radicale_dirserver.tree.places import BookPlace
from radicale_dirserver.tree.privileges import entry_privileges, privilege_set
from radicale_dirserver.tree.properties import ENTRY_REPORT_SET, href_of_uuid
from radicale_dirserver.tree.rows import Item, RowWriter, constants_of
from radicale_dirserver.wire.markup import href
from radicale_dirserver.wire.multistatus import Rows
from radicale_dirserver.wire.names import dav
from radicale_dirserver.wire.queries import PropertyRequest

BATCH = 500
"""Cards that are in memory at the same time."""

_TOGETHER = 64
"""Rows with cards that are written together."""

_PRIVILEGES = dav("current-user-privilege-set")
_REPORTS = dav("supported-report-set")
_RESOURCE_ID = dav("resource-id")


class Entries(NamedTuple):
    """The entries of one book, as one request sees them."""

    asked: Asked
    reading: Reading
    view: BookView
    place: BookPlace

    @property
    def path(self) -> str:
        """The absolute path of the book."""
        return self.asked.url(self.place.path)

    def rows(self, wanted: PropertyRequest) -> Iterator[Rows]:
        """Return a row for each entry, in the order in which they were made; many at once where they hold little."""
        writer = self.writer(wanted)
        if writer.takes_lines:
            return map(writer.rows, self.reading.lines(self.view))
        if writer.needs_body:
            return self.card_rows(None, writer)
        return (writer.row(Item(*listed)) for listed in self.reading.listing(self.view))

    def row_of(self, name: Href, wanted: PropertyRequest) -> Iterator[str]:
        """Return the row of one entry. Raises NotFound."""
        entry = self.reading.entry(self.view, name)
        constants = {
            **self._constants(),
            **self._access(self.reading.level_on(entry)),
            _RESOURCE_ID: href_of_uuid(entry.uuid),
        }
        writer = RowWriter(self.path, wanted, lambda: constants, is_minimal=self.asked.request.is_minimal)
        item = Item(entry.href, entry.etag, int(entry.modified_at.timestamp()))
        yield from map(writer.row, self.with_bodies([item.href], self.form_of(writer)) if writer.needs_body else [item])

    def writer(self, wanted: PropertyRequest) -> RowWriter:
        """Return what writes rows of this book."""
        return RowWriter(self.path, wanted, self._constants, is_minimal=self.asked.request.is_minimal)

    def form_of(self, writer: RowWriter) -> Form:
        """Return how the cards of these rows have to be rendered: as the client's profile says, in the version that it asks for."""
        return self.reading.form.in_version(writer.version)

    def rows_in_order(self, names: Sequence[Href | None], writer: RowWriter) -> list[Rows | None]:
        """Return a row for each of a batch of names, None for what isn't there."""
        wanted = [name for name in names if name is not None]
        if writer.takes_cards:
            shown = tuple(self.reading.renderings(self.view, wanted, self.form_of(writer)))
            written: list[Rows | None] = [*writer.cards(shown)]
            found = [each.href for each in shown]
            if found == names:
                return written
            rows: Mapping[Href, Rows | None] = dict(zip(found, written, strict=True))
        else:
            rows = {item.href: writer.row(item) for item in self._items(wanted, writer)}
        return [rows.get(name) if name is not None else None for name in names]

    def _items(self, names: Sequence[Href], writer: RowWriter) -> Iterator[Item]:
        if writer.needs_body:
            return self.with_bodies(names, self.form_of(writer))
        return (Item(*each) for each in self.reading.listed(self.view, names))

    def card_rows(self, names: Sequence[Href] | None, writer: RowWriter) -> Iterator[Rows]:
        """Return rows with cards for what has these names (None: the whole book), in the order of lists."""
        form = self.form_of(writer)
        if not writer.takes_cards:
            yield from map(writer.row, self.with_bodies(names, form))
            return
        shown = self.reading.renderings(self.view, names, form)
        while chunk := tuple(islice(shown, _TOGETHER)):
            yield b"".join(writer.cards(chunk))

    def with_bodies(self, names: Sequence[Href] | None, form: Form) -> Iterator[Item]:
        """Return what has these names (None: the whole book) with its cards, in the order of lists.

        The ETag stays that of the card as GET serves it, whatever the version here: clients compare it with what listings show.
        """
        return (Item(each.href, each.listed, each.modified_at, each.body) for each in self.reading.renderings(self.view, names, form))

    def etag_of(self, name: Href, form: Form) -> ETag | None:
        """Return the ETag of an entry in one form, None if it isn't there."""
        return next((each.etag for each in self.reading.renderings(self.view, [name], form)), None)

    def _constants(self) -> dict[str, str]:
        is_personal = self.view.book.kind is BookKind.PERSONAL
        owner = href(self.asked.url(self.place.home.path)) if is_personal else ""
        constants = constants_of(self.asked.request.mount, self.asked.principal.login, owner)
        return {**constants, **ENTRY_ACL, **self._access(self.view.level), _REPORTS: ENTRY_REPORT_SET}

    def _access(self, level: Level) -> dict[str, str]:
        """Return what one may do with an entry, as a set and as a list."""
        privileges = entry_privileges(level)
        return {_PRIVILEGES: privilege_set(privileges), ACL: acl_of(href(self.asked.url(self.place.home.path)), privileges)}
