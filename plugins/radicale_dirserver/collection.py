# SPDX-License-Identifier: GPL-3.0-or-later
"""Books, homes and entries as Radicale's collections and items."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from email.utils import formatdate
from typing import overload

from radicale.item import Item as RadicaleItem
from radicale.storage import BaseCollection

from dirserver.card.reader import read
from dirserver.directory.directory import Directory
from dirserver.directory.views.entry import BookView, Search
from dirserver.directory.views.rendering import Rendering
from dirserver.errors import DirserverError
from dirserver.model.change import SyncToken
from dirserver.model.names import ETag, Href
from dirserver.model.principal import Principal
from radicale_dirserver.reports.card_match import matches_card
from radicale_dirserver.reports.filter_plan import plan
from radicale_dirserver.reports.sync_collection import FOREIGN
from radicale_dirserver.tree.places import BookPlace
from radicale_dirserver.wire.card_filter import read_filter

_ALWAYS = (-(1 << 62), 1 << 62)
"""The time range of a card, so that Radicale doesn't look for one in it."""


class PlainCollection(BaseCollection):
    """The root or a home: nothing in it but other collections."""

    def __init__(self, path: str) -> None:
        self._path = path

    @property
    def path(self) -> str:
        """The path without slashes at either end."""
        return self._path

    @property
    def etag(self) -> str:
        """A collection of collections has no state of its own."""
        return '"0"'

    @property
    def last_modified(self) -> str:
        """As the ETag."""
        return formatdate(0, usegmt=True)

    @overload
    def get_meta(self, key: None = None) -> Mapping[str, str]: ...

    @overload
    def get_meta(self, key: str) -> str | None: ...

    def get_meta(self, key: str | None = None) -> Mapping[str, str] | str | None:
        """Return nothing: what a home has is not text."""
        return {} if key is None else None

    def get_all(self) -> Iterable[RadicaleItem]:
        """Return nothing."""
        return ()

    def get_multi(self, hrefs: Iterable[str]) -> Iterable[tuple[str, RadicaleItem | None]]:
        """Return that none of these is here."""
        return ((href, None) for href in hrefs)


class BookCollection(BaseCollection):
    """A book as its reader may use it. It outlives Radicale's lock, so each question opens a snapshot of its own."""

    def __init__(self, directory: Directory, principal: Principal, place: BookPlace, view: BookView, token: SyncToken) -> None:
        self._directory = directory
        self._principal = principal
        self._place = place
        self._view = view
        self._token = token

    @property
    def path(self) -> str:
        """The path without slashes at either end."""
        return self._place.path.strip("/")

    @property
    def etag(self) -> str:
        """The change number with what the reader sees: what Radicale calls a ctag."""
        return f'"{self._token}"'

    @property
    def last_modified(self) -> str:
        """Unknown; ETags say what changed."""
        return formatdate(0, usegmt=True)

    @overload
    def get_meta(self, key: None = None) -> Mapping[str, str]: ...

    @overload
    def get_meta(self, key: str) -> str | None: ...

    def get_meta(self, key: str | None = None) -> Mapping[str, str] | str | None:
        """Return the text properties under Radicale's names."""
        properties = {"tag": "VADDRESSBOOK", "D:displayname": self._view.name}
        if self._view.description:
            properties["CR:addressbook-description"] = self._view.description
        return properties if key is None else properties.get(key)

    def set_meta(self, props: Mapping[str, str]) -> None:
        """Refuse: our own application renames books."""
        raise ValueError("properties are changed through PROPPATCH of our own application")

    def named(self, hrefs: Iterable[str]) -> Iterator[RadicaleItem]:
        """Return the items of these names; those that aren't there are left out."""
        with self._directory.reading(self._principal) as reading:
            found = [self._item(each) for each in reading.renderings(self._view, [Href(href) for href in hrefs])]
        yield from found

    def get_multi(self, hrefs: Iterable[str]) -> Iterator[tuple[str, RadicaleItem | None]]:
        """Return each name with its item, None where there is none."""
        names = list(dict.fromkeys(hrefs))
        found = {item.href: item for item in self.named(names)}
        return ((name, found.get(name)) for name in names)

    def get_all(self) -> Iterator[RadicaleItem]:
        """Return everything in the book."""
        with self._directory.reading(self._principal) as reading:
            yield from map(self._item, reading.renderings(self._view, None))

    def get_filtered(self, filters: Iterable[ET.Element]) -> Iterator[tuple[RadicaleItem, bool]]:
        """Return what matches every filter; True tells Radicale that it need not look into the cards again."""
        wanted = [read_filter(each) for each in filters]
        search = Search(plan(wanted[0]).filter, books=(self._view.slug,)) if wanted else None
        if search is None:
            yield from ((item, True) for item in self.get_all())
            return
        with self._directory.reading(self._principal) as reading:
            found = reading.search(search).entries
        names = [entry.href for entry in found if all(matches_card(each, entry.card) for each in wanted)]
        yield from ((item, True) for item in self.named(names))

    def has_uid(self, uid: str) -> bool:
        """Tell whether the UID is taken: writing says so itself, and knows by which entry."""
        return False

    def sync(self, old_token: str = "") -> tuple[str, Iterable[str]]:
        """Return the token of now and the names that changed since the old one. Never raises: see ``sync_collection``."""
        since = (SyncToken.parse(old_token) or FOREIGN) if old_token else None
        with self._directory.reading(self._principal) as reading:
            changes = reading.changes(reading.book(self._view.slug), since)
        return str(changes.token), [*(each.href for each in changes.changed), *changes.gone]

    def upload(self, href: str, item: RadicaleItem) -> tuple[RadicaleItem, RadicaleItem | None]:
        """Write a card that Radicale has read; what vobject lost on the way was lost before."""
        before = next(self.named([href]), None)
        with _as_value_error(), self._directory.writing(self._principal) as writing:
            writing.put(self._view, Href(href), read(item.serialize()), if_match=_bare(before.etag) if before is not None else None)
        after = next(self.named([href]), None)
        if after is None:
            raise ValueError("the card was written and can't be read by its writer")
        return after, before

    def delete(self, href: str | None = None) -> None:
        """Put an entry into the trash; a book is not deleted by a device."""
        if href is None:
            raise ValueError("books are removed by their owners on the web")
        with _as_value_error(), self._directory.writing(self._principal) as writing:
            writing.trash(writing.entry(self._view, href).uuid)

    def _item(self, each: Rendering) -> RadicaleItem:
        return RadicaleItem(
            collection=self,
            href=each.href,
            text=each.body.decode(),
            etag=f'"{each.etag}"',
            last_modified=formatdate(each.modified_at, usegmt=True),
            name="VCARD",
            component_name="",
            time_range=_ALWAYS,
        )


@contextmanager
def _as_value_error() -> Iterator[None]:
    """Turn the directory's errors into the one that Radicale answers with 400."""
    try:
        yield
    except DirserverError as error:
        raise ValueError(error.public_message) from error


def _bare(etag: str) -> ETag:
    return ETag(etag.strip('"'))
