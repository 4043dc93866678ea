# SPDX-License-Identifier: GPL-3.0-or-later
"""The properties of what isn't an entry: root, home (which is the principal), groups, books and the gateway.

Rules of this file: one function per property, named like it, with its RFC; tables at the end say which resource has which.
A function returns the inside of the element, finished XML, or None when this resource doesn't have the property.
What isn't in a table is answered 404: nothing is advertised that isn't answered.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import quote

from dirserver.model.book import BookKind
from radicale_dirserver.tree.acl import COLLECTION_ACL
from radicale_dirserver.tree.facts import Facts, Property
from radicale_dirserver.tree.places import GATEWAY, BookPlace, GroupPlace, Home, ItemPlace, Place
from radicale_dirserver.tree.privileges import READ, book_privileges, privilege_set
from radicale_dirserver.wire.card_filter import COLLATIONS
from radicale_dirserver.wire.markup import element, escape, href, text_element
from radicale_dirserver.wire.names import PUSH, calendarserver, carddav, dav, push

MAX_CARD_BYTES = 10_000_000
"""CARDDAV:max-resource-size: one card with its photo, as the card room reads it."""
MAX_IMAGE_BYTES = 5_000_000

ENTRY_REPORTS = (dav("expand-property"), dav("acl-principal-prop-set"))
PRINCIPAL_REPORTS = (*ENTRY_REPORTS, dav("principal-match"), dav("principal-property-search"), dav("principal-search-property-set"))
GATEWAY_REPORTS = (carddav("addressbook-multiget"), carddav("addressbook-query"), *PRINCIPAL_REPORTS)
REPORTS = (dav("sync-collection"), *GATEWAY_REPORTS)


def current_user_principal(facts: Facts) -> str:
    """RFC 5397 section 3."""
    return href(f"{facts.mount}/{facts.asker.login}/")


def principal_url(facts: Facts) -> str:
    """RFC 3744 section 4.2."""
    return href(facts.home)


def principal_collection_set(facts: Facts) -> str:
    """RFC 3744 section 5.8."""
    return href(f"{facts.mount}/")


def owner(facts: Facts) -> str | None:
    """RFC 3744 section 5.1: nobody's where the book belongs to the company, since clients ask for the owner's principal."""
    if facts.view is not None and facts.view.book.kind is not BookKind.PERSONAL:
        return ""
    return href(facts.home)


def empty(_facts: Facts) -> str:
    """There, without anything in it."""
    return ""


def addressbook_home_set(facts: Facts) -> str:
    """RFC 6352 section 7.1.1."""
    return href(facts.home)


def principal_address(facts: Facts) -> str | None:
    """RFC 6352 section 7.1.2: the card of the person behind the account; Apple's me-card is the same."""
    own = facts.asker.own_card
    return href(facts.home + own) if own is not None else None


def directory_gateway(facts: Facts) -> str | None:
    """draft-daboo-carddav-directory-gateway section 3.1."""
    return href(f"{facts.home}{GATEWAY}/") if facts.asker.has_gateway else None


def email_address_set(facts: Facts) -> str | None:
    """Apple's: the mail addresses of the principal."""
    return text_element(calendarserver("email-address"), facts.asker.mail) if facts.asker.mail else None


def root_type(_facts: Facts) -> str:
    """RFC 4918 section 15.9."""
    return element(dav("collection"))


def home_type(_facts: Facts) -> str:
    """RFC 3744 section 4: the home is the principal as well."""
    return element(dav("collection")) + element(dav("principal"))


def book_type(_facts: Facts) -> str:
    """RFC 6352 section 5.2."""
    return element(dav("collection")) + element(carddav("addressbook"))


def gateway_type(_facts: Facts) -> str:
    """draft-daboo-carddav-directory-gateway section 4."""
    return element(dav("collection")) + element(carddav("addressbook")) + element(carddav("directory"))


def root_name(_facts: Facts) -> str:
    """RFC 4918 section 15.2."""
    return "dirserver"


def home_name(facts: Facts) -> str:
    """RFC 4918 section 15.2: the person's name, as account settings on a phone show it."""
    return escape(facts.asker.name or facts.asker.login)


def book_name(facts: Facts) -> str | None:
    """RFC 4918 section 15.2."""
    return escape(facts.view.name) if facts.view is not None else None


def addressbook_description(facts: Facts) -> str | None:
    """RFC 6352 section 6.2.1."""
    text = facts.view.description if facts.view is not None else ""
    return escape(text) if text else None


def read_privileges(_facts: Facts) -> str:
    """RFC 3744 section 5.4."""
    return privilege_set(READ)


def book_privilege_set(facts: Facts) -> str | None:
    """RFC 3744 section 5.4."""
    return privilege_set(book_privileges(facts.view)) if facts.view is not None else None


