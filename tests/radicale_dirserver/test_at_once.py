# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers at once. That they are those of the usual way is asked with each request of the other tests too (``wsgi.Door``)."""

from __future__ import annotations

import io
from typing import Any

import pytest

from dirserver.identity.identity import Identity
from dirserver.identity.sessions import Limits
from dirserver.model.book import Level
from dirserver.model.grant import Grant, Subject
from dirserver.model.names import Slug
from dirserver.model.principal import Principal
from radicale_dirserver.application import Application, make_app
from radicale_dirserver.reports import sync_collection as reports
from tests.cast import device_of
from tests.parts import KEY, CoreParts
from tests.radicale_dirserver.conftest import DoorParts
from tests.radicale_dirserver.wsgi import C, D, Door, basic, propfind, sync_collection, vcard

SYSTEM = Principal.system()


class AtOnce:
    """A phone whose requests are answered at once or not at all."""

    def __init__(self, app: Application, login: str = "ada") -> None:
        self.app = app
        headers = {"HTTP_AUTHORIZATION": basic(login, device_of(login)), "HTTP_DEPTH": "0"}
        self.environ: dict[str, Any] = {"REQUEST_METHOD": "GET", "REMOTE_ADDR": "192.0.2.7", "wsgi.url_scheme": "https", **headers}
        caller = app.caller_of(self.environ)
        assert caller is not None
        self.caller = caller

    def ask(self, method: str, path: str, body: bytes = b"") -> bytes | None:
        """The answer's body, None where it takes longer."""
        begun: list[object] = []
        environ = {**self.environ, "REQUEST_METHOD": method, "wsgi.input": io.BytesIO(body)}
        answer = self.app.at_once(self.caller, environ, path, body, lambda *told: begun.append(told))
        assert len(begun) == (answer is not None)
        return None if answer is None else b"".join(answer)

    def put(self, path: str, card: str, **headers: str) -> str | None:
        """The status with which a card was written by a thread; None where that goes the usual way, and nothing was."""
        body, begun = card.encode(), []
        environ = {**self.environ, "REQUEST_METHOD": "PUT", "wsgi.input": io.BytesIO(body), **headers}
        known = self.app.put_of(self.caller, environ, path, body)
        answer = None if known is None else known(lambda status, _headers: begun.append(status[:3]))
        assert len(begun) == (answer is not None)
        return begun[0] if begun else None


@pytest.fixture
def app(parts: DoorParts) -> Application:
    return make_app(parts)


def href_in(door: Door, book: str) -> str:
    return next(row.path for row in door.propfind(book, f"{D}getetag", depth="1").rows if row.path.endswith(".vcf")).removeprefix("/dav")


def test_strangers_and_what_was_never_asked_go_the_usual_way(app: Application, core: CoreParts) -> None:
    phone, door = AtOnce(app), Door(app)
    poll = sync_collection(door.sync("/ada/people/").token, f"{D}getetag").encode()
    fresh = AtOnce(make_app(DoorParts(core.directory, Identity(core.store, KEY, limits=Limits(), clock=core.clock))))
    assert fresh.ask("REPORT", "/ada/people/", poll) is None, "nobody has shown this password to that worker"
    question = propfind(f"{D}sync-token").encode()
    assert phone.ask("PROPFIND", "/ada/people/", question) is None, "nobody has asked this before"
    usual = door.ask("PROPFIND", "/ada/people/", question, depth="0")
    assert phone.ask("PROPFIND", "/ada/people/", question) == usual.body
    phone.environ["HTTP_AUTHORIZATION"] = basic("ada", "wrong")
    assert AtOnce.ask(stranger(app), "REPORT", "/ada/people/", poll) is None


def stranger(app: Application) -> AtOnce:
    one = AtOnce(app)
    one.environ["HTTP_AUTHORIZATION"] = basic("ada", "wrong")
    caller = app.caller_of(one.environ)
    assert caller is not None
    one.caller = caller
    return one


def test_cards_and_properties_are_answered_at_once(app: Application) -> None:
    phone, door = AtOnce(app), Door(app)
    path = href_in(door, "/ada/people/")
    card = door.ask("GET", path).body
    assert phone.ask("GET", path) == card
    assert phone.ask("HEAD", path) == b""
    question = propfind(f"{D}sync-token").encode()
    told = door.ask("PROPFIND", "/ada/people/", question, depth="0").body
    assert phone.ask("PROPFIND", "/ada/people/", question) == told


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "MKCOL", "POST"])
def test_what_may_change_something_never_is(app: Application, method: str) -> None:
    door = Door(app)
    assert AtOnce(app).ask(method, href_in(door, "/ada/people/"), b"x") is None


