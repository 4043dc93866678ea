# SPDX-License-Identifier: GPL-3.0-or-later
"""One row about any resource: what PROPFIND lists, and what the reports about principals point at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dirserver.directory.reading import Reading
from dirserver.directory.views.entry import BookView
from dirserver.errors import NotFound
from dirserver.model.book import BookKind
from dirserver.model.profile import Gal
from radicale_dirserver.tree.asked import Asked
from radicale_dirserver.tree.books import asked_book, home_books, people_at
from radicale_dirserver.tree.entries import Entries
from radicale_dirserver.tree.facts import Asker, Circle, Facts
from radicale_dirserver.tree.places import GATEWAY, PEOPLE, BookPlace, GroupPlace, Home, ItemPlace, Place, RegistrationPlace, Root
from radicale_dirserver.tree.properties import in_allprop, table_of
from radicale_dirserver.wire.markup import element
from radicale_dirserver.wire.multistatus import Rows, missing_elements, response_row
from radicale_dirserver.wire.names import calendarserver, carddav, dav
from radicale_dirserver.wire.queries import PropertyRequest, Wanted

_OF_ACCOUNT = frozenset(
    {calendarserver("email-address-set"), dav("displayname"), dav("resource-id"), dav("alternate-URI-set")},
)
_OF_OWN_CARD = frozenset({carddav("principal-address"), calendarserver("me-card")})
_OF_GATEWAY = frozenset({carddav("directory-gateway")})
_MEMBERSHIP, _MEMBERS = dav("group-membership"), dav("group-member-set")


@dataclass(frozen=True, slots=True)
class Resources:
    """Writes rows about what lies in one home, as one request wants them."""

    asked: Asked
    reading: Reading
    wanted: PropertyRequest
    asker: Asker

    @classmethod
    def of(cls, asked: Asked, reading: Reading, wanted: PropertyRequest, place: Place) -> Resources:
        """Look up what rows about ``place`` and its members need, and no more: a poll must not cost what a discovery costs."""
        return cls(asked, reading, wanted, _asker(asked, reading, wanted, place))

    def row(self, place: Place, path: str = "") -> str:
        """Return the row of one resource; ``path`` stands for it where the client knows it under another address. Raises NotFound."""
        if isinstance(place, ItemPlace):
            return "".join(self.entries(place.book).row_of(place.href, self.wanted))
        if isinstance(place, RegistrationPlace):
            raise NotFound("There is nothing to ask about here.")
        return self._row(self.facts(place), path)

    def facts(self, place: Root | Home | BookPlace | GroupPlace) -> Facts:
        """Return what the properties of a collection or a group are made of. Raises NotFound."""
        if isinstance(place, BookPlace):
            return self._book_facts(place, asked_book(place, self.reading))
        circle = self._circle(place) if isinstance(place, GroupPlace) else None
        return Facts(self.asked.request.mount, place, self.asker, circle=circle)

    def _circle(self, place: GroupPlace) -> Circle:
        group = self.reading.own_group(place.uuid)
        wanted = [member.uuid for member in group.members] if _MEMBERS in self.wanted.names else []
        accounts = self.asked.identity.accounts_of(wanted) if wanted else {}
        return Circle(group, tuple(accounts[uuid].login for uuid in wanted if uuid in accounts))

    def _book_facts(self, place: BookPlace, view: BookView) -> Facts:
        return Facts(self.asked.request.mount, place, self.asker, view, self.reading.token(view), self.asked.push)

    def member_rows(self, place: Place) -> Iterator[Rows]:
        """Return the rows of what lies directly in a collection; the gateway shows nothing."""
        if isinstance(place, Root):
            yield self.row(Home(self.asked.principal.login))
        elif isinstance(place, Home):
            for book_place, view in home_books(place, self.reading):
                yield self._row(self._book_facts(book_place, view))
        elif isinstance(place, BookPlace) and place.name != GATEWAY:
            yield from self.entries(place).rows(self.wanted)

    def entries(self, place: BookPlace) -> Entries:
        """Return the entries of a book. Raises NotFound."""
        return Entries(self.asked, self.reading, asked_book(place, self.reading), place)

    def _row(self, facts: Facts, path: str = "") -> str:
        table = table_of(facts.place)
        path = path or self.asked.url(facts.place.path)
        if self.wanted.wanted is Wanted.NAMES:
            return response_row(path, missing_elements(tuple(table)))
        names = self.wanted.names
        if self.wanted.wanted is Wanted.ALL:
            names = tuple(dict.fromkeys((*in_allprop(table), *names)))
        found, missing = [], []
        for name in names:
            write = table.get(name)
            inner = write(facts) if write is not None else None
            if inner is None:
                missing.append(name)
            else:
                found.append(element(name, inner))
        return response_row(path, "".join(found), "" if self.asked.request.is_minimal else missing_elements(missing))


def _asker(asked: Asked, reading: Reading, wanted: PropertyRequest, place: Place) -> Asker:
    names = set(wanted.names)
    login = asked.principal.login
    if not isinstance(place, Root | Home):
        return Asker(login)
    is_all = wanted.wanted is not Wanted.SOME
    account = asked.identity.account(login) if is_all or names & _OF_ACCOUNT else None
    people = people_at(reading)
    own = reading.me() if names & _OF_OWN_CARD and people is not None else None
    is_given = reading.profile.gal is not Gal.OFF and bool(names & _OF_GATEWAY)
    has_gateway = is_given and any(view.book.kind is BookKind.PEOPLE for view in reading.books())
    return Asker(
        login,
        mail=account.mail if account is not None else "",
        name=account.name if account is not None else "",
        uuid=account.uuid if account is not None else "",
        own_card=f"{people}/{own.href}" if own is not None and own.book == PEOPLE else None,
        has_gateway=has_gateway,
        groups=reading.own_groups() if _MEMBERSHIP in names else (),
    )