def supported_report_set(facts: Facts) -> str:
    """RFC 3253 section 3.1.5."""
    return _SUPPORTED_REPORTS[reports_of(facts.place)]


def reports_of(place: Place) -> tuple[str, ...]:
    """Return the reports that a place answers. The gateway has no sync-collection: what can't be listed can't be kept in step."""
    match place:
        case ItemPlace() | GroupPlace():
            return ENTRY_REPORTS
        case BookPlace(name=name):
            return GATEWAY_REPORTS if name == GATEWAY else REPORTS
        case _:
            return PRINCIPAL_REPORTS


def _written(names: tuple[str, ...]) -> str:
    return "".join(element(dav("supported-report"), element(dav("report"), element(name))) for name in names)


_REPORT_SETS = (ENTRY_REPORTS, PRINCIPAL_REPORTS, GATEWAY_REPORTS, REPORTS)
_SUPPORTED_REPORTS: Mapping[tuple[str, ...], str] = {
    names: _written(names) for names in (ENTRY_REPORTS, PRINCIPAL_REPORTS, GATEWAY_REPORTS, REPORTS)
}
ENTRY_REPORT_SET = _SUPPORTED_REPORTS[ENTRY_REPORTS]
"""The inside of DAV:supported-report-set on an entry."""


def sync_token(facts: Facts) -> str | None:
    """RFC 6578 section 4."""
    return escape(str(facts.token)) if facts.token is not None else None


def supported_address_data(_facts: Facts) -> str:
    """RFC 6352 section 6.2.2."""
    return "".join(f'<C:address-data-type content-type="text/vcard" version="{version}"/>' for version in ("3.0", "4.0"))


def supported_collation_set(_facts: Facts) -> str:
    """RFC 6352 section 8.3.1."""
    return "".join(text_element(carddav("supported-collation"), collation) for collation in COLLATIONS)


def max_resource_size(_facts: Facts) -> str:
    """RFC 6352 section 6.2.3."""
    return str(MAX_CARD_BYTES)


def max_image_size(_facts: Facts) -> str:
    """Apple's: octets of one photo."""
    return str(MAX_IMAGE_BYTES)


def resource_id(facts: Facts) -> str | None:
    """RFC 5842 section 3.1: the same for a book in whoever's home it is seen."""
    if facts.view is None or facts.view.label is not None:
        return None
    return href_of_uuid(facts.view.book.uuid)


def push_transports(facts: Facts) -> str | None:
    """draft-bitfire-webdav-push section 2.1: Web Push, and the key by which push services know us."""
    if not _is_told(facts) or facts.push is None:
        return None
    key = f'<x:vapid-public-key xmlns:x="{PUSH}" type="p256ecdsa">{facts.push.public_key}</x:vapid-public-key>'
    return element(push("web-push"), key)


def push_topic(facts: Facts) -> str | None:
    """draft-bitfire-webdav-push section 2.1: what stands for the book in messages."""
    return escape(facts.push.topic_of(facts.view)) if _is_told(facts) and facts.push is not None and facts.view is not None else None


def push_triggers(facts: Facts) -> str | None:
    """draft-bitfire-webdav-push section 2.1: changes of entries; of a book's own properties nothing is told."""
    return element(push("content-update"), text_element(dav("depth"), "1")) if _is_told(facts) else None


def _is_told(facts: Facts) -> bool:
    # A label's book has the topic of its book, whose collection the device would then synchronize.
    return facts.push is not None and facts.view is not None and facts.view.label is None


def principal_id(facts: Facts) -> str | None:
    """RFC 5842 section 3.1."""
    return href_of_uuid(facts.asker.uuid) if facts.asker.uuid else None


def alternate_uri_set(facts: Facts) -> str:
    """RFC 3744 section 4.1: other URIs that stand for the same person."""
    return href_of_mail(facts.asker.mail) if facts.asker.mail else ""


def group_membership(facts: Facts) -> str:
    """RFC 3744 section 4.4: the groups that the person is in, each below their own home."""
    login = facts.place.login if isinstance(facts.place, Home) else facts.asker.login
    return "".join(href(facts.mount + GroupPlace(login, uuid).path) for uuid in facts.asker.groups)


def group_type(_facts: Facts) -> str:
    """RFC 3744 section 4."""
    return element(dav("principal"))


def group_name(facts: Facts) -> str | None:
    """RFC 4918 section 15.2."""
    return escape(facts.circle.group.name) if facts.circle is not None else None


def group_url(facts: Facts) -> str:
    """RFC 3744 section 4.2."""
    return href(facts.mount + facts.place.path)


def group_member_set(facts: Facts) -> str:
    """RFC 3744 section 4.3: the principals of those in it whom the asker sees, which answer nobody but themselves."""
    members = facts.circle.members if facts.circle is not None else ()
    return "".join(href(facts.mount + Home(login).path) for login in members)