def test_errors_and_lists_are_left_to_the_usual_way(app: Application) -> None:
    phone, door = AtOnce(app), Door(app)
    door.sync("/ada/people/")
    for method, path, body in (
        ("GET", "/ada/people/nobody.vcf", b""),
        ("GET", "/bruno/people/", b""),
        ("GET", "/ada/people/", b""),
        ("GET", "/a/b/c/d/e", b""),
        ("REPORT", "/ada/people/", b"<no"),
        ("REPORT", "/ada/people/", sync_collection("", f"{D}getetag").encode()),
        ("REPORT", "/ada/people/", b""),
    ):
        assert phone.ask(method, path, body) is None, (method, path)


def test_a_change_is_seen_by_the_next_request(app: Application) -> None:
    phone, door = AtOnce(app), Door(app)
    token = door.sync("/ada/contacts/").token
    poll = sync_collection(token, f"{D}getetag").encode()
    assert door.ask("REPORT", "/ada/contacts/", poll, depth="0").status == 207
    assert phone.ask("REPORT", "/ada/contacts/", poll) is not None
    assert Door(app, "bruno").ask("PUT", "/bruno/contacts/his.vcf", vcard("his")).status == 201
    assert phone.ask("REPORT", "/ada/contacts/", poll) is not None, "a commit elsewhere costs a look"
    assert door.ask("PUT", "/ada/contacts/new.vcf", vcard("new")).status == 201
    told = phone.ask("REPORT", "/ada/contacts/", poll)
    assert told is not None
    assert b"new.vcf" in told
    assert told == door.ask("REPORT", "/ada/contacts/", poll, depth="0").body


def test_what_changed_is_told_at_once_where_it_is_little(app: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "MOST", 3)
    phone, door = AtOnce(app), Door(app)
    token = door.sync("/ada/contacts/").token
    poll, cards = (sync_collection(token, *wanted).encode() for wanted in ((f"{D}getetag",), (f"{D}getetag", f"{C}address-data")))
    for number in range(3):
        assert door.ask("PUT", f"/ada/contacts/{number}.vcf", vcard(str(number))).status == 201
    assert door.ask("DELETE", "/ada/contacts/0.vcf").status == 204
    told = phone.ask("REPORT", "/ada/contacts/", poll)
    assert told is not None
    assert [told.count(b" 404 "), told.count(b"getetag>")] == [1, 4]
    assert told == door.ask("REPORT", "/ada/contacts/", poll, depth="0").body
    assert phone.ask("REPORT", "/ada/contacts/", cards) is None, "cards may have to be rendered"
    door.ask("PUT", "/ada/contacts/3.vcf", vcard("3"))
    assert phone.ask("REPORT", "/ada/contacts/", poll) is None, "it takes longer"
    for strange in ("", "https://example.com/token"):
        assert phone.ask("REPORT", "/ada/contacts/", sync_collection(strange, f"{D}getetag").encode()) is None


def test_what_changed_is_not_told_at_once_before_rights_are_known(app: Application, core: CoreParts) -> None:
    phone, door = AtOnce(app), Door(app)
    poll = sync_collection(door.sync("/ada/people/").token, f"{D}getetag").encode()
    assert phone.ask("REPORT", "/ada/people/", poll) is not None
    with core.directory.writing(SYSTEM) as writing:
        writing.grant(Grant(Slug("people"), Subject.parse("group:contractors"), Level.NONE))
    assert phone.ask("REPORT", "/ada/people/", poll) is None


def test_who_may_no_longer_is_not_answered_from_that_moment_on(app: Application, core: CoreParts) -> None:
    phone, door = AtOnce(app), Door(app)
    path = href_in(door, "/ada/people/")
    door.ask("GET", path)
    assert phone.ask("GET", path) is not None
    with core.directory.writing(SYSTEM) as writing:
        writing.grant(Grant(Slug("people"), Subject.parse("account:ada"), Level.VIEW, ("public",)))
    assert phone.ask("GET", path) is None, "it has to be looked at anew"
    shown = door.ask("GET", path).body
    assert phone.ask("GET", path) == shown
    core.identity.close_account("ada")
    assert phone.ask("GET", path) is None
    assert door.ask("GET", path).status == 401


