# SPDX-License-Identifier: GPL-3.0-or-later
"""principal-property-search (RFC 3744 section 9.4): accounts by name and mail address.

Whom one finds is what one may see: oneself, and those accounts whose card among the people shows, by what of the card one may
read. What is told of them comes from that card too. Their addresses stay their own: a home answers nobody else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from dirserver.card.projection import attributes
from dirserver.directory.reading import Reading
from dirserver.directory.views.entry import Entry, Search
from dirserver.identity.account import Account
from dirserver.model.filter import FALSE, And, Filter, Or, Present, Substrings
from dirserver.model.fold import fold
from radicale_dirserver.reports.principal_queries import PrincipalSearch, Term
from radicale_dirserver.tree.asked import Asked
from radicale_dirserver.tree.books import people_at
from radicale_dirserver.tree.places import PEOPLE, Home, Root
from radicale_dirserver.tree.properties import href_of_mail, href_of_uuid
from radicale_dirserver.tree.resources import Resources
from radicale_dirserver.wire.card_filter import Join
from radicale_dirserver.wire.markup import element, escape, href, text_element
from radicale_dirserver.wire.multistatus import missing_elements, response_row, truncation_row
from radicale_dirserver.wire.names import calendarserver, carddav, dav

PRINCIPAL_LIMIT = 1_000
"""The most people that one search looks at: it is there to find somebody, not to copy everybody."""

_ATTRIBUTES: Mapping[str, str] = MappingProxyType({dav("displayname"): "cn", calendarserver("email-address-set"): "mail"})


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody else: their account, and their card as the asker may see it. ``people``: where cards are for the asker's program."""

    asked: Asked
    account: Account
    entry: Entry
    people: str | None

    @property
    def path(self) -> str:
        """The address of the principal."""
        return self.asked.url(Home(self.account.login).path)

    @property
    def mails(self) -> tuple[str, ...]:
        """The mail addresses that the asker may read."""
        return attributes(self.entry.card).get("mail", ())


def found_principals(asked: Asked, reading: Reading, query: PrincipalSearch) -> Iterator[str]:
    """Return a row for each principal that is found, the asker first; a 507 row when more people fit than are looked at."""
    if not (query.is_everywhere or isinstance(asked.place, Root)):
        # Without apply-to-principal-collection-set it is about the principals below the address asked: there are none.
        return
    own = Home(asked.principal.login)
    account = asked.identity.account(asked.principal.login)
    if _fits(query, account):
        yield Resources.of(asked, reading, query.properties, own).row(own)
    question = Search(_filter(query), books=(PEOPLE,), limit=PRINCIPAL_LIMIT + 1)
    people = reading.search(question).entries
    accounts = asked.identity.accounts_of([entry.uuid for entry in people])
    for entry in people[:PRINCIPAL_LIMIT]:
        other = accounts.get(entry.uuid)
        if other is not None and other.id != account.id:
            yield _row(Colleague(asked, other, entry, people_at(reading)), query)
    if len(people) > PRINCIPAL_LIMIT:
        yield truncation_row(asked.url(asked.place.path))


def _filter(query: PrincipalSearch) -> Filter:
    parts = tuple(And(tuple(_assertion(name, term.text) for name in term.properties)) for term in query.terms)
    return Or(parts) if query.join is Join.ANY else And(parts)


def _assertion(name: str, text: str) -> Filter:
    attribute = _ATTRIBUTES.get(name)
    if attribute is None:
        return FALSE
    return Substrings(attribute, any_=(text,)) if text else Present(attribute)


def _fits(query: PrincipalSearch, account: Account) -> bool:
    """Tell whether the asker is found by what their account says."""
    values = {dav("displayname"): fold(account.name), calendarserver("email-address-set"): fold(account.mail)}

    def holds(term: Term) -> bool:
        return all(fold(term.text) in values[name] if values.get(name) else False for name in term.properties)

    return any(map(holds, query.terms)) if query.join is Join.ANY else all(map(holds, query.terms))


def _row(colleague: Colleague, query: PrincipalSearch) -> str:
    found, missing = [], []
    for name in query.properties.names:
        write = COLLEAGUE.get(name)
        inner = write(colleague) if write is not None else None
        if inner is None:
            missing.append(name)
        else:
            found.append(element(name, inner))
    return response_row(colleague.path, "".join(found), "" if colleague.asked.request.is_minimal else missing_elements(missing))


def _mails(colleague: Colleague) -> str | None:
    return "".join(text_element(calendarserver("email-address"), mail) for mail in colleague.mails) or None


def _card_address(colleague: Colleague) -> str | None:
    if colleague.people is None:
        return None
    return href(colleague.asked.url(f"/{colleague.asked.principal.login}/{colleague.people}/{colleague.entry.href}"))


COLLEAGUE: Mapping[str, Callable[[Colleague], str | None]] = MappingProxyType(
    {
        dav("resourcetype"): lambda _: element(dav("principal")),
        dav("displayname"): lambda colleague: escape(colleague.entry.display) or None,
        dav("principal-URL"): lambda colleague: href(colleague.path),
        dav("alternate-URI-set"): lambda colleague: "".join(map(href_of_mail, colleague.mails)),
        dav("resource-id"): lambda colleague: href_of_uuid(colleague.account.uuid),
        dav("current-user-principal"): lambda colleague: href(colleague.asked.url(Home(colleague.asked.principal.login).path)),
        dav("principal-collection-set"): lambda colleague: href(colleague.asked.url("/")),
        carddav("principal-address"): _card_address,
        calendarserver("email-address-set"): _mails,
    }
)
"""What is told of somebody else."""
