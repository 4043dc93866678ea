# SPDX-License-Identifier: GPL-3.0-or-later
"""WebDAV-Push at the door: what is offered, POST of a registration, DELETE of one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from dirserver.config import PushSettings
from dirserver.model.principal import Principal
from dirserver.push.destination import Destinations
from dirserver.push.keys import PushKeys
from dirserver.push.subscribing import Subscriptions
from dirserver.store.schema.push_tables import push_subscription
from radicale_dirserver.application import make_app
from tests.cast import password_of
from tests.parts import KEY, CoreParts
from tests.push.service import P, Phone
from tests.radicale_dirserver.conftest import DoorParts
from tests.radicale_dirserver.wsgi import D, Door, vcard

OFFER = (f"{P}transports", f"{P}topic", f"{P}supported-triggers")
XML = "application/xml; charset=utf-8"
NOT_AVAILABLE, INVALID, NO_TRIGGER = f"{P}push-not-available", f"{P}invalid-subscription", f"{P}no-supported-trigger"


@pytest.fixture
def told(core: CoreParts) -> Subscriptions:
    keys = PushKeys(KEY, "mailto:it@example.com", clock=core.clock)
    return Subscriptions(core.store, keys, Destinations(PushSettings()), clock=core.clock)


@pytest.fixture
def ada(parts: DoorParts, told: Subscriptions) -> Door:
    """Ada at a door that tells of changes."""
    return Door(make_app(replace(parts, push=told)))


@pytest.fixture
def phone() -> Iterator[Phone]:
    return Phone("https://push.example.com/up/1")


def post(door: Door, path: str, body: str, **headers: str):
    return door.ask("POST", path, body, content_type=XML, host="contacts.example.com", **headers)


def path_of(location: str) -> str:
    return urlsplit(location).path.removeprefix("/dav")


def kept(core: CoreParts) -> list:
    with core.store.reading() as tx:
        return list(tx.connection.execute(select(push_subscription)))


def test_the_door_says_that_it_tells_of_changes(ada: Door, door: Door):
    assert "webdav-push" in ada.ask("OPTIONS", "/ada/people/").headers["dav"].split(", ")
    assert "POST" in ada.ask("OPTIONS", "/ada/people/").headers["allow"]
    assert "webdav-push" not in door.ask("OPTIONS", "/ada/people/").headers["dav"]
    assert "POST" not in door.ask("OPTIONS", "/ada/people/").headers["allow"]
    for path in ("/", "/ada/", "/ada/directory/", "/ada/people/x.vcf"):
        assert "POST" not in ada.ask("OPTIONS", path).headers["allow"]


def test_a_book_offers_web_push_with_a_key_a_topic_and_a_trigger(ada: Door, told: Subscriptions):
    row = ada.propfind("/ada/people/", *OFFER).rows[0]
    key = row.found[f"{P}transports"].find(f"{P}web-push/{P}vapid-public-key")
    assert (key.get("type"), key.text) == ("p256ecdsa", told.public_key)
    assert row.found[f"{P}supported-triggers"].findtext(f"{P}content-update/{D}depth") == "1"
    topics = [each.text(f"{P}topic") for each in ada.propfind("/ada/", *OFFER, depth="1").rows if f"{P}topic" in each.found]
    assert row.text(f"{P}topic") in topics
    assert len(set(topics)) == len(topics) >= 3
    # DAVx5 asks with the rest of what it wants of a home.
    assert {row.path for row in ada.propfind("/ada/", *OFFER, depth="1").rows if not row.found} == {"/dav/ada/"}


def test_nothing_is_offered_where_nothing_is_told(ada: Door, door: Door):
    for answer in (door.propfind("/ada/people/", *OFFER), ada.propfind("/ada/directory/", *OFFER), ada.propfind("/ada/", *OFFER)):
        assert answer.rows[0].missing == OFFER
    assert post(door, "/ada/people/", Phone("https://push.example.com/x").register()).status == 405


def test_a_phone_subscribes_renews_and_unsubscribes(ada: Door, core: CoreParts, phone: Phone):
    made = post(ada, "/ada/people/", phone.register(expires="Wed, 20 Dec 2023 10:03:31 GMT"))
    assert made.status == 201
    location = made.headers["location"]
    # DAVx5 keeps it as it is, and needs it whole.
    assert location.startswith("https://contacts.example.com/dav/ada/.push/")
    ends = parsedate_to_datetime(made.headers["expires"])
    assert ends.timestamp() > core.clock.now_us / 1_000_000 + 3 * 86_400
    again = post(ada, "/ada/people/", phone.register())
    assert (again.status, again.headers["location"]) == (204, location)
    (row,) = kept(core)
    assert (row.resource, row.p256dh, row.auth) == (phone.resource, phone.p256dh, phone.auth)
    assert row.device_id is not None
    assert ada.ask("DELETE", path_of(location)).status == 204
    assert ada.ask("DELETE", path_of(location)).status == 404
    assert kept(core) == []


def test_with_the_main_password_no_device_is_known(ada: Door, core: CoreParts, phone: Phone):
    ada.password = password_of("ada")
    assert post(ada, "/ada/contacts/", phone.register()).status == 201
    assert kept(core)[0].device_id is None


def test_a_registration_is_its_owner_s_and_nothing_but_something_to_delete(ada: Door, core: CoreParts, phone: Phone):
    path = path_of(post(ada, "/ada/people/", phone.register()).headers["location"])
    bruno = ada.signed_as("bruno")
    assert bruno.ask("DELETE", path).status == 404
    assert bruno.ask("DELETE", path.replace("/ada/", "/bruno/")).status == 404
    assert ada.signed_as(None).ask("DELETE", path).status == 401
    unknown = f"/ada/.push/{'x' * 22}"
    for method in ("GET", "HEAD", "PUT", "POST", "PROPFIND", "REPORT", "PROPPATCH", "MKCOL", "MOVE"):
        answers = {(answer.status, answer.body) for answer in (ada.ask(method, path), ada.ask(method, unknown))}
        assert {status for status, _ in answers} == {405}
        assert len(answers) == 1
    assert ada.ask("OPTIONS", path).headers["allow"] == "OPTIONS, DELETE"
    for listing in ("/ada/.push/", "/ada/.push"):
        assert ada.propfind(listing, f"{D}resourcetype", depth="1").status == 404
    assert ".push" not in ada.propfind("/ada/", f"{D}resourcetype", depth="1").body.decode()
    assert len(kept(core)) == 1


@pytest.mark.parametrize("place", ["/ada/", "/", "/ada/directory/", "/ada/people/ada.vcf"])
def test_only_books_are_told_of(ada: Door, phone: Phone, place):
    answer = post(ada, place, phone.register())
    assert (answer.status, answer.preconditions) == (403, [NOT_AVAILABLE])


def test_a_book_that_does_not_show_is_not_there(ada: Door, core: CoreParts, phone: Phone):
    assert post(ada.signed_as("esme"), "/esme/clients/", phone.register()).status == 404
    assert post(ada, "/bruno/people/", phone.register()).status == 404
    assert post(ada.signed_as(None), "/ada/people/", phone.register()).status == 401
    assert kept(core) == []


@pytest.mark.parametrize(
    "resource",
    ["http://push.example.com/x", "https://127.0.0.1/x", "https://10.0.0.1:8443/x", "https://user@push.example.com/", "", "tel:+4930"],
)
def test_a_push_resource_that_leads_elsewhere_is_refused(ada: Door, core: CoreParts, phone: Phone, resource):
    phone.resource = resource
    answer = post(ada, "/ada/people/", phone.register())
    assert (answer.status, answer.preconditions) == (403, [INVALID])
    assert kept(core) == []


def test_messages_are_encrypted_or_not_sent(ada: Door, core: CoreParts, phone: Phone):
    whole = phone.register()
    for broken in (
        whole.replace(phone.auth, ""),
        whole.replace(phone.p256dh, "AAAA"),
        phone.register(encoding="aesgcm"),
        whole.replace("web-push-subscription>", "smoke-signals>"),
        phone.register(expires="tomorrow"),
    ):
        answer = post(ada, "/ada/people/", broken)
        assert (answer.status, answer.preconditions) == (403, [INVALID])
    assert kept(core) == []
    assert post(ada, "/ada/people/", whole.replace("aes128gcm", "")).status == 201


def test_what_is_asked_for_is_what_is_told(ada: Door, core: CoreParts, phone: Phone):
    properties = "<n1:property-update><d:depth xmlns:d='DAV:'>0</d:depth></n1:property-update>"
    answer = post(ada, "/ada/people/", phone.register(trigger=f"<n1:trigger>{properties}</n1:trigger>"))
    assert (answer.status, answer.preconditions) == (403, [NO_TRIGGER])
    assert kept(core) == []
    content = "<n1:content-update><d:depth xmlns:d='DAV:'>infinity</d:depth></n1:content-update>"
    for trigger in ("", "<n1:trigger/>", f"<n1:trigger>{content}</n1:trigger>", f"<n1:trigger>{properties}{content}</n1:trigger>"):
        assert post(ada, "/ada/people/", phone.register(trigger=trigger)).status in {201, 204}


@pytest.mark.parametrize("body", ["", "<x/>", "no xml", "<!DOCTYPE x><x/>", "<push-register xmlns='urn:other'/>"])
def test_anything_else_that_is_posted_is_a_bad_request(ada: Door, body):
    assert post(ada, "/ada/people/", body).status == 400


def test_an_endless_registration_is_not_read(ada: Door, phone: Phone):
    assert post(ada, "/ada/people/", phone.register() + " " * 70_000).status == 413


def test_behind_a_proxy_that_hides_the_host_the_public_address_is_given(parts: DoorParts, told: Subscriptions, phone: Phone):
    http = replace(parts.config.http, public_url="https://contacts.acme.example")
    ada = Door(make_app(replace(parts, push=told, config=replace(parts.config, http=http))))
    for host in ("127.0.0.1:8080", "", 'evil"><', "a b"):
        answer = ada.ask("POST", "/ada/people/", phone.register(), content_type=XML, host=host)
        assert answer.headers["location"].startswith("https://contacts.acme.example/dav/ada/.push/")


def test_a_device_is_not_told_of_what_it_changed_itself(ada: Door, core: CoreParts, phone: Phone):
    def subscribed(name: str) -> str:
        phone.resource = f"https://push.example.com/{name}"
        return post(ada, "/ada/contacts/", phone.register()).headers["location"]

    def told_of() -> dict[str, int]:
        return {row.resource.rpartition("/")[2]: row.number for row in kept(core)}

    mine, _ = subscribed("mine"), subscribed("other")
    before = told_of()["other"]
    assert ada.ask("PUT", "/ada/contacts/n.vcf", vcard("n"), push_dont_notify=f'"{mine}"').status == 201
    assert told_of() == {"mine": before + 1, "other": before}
    assert ada.ask("PUT", "/ada/contacts/n.vcf", vcard("n", "NOTE:x"), push_dont_notify=f'"https://elsewhere/x", "{mine}"').status == 204
    assert ada.ask("DELETE", "/ada/contacts/n.vcf", push_dont_notify=mine).status == 204
    assert told_of() == {"mine": before + 3, "other": before}
    # What can't be understood is no reason to refuse a change.
    assert ada.ask("PUT", "/ada/contacts/m.vcf", vcard("m"), push_dont_notify='"', if_none_match="*").status == 201
    assert told_of() == {"mine": before + 3, "other": before}


def test_of_a_label_its_book_tells(ada: Door, core: CoreParts, phone: Phone):
    ada.ask("PUT", "/ada/clients/l.vcf", vcard("labelled", "CATEGORIES:VIP"))
    with core.directory.writing(Principal.system()) as writing:
        writing.add_label_book(writing.book("clients"), "VIP", "vip")
    row = ada.propfind("/ada/vip/", *OFFER).rows[0]
    assert set(row.missing) == set(OFFER)
    answer = post(ada, "/ada/vip/", phone.register())
    assert (answer.status, answer.preconditions) == (403, [f"{P}push-not-available"])