def test_a_device_password_that_is_revoked_opens_nothing(app: Application, core: CoreParts) -> None:
    phone, door = AtOnce(app), Door(app)
    path = href_in(door, "/ada/people/")
    door.ask("GET", path)
    assert phone.ask("GET", path) is not None
    for device in core.identity.device_passwords("ada"):
        core.identity.revoke_device_password("ada", device.id)
    assert phone.ask("GET", path) is None
    assert door.ask("GET", path).status == 401


def test_a_card_of_who_is_known_is_written_without_asking_who_that_is(app: Application) -> None:
    phone, door = AtOnce(app), Door(app)
    fresh = AtOnce(app)
    fresh.environ["HTTP_AUTHORIZATION"] = basic("ada", "wrong")
    assert fresh.put("/ada/contacts/x.vcf", vcard("x")) is None
    door.propfind("/ada/contacts/", f"{D}getetag")
    assert phone.put("/ada/contacts/x.vcf", vcard("x")) == "201"
    assert phone.put("/ada/contacts/x.vcf", vcard("x", "NOTE:1")) == "204"
    shown = door.ask("GET", "/ada/contacts/x.vcf")
    assert b"NOTE:1" in shown.body
    assert phone.put("/ada/contacts/x.vcf", vcard("x", "NOTE:2"), HTTP_IF_MATCH=shown.headers["etag"]) == "204"
    assert b"NOTE:2" in door.ask("GET", "/ada/contacts/x.vcf").body


def test_a_put_that_would_be_refused_changes_nothing_and_goes_the_usual_way(app: Application) -> None:
    phone, door = AtOnce(app), Door(app)
    assert door.ask("PUT", "/ada/contacts/x.vcf", vcard("x")).status == 201
    token = door.sync("/ada/contacts/").token
    for path, card, headers in (
        ("/ada/contacts/x.vcf", vcard("x", "NOTE:1"), {"HTTP_IF_MATCH": '"old"'}),
        ("/ada/contacts/x.vcf", vcard("x", "NOTE:1"), {"HTTP_IF_NONE_MATCH": "*"}),
        ("/ada/contacts/x.vcf", "no card", {}),
        ("/ada/contacts/y.vcf", vcard("x"), {}),
        ("/ada/contacts/y.vcf", vcard("y"), {"CONTENT_TYPE": "text/plain; charset=x", "HTTP_IF_MATCH": "*"}),
        ("/ada/nothing/y.vcf", vcard("y"), {}),
        ("/ada/people/y.vcf", vcard("y"), {}),
        ("/bruno/contacts/y.vcf", vcard("y"), {}),
        ("/ada/contacts/", vcard("y"), {}),
    ):
        assert phone.put(path, card, **headers) is None, (path, card, headers)
    assert door.sync("/ada/contacts/").token == token


def test_who_may_write_no_longer_writes_nothing_from_that_moment_on(app: Application, core: CoreParts) -> None:
    phone, door = AtOnce(app), Door(app)
    door.propfind("/ada/contacts/", f"{D}getetag")
    assert phone.put("/ada/contacts/x.vcf", vcard("x")) == "201"
    with core.directory.writing(SYSTEM) as writing:
        writing.grant(Grant(Slug("people"), Subject.parse("account:ada"), Level.VIEW, ("public",)))
    assert phone.put("/ada/contacts/x.vcf", vcard("x", "NOTE:1")) is None, "it has to be looked at anew"
    assert door.ask("PUT", "/ada/contacts/x.vcf", vcard("x", "NOTE:2")).status == 204
    assert phone.put("/ada/contacts/x.vcf", vcard("x", "NOTE:3")) == "204"
    for device in core.identity.device_passwords("ada"):
        core.identity.revoke_device_password("ada", device.id)
    assert phone.put("/ada/contacts/x.vcf", vcard("x", "NOTE:4")) is None
    assert phone.put("/ada/contacts/x.vcf", vcard("x", "NOTE:4")) is None
    assert door.ask("PUT", "/ada/contacts/x.vcf", vcard("x", "NOTE:4")).status == 401
    with core.directory.reading(SYSTEM) as reading:
        (one,) = reading.renderings(reading.book("~ada"), ["x.vcf"])  # type: ignore[list-item]
    assert b"NOTE:3" in one.body