def group_uri_set(facts: Facts) -> str:
    """RFC 3744 section 4.1."""
    mail = facts.circle.group.mail if facts.circle is not None else ""
    return href_of_mail(mail) if mail else ""


def group_id(facts: Facts) -> str | None:
    """RFC 5842 section 3.1: the same in whoever's home it is seen, and as a card among the people."""
    return href_of_uuid(facts.circle.group.uuid) if facts.circle is not None else None


def href_of_uuid(uuid: str) -> str:
    """Return DAV:href with a UUID as its URI."""
    return f"<href>urn:uuid:{escape(uuid)}</href>"


def href_of_mail(mail: str) -> str:
    """Return DAV:href with a mail address as its URI (RFC 6068)."""
    return f"<href>mailto:{quote(mail, safe='@', errors='replace')}</href>"


_EVERYWHERE: Mapping[str, Property] = MappingProxyType(
    {
        dav("current-user-principal"): current_user_principal,
        dav("principal-collection-set"): principal_collection_set,
        dav("supported-report-set"): supported_report_set,
        **COLLECTION_ACL,
    }
)

ROOT: Mapping[str, Property] = MappingProxyType(
    {
        **_EVERYWHERE,
        dav("resourcetype"): root_type,
        dav("displayname"): root_name,
        dav("current-user-privilege-set"): read_privileges,
        dav("owner"): empty,
    }
)

HOME: Mapping[str, Property] = MappingProxyType(
    {
        **_EVERYWHERE,
        dav("resourcetype"): home_type,
        dav("displayname"): home_name,
        dav("current-user-privilege-set"): read_privileges,
        dav("owner"): owner,
        dav("principal-URL"): principal_url,
        dav("alternate-URI-set"): alternate_uri_set,
        dav("resource-id"): principal_id,
        dav("group-member-set"): empty,
        dav("group-membership"): group_membership,
        carddav("addressbook-home-set"): addressbook_home_set,
        carddav("principal-address"): principal_address,
        carddav("directory-gateway"): directory_gateway,
        calendarserver("email-address-set"): email_address_set,
        calendarserver("me-card"): principal_address,
    }
)

GROUP: Mapping[str, Property] = MappingProxyType(
    {
        **_EVERYWHERE,
        dav("resourcetype"): group_type,
        dav("displayname"): group_name,
        dav("current-user-privilege-set"): read_privileges,
        dav("owner"): empty,
        dav("principal-URL"): group_url,
        dav("alternate-URI-set"): group_uri_set,
        dav("resource-id"): group_id,
        dav("group-member-set"): group_member_set,
        dav("group-membership"): empty,
    }
)

BOOK: Mapping[str, Property] = MappingProxyType(
    {
        **_EVERYWHERE,
        dav("resourcetype"): book_type,
        dav("displayname"): book_name,
        dav("current-user-privilege-set"): book_privilege_set,
        dav("owner"): owner,
        dav("sync-token"): sync_token,
        dav("resource-id"): resource_id,
        carddav("addressbook-description"): addressbook_description,
        carddav("supported-address-data"): supported_address_data,
        carddav("supported-collation-set"): supported_collation_set,
        carddav("max-resource-size"): max_resource_size,
        carddav("max-image-size"): max_image_size,
        calendarserver("getctag"): sync_token,
        push("transports"): push_transports,
        push("topic"): push_topic,
        push("supported-triggers"): push_triggers,
    }
)
_NOT_OF_GATEWAY = frozenset(
    {
        dav("sync-token"),
        dav("resource-id"),
        calendarserver("getctag"),
        push("transports"),
        push("topic"),
        push("supported-triggers"),
    }
)

GATEWAY_BOOK: Mapping[str, Property] = MappingProxyType(
    {
        **{name: each for name, each in BOOK.items() if name not in _NOT_OF_GATEWAY},
        dav("resourcetype"): gateway_type,
        dav("current-user-privilege-set"): read_privileges,
    }
)

# RFC 4918 section 9.1: allprop means those of RFC 4918 itself; the others cost the client bytes that it didn't ask for.
_IN_ALLPROP = frozenset({dav("resourcetype"), dav("displayname"), dav("sync-token")})


def table_of(place: Place) -> Mapping[str, Property]:
    """Return the properties that a place has."""
    match place:
        case BookPlace(name=name):
            return GATEWAY_BOOK if name == GATEWAY else BOOK
        case Home():
            return HOME
        case GroupPlace():
            return GROUP
        case _:
            return ROOT


def in_allprop(table: Mapping[str, Property]) -> tuple[str, ...]:
    """Return the names that allprop stands for."""
    return tuple(name for name in table if name in _IN_ALLPROP)
