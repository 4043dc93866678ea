# SPDX-License-Identifier: GPL-3.0-or-later
"""What evolution.py runs under Debian's own Python, which has GNOME's libraries: one question a line, one answer a line.

A question is [name, argument, ...], an answer [value, null] or [null, error], all of it JSON.
"""

from __future__ import annotations

import json
import sys
import time
from urllib.parse import urlsplit

import gi

gi.require_version("EDataServer", "1.2")
gi.require_version("EBook", "1.2")
gi.require_version("EBookContacts", "1.2")
from gi.repository import EBook, EBookContacts, EDataServer, GLib  # noqa: E402 # versions come first

_DONT_WAIT = 0xFFFFFFFF
_TIMEOUT_S = 60
_EVERYBODY = '(contains "x-evolution-any-field" "")'


class Evolution:
    """The address books of a session, as GNOME's Contacts and Evolution use them."""

    def __init__(self) -> None:
        self.registry = EDataServer.SourceRegistry.new_sync(None)
        self.books: dict[str, EBook.BookClient] = {}

    def discover(self, url: str, login: str, password: str) -> list[tuple[str, str]]:
        """Name and path of each book that is found at an address."""
        credentials = EDataServer.NamedParameters.new()
        credentials.set(EDataServer.SOURCE_CREDENTIAL_USERNAME, login)
        credentials.set(EDataServer.SOURCE_CREDENTIAL_PASSWORD, password)
        source = self._source("discovery", url, login)
        found = EDataServer.webdav_discover_sources_sync(source, url, EDataServer.WebDAVDiscoverSupports.CONTACTS, credentials, None)
        return [(each.display_name, urlsplit(each.href).path) for each in found.out_discovered_sources]

    def open(self, name: str, url: str, login: str, password: str) -> None:
        """Add a book, open it, and begin to fetch it."""
        client = self._opened(name, self._source(name, url, login), password)
        client.refresh_sync(None)

    def open_ldap(self, name: str, host: str, port: int, base: str, dn: str, password: str) -> None:
        """Add an LDAP directory, as the form "New Address Book, type On LDAP Servers" does, and open it."""
        source = EDataServer.Source.new(None, None)
        source.set_display_name(name)
        source.set_parent("ldap-stub")
        source.get_extension("Address Book").set_backend_name("ldap")
        signing = source.get_extension("Authentication")
        signing.set_host(host)
        signing.set_port(port)
        signing.set_user(dn)
        signing.set_method("ldap/simple-binddn")
        there = source.get_extension("LDAP Backend")
        there.set_root_dn(base)
        there.set_scope(EDataServer.SourceLDAPScope.SUBTREE)
        there.set_security(EDataServer.SourceLDAPSecurity.NONE)
        there.set_authentication(EDataServer.SourceLDAPAuthentication.BINDDN)
        there.set_limit(0)
        source.get_extension("Offline").set_stay_synchronized(False)
        self._opened(name, source, password)

    def _opened(self, name: str, source: EDataServer.Source, password: str) -> EBook.BookClient:
        self.registry.commit_source_sync(source, None)
        stored = self.registry.ref_source(source.get_uid())
        stored.store_password_sync(password, True, None)
        client = EBook.BookClient.connect_sync(stored, _DONT_WAIT, None)
        self.books[name] = client
        # What the service says of itself comes as signals.
        deadline = time.monotonic() + _TIMEOUT_S
        while stored.get_connection_status() != EDataServer.SourceConnectionStatus.CONNECTED or not client.is_online():
            if time.monotonic() > deadline:
                raise TimeoutError(f"{name}: {stored.get_connection_status()}")
            GLib.MainContext.default().iteration(may_block=False)
            time.sleep(0.01)
        return client

    def is_read_only(self, name: str) -> bool:
        """Whether the book may not be changed, as far as was heard."""
        while GLib.MainContext.default().iteration(may_block=False):
            pass
        return bool(self.books[name].is_readonly())

    def refresh(self, name: str) -> None:
        """Fetch what has changed."""
        self.books[name].refresh_sync(None)

    def find(self, name: str, query: str) -> dict[str, str]:
        """The cards that a query finds (all, for an empty one), by UID."""
        contacts = self.books[name].get_contacts_sync(query or _EVERYBODY, None)[1]
        return {each.get_property("id"): each.to_string(EBookContacts.VCardFormat(1)) for each in contacts}

    def add(self, name: str, card: str) -> str:
        """Add a card; the UID that it has then."""
        return str(self.books[name].add_contact_sync(EBookContacts.Contact.new_from_vcard(card), 0, None)[1])

    def rename(self, name: str, uid: str, family: str) -> None:
        """Give somebody another family name, as the form does."""
        contact = self.books[name].get_contact_sync(uid, None)[1]
        parts = contact.get_property("name")
        parts.family = family
        contact.set_property("name", parts)
        contact.set_property("full-name", f"{parts.given} {family}")
        self.books[name].modify_contact_sync(contact, 0, None)

    def remove(self, name: str, uid: str) -> None:
        """Delete a card."""
        self.books[name].remove_contact_by_uid_sync(uid, 0, None)

    def _source(self, name: str, url: str, login: str) -> EDataServer.Source:
        source = EDataServer.Source.new(None, None)
        source.set_display_name(name)
        source.set_parent("carddav-stub")
        source.get_extension("Address Book").set_backend_name("carddav")
        parts = urlsplit(url)
        signing = source.get_extension("Authentication")
        signing.set_host(parts.hostname)
        signing.set_port(parts.port)
        signing.set_user(login)
        signing.set_method("plain/password")
        source.get_extension("WebDAV Backend").set_uri(GLib.Uri.parse(url, GLib.UriFlags.NONE))
        source.get_extension("Security").set_secure(parts.scheme == "https")
        source.get_extension("Offline").set_stay_synchronized(True)
        return source


def main() -> None:
    evolution = Evolution()
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        try:
            answer = [getattr(evolution, name)(*arguments), None]
        except GLib.Error as error:
            answer = [None, f"{error.domain} {error.code}: {error.message}"]
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


main()
