# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import gzip
import logging
from dataclasses import replace

import pytest

from dirserver.config import Config, HttpSettings
from dirserver.config.values import read_network
from radicale_dirserver.application import make_app
from tests.cast import password_of, uuid_of
from tests.radicale_dirserver.conftest import DoorParts
from tests.radicale_dirserver.wsgi import C, D, Door, basic, sync_collection, vcard

TYPE = f"{D}resourcetype"
ADA = f"/ada/people/{uuid_of('ada')}.vcf"
EMPTY_MATCH = '<acl-principal-prop-set xmlns="DAV:"/>'
METHODS = ("PROPFIND", "REPORT", "GET", "HEAD", "PUT", "DELETE", "PROPPATCH", "MKCOL", "MKCALENDAR")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("path", ["/", "/ada/people/", "/nobody/"])
def test_nobody_gets_nothing_but_the_question_who_it_is(door: Door, method: str, path: str):
    answer = door.signed_as(None).ask(method, path)
    assert answer.status == 401
    assert answer.headers["www-authenticate"] == 'Basic realm="dirserver", charset="UTF-8"'


@pytest.mark.parametrize(
    "authorization",
    ["Basic", "Basic %%%", "Bearer x", basic("ada", "wrong"), basic("ada", ""), basic("finn", password_of("finn")), basic("ghost", "x")],
)
def test_a_wrong_or_malformed_sign_in_is_asked_again(door: Door, authorization: str):
    answer = door.signed_as(None).ask("PROPFIND", "/", environ={"HTTP_AUTHORIZATION": authorization})
    assert answer.status == 401
    assert "www-authenticate" in answer.headers


@pytest.mark.parametrize("login", ["ada", "ADA", "ada@example.com", "ada%40example.com"])
def test_one_signs_in_by_login_or_mail(door: Door, login: str):
    signed = Door(door.app, login, password=password_of("ada"))
    assert signed.propfind("/", f"{D}current-user-principal").rows[0].hrefs(f"{D}current-user-principal") == ["/dav/ada/"]


def test_too_many_failures_have_to_wait(door: Door):
    last = [Door(door.app, "nemo", password=f"guess {number}").propfind("/", TYPE) for number in range(11)][-1]
    assert last.status == 429
    assert int(last.headers["retry-after"]) > 0


def test_options_tells_who_asks_before_who_one_is(door: Door):
    for path in ("/", "/ada/", "/ada/people/", "/nobody/"):
        answer = door.signed_as(None).ask("OPTIONS", path)
        assert answer.status == 200
        assert answer.headers["dav"] == "1, 3, access-control, addressbook"
        assert "PROPFIND" in answer.headers["allow"]
        assert "PUT" not in answer.headers["allow"]
    assert "PUT" in door.ask("OPTIONS", "/ada/people/x.vcf").headers["allow"]


@pytest.mark.parametrize("method", ["LOCK", "UNLOCK", "ACL", "POST", "PATCH", "TRACE", "SEARCH", "BREW", "__CALL__"])
def test_a_method_that_is_not_answered_says_which_are(door: Door, method: str):
    answer = door.ask(method, "/ada/contacts/x.vcf", destination="/dav/ada/clients/x.vcf")
    assert answer.status == 405
    assert "GET" in answer.headers["allow"]


@pytest.mark.parametrize("method", ["COPY", "MOVE"])
@pytest.mark.parametrize("path", ["/", "/ada/", "/ada/contacts/", "/ada/people/"])
def test_books_stay_where_they_are(door: Door, method: str, path: str):
    answer = door.ask(method, path, destination="/dav/ada/other/")
    assert answer.status == 405
    assert method not in answer.headers["allow"]


@pytest.mark.parametrize("method", ["MKCOL", "MKCALENDAR"])
@pytest.mark.parametrize(
    "path, parent",
    [
        ("/ada/new/", "/dav/ada/"),
        ("/ada/new", "/dav/ada/"),
        ("/bruno/new/", "/dav/bruno/"),
        ("/bruno/contacts/", "/dav/bruno/"),
        ("/new/", "/dav/"),
        ("/ada/contacts/new", "/dav/ada/contacts/"),
    ],
)
def test_books_are_not_made_by_phones(door: Door, method: str, path: str, parent: str):
    answer = door.ask(method, path)
    assert (answer.status, answer.preconditions) == (403, [f"{D}need-privileges"])
    assert [answer.xml.findtext(f".//{D}href"), answer.xml.find(f".//{D}privilege/*").tag] == [parent, f"{D}bind"]


@pytest.mark.parametrize("path", ["/", "/ada/", "/ada/people/", "/ada/contacts/", "/ada/contacts", "/ada/directory/", ADA])
def test_nothing_is_made_over_what_is_there(door: Door, path: str):
    answer = door.ask("MKCOL", path)
    assert (answer.status, "PROPFIND" in answer.headers["allow"]) == (405, True)
    answer = door.ask("MKCALENDAR", path)
    assert (answer.status, answer.preconditions) == (403, [f"{D}resource-must-be-null"])


ANYWHERE = {"OPTIONS", "PROPFIND", "PROPPATCH", "REPORT"}


@pytest.mark.parametrize(
    "path, allowed",
    [
        ("/", {"GET", "HEAD"}),
        ("/ada/", {"GET", "HEAD"}),
        ("/ada/contacts/", {"GET", "HEAD"}),
        ("/ada/directory/", set()),
        ("/ada/contacts/x.vcf", {"GET", "HEAD", "PUT", "DELETE", "MOVE", "COPY"}),
        (ADA.replace("people", "directory"), {"GET", "HEAD"}),
    ],
)
def test_allow_lists_what_is_answered_and_nothing_else(door: Door, path: str, allowed: set[str]):
    assert door.ask("PUT", "/ada/contacts/x.vcf", vcard("x")).status == 201
    assert set(door.ask("OPTIONS", path).headers["allow"].split(", ")) == ANYWHERE | allowed
    body = {"PROPPATCH": '<propertyupdate xmlns="DAV:"><set><prop><x/></prop></set></propertyupdate>', "REPORT": EMPTY_MATCH}
    gone = {"destination": "/dav/ada/contacts/there.vcf", "if_match": '"none"'}
    for method in (*ANYWHERE, *allowed):
        status = door.ask(method, path, body.get(method, vcard("x") if method == "PUT" else ""), **gone).status
        assert status in {200, 207, 412}, method
    for method in {"GET", "HEAD", "PUT", "DELETE", "MOVE", "COPY", "POST", "MKCOL", "LOCK", "ACL", "PATCH"} - allowed:
        assert door.ask(method, path, **gone).status in {403, 405, 409}, method


def test_every_answer_says_what_we_are(door: Door):
    for answer in (door.propfind("/", TYPE), door.ask("GET", "/ada/none.vcf"), door.signed_as(None).ask("GET", "/")):
        assert "addressbook" in answer.headers["dav"]


@pytest.mark.parametrize("path", ["/.web/", "/.sharing/v1/", "/.well-known/caldav", "/.token/x/", "/.mobileconfig"])
def test_nothing_of_radicales_own_shows(door: Door, path: str):
    for method in ("GET", "POST", "PROPFIND"):
        assert door.ask(method, path).status in {404, 405}


@pytest.mark.parametrize("method, status", [("GET", 301), ("POST", 301), ("PROPFIND", 207), ("OPTIONS", 200)])
@pytest.mark.parametrize("mount", ["", "/dav"])
def test_the_well_known_address_leads_here(door: Door, method: str, status: int, mount: str):
    answer = Door(door.app, "ada", mount=mount).ask(method, "/.well-known/carddav")
    assert answer.status == status
    if status == 301:
        assert answer.headers["location"] == "/dav/"


def test_the_door_may_stand_anywhere(door: Door):
    assert Door(door.app, "ada", mount="/else/where").propfind("/ada/", TYPE, depth="1").rows[1].path == "/else/where/ada/contacts/"
    assert Door(door.app, "ada", mount="").propfind("/dav/ada/", TYPE).rows[0].path == "/dav/ada/"
    assert Door(door.app, "ada", mount="").propfind("/ada/", TYPE).rows[0].path == "/ada/"


def test_a_client_cannot_move_the_door(door: Door):
    for name in ("x_script_name", "x_forwarded_prefix"):
        assert door.propfind("/ada/", TYPE, **{name: "/evil"}).rows[0].path == "/dav/ada/"
        assert door.ask("OPTIONS", "/ada/", **{name: "/evil"}).status == 200


@pytest.fixture
def behind_a_proxy(parts: DoorParts) -> Door:
    http = replace(HttpSettings(), trusted_proxies=(read_network("10.0.0.1"),))
    return Door(make_app(replace(parts, config=replace(Config(), http=http))))


def test_passwords_are_not_taken_over_an_open_line(door: Door):
    answer = door.ask("PROPFIND", "/", environ={"wsgi.url_scheme": "http"})
    assert answer.status == 403
    assert "www-authenticate" not in answer.headers
    assert b"https" in answer.body
    assert door.ask("PROPFIND", "/", environ={"wsgi.url_scheme": "http", "REMOTE_ADDR": "127.0.0.1"}).status == 207


def test_a_trusted_proxy_says_whether_the_line_is_open(behind_a_proxy: Door):
    def status(remote: str, proto: str) -> int:
        environ = {"wsgi.url_scheme": "http", "REMOTE_ADDR": remote, "HTTP_X_FORWARDED_FOR": "192.0.2.1", "HTTP_X_FORWARDED_PROTO": proto}
        return behind_a_proxy.ask("PROPFIND", "/", environ=environ).status

    assert status("10.0.0.1", "https") == 207
    assert status("10.0.0.1", "http") == 403
    assert status("192.0.2.9", "https") == 403


def test_an_account_of_this_machine_is_no_good_through_a_proxy(parts: DoorParts, behind_a_proxy: Door):
    parts.identity.add_account("demo", name="Demo", mail="", password="demo-has-a-long-password", is_loopback_only=True)
    demo = Door(behind_a_proxy.app, "demo", password="demo-has-a-long-password")
    assert demo.ask("PROPFIND", "/", environ={"REMOTE_ADDR": "127.0.0.1"}).status == 207
    forwarded = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "127.0.0.1", "HTTP_X_FORWARDED_PROTO": "https"}
    assert demo.ask("PROPFIND", "/", environ=forwarded).status == 401


@pytest.mark.parametrize("method", ["PROPFIND", "REPORT", "PROPPATCH"])
def test_a_huge_body_is_not_read(door: Door, method: str):
    assert door.ask(method, "/ada/people/", b"x", environ={"CONTENT_LENGTH": str(50_000_000)}).status == 413


@pytest.mark.parametrize("method", ["PROPFIND", "REPORT", "PROPPATCH", "PUT", "MKCOL", "MKCALENDAR"])
@pytest.mark.parametrize("coding", ["gzip", "identity, GZIP", "br", "aes128gcm"])
def test_a_packed_body_is_not_taken_for_a_plain_one(door: Door, method: str, coding: str):
    path = {"PUT": "/ada/contacts/n.vcf", "MKCOL": "/ada/new/", "MKCALENDAR": "/ada/new/"}.get(method, "/ada/contacts/")
    for body in (gzip.compress(vcard("n").encode()), vcard("n").encode(), sync_collection("", TYPE).encode()):
        answer = door.ask(method, path, body, content_encoding=coding)
        assert (answer.status, answer.headers["accept-encoding"]) == (415, "identity")
    assert door.ask("GET", "/ada/contacts/n.vcf").status == 404


def test_a_body_that_says_to_be_plain_is_plain(door: Door):
    for coding in ("identity", "", "Identity"):
        assert door.ask("PUT", "/ada/contacts/n.vcf", vcard("n"), content_encoding=coding).status in {201, 204}
        assert door.ask("PROPFIND", "/ada/", content_encoding=coding).status == 207


def test_what_has_no_body_has_no_coding(door: Door):
    assert door.ask("GET", "/", content_encoding="gzip").status == 200
    assert door.ask("PROPFIND", "/ada/", content_encoding="gzip").status == 207


@pytest.mark.parametrize("method", ["PROPFIND", "REPORT"])
@pytest.mark.parametrize("body", [b"<", b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', b"<a>" * 5000, b"\xff\xfe\xfd"])
def test_hostile_xml_is_a_bad_request(door: Door, method: str, body: bytes):
    assert door.ask(method, "/ada/people/", body).status == 400


@pytest.mark.parametrize("path", ["/ada/people/\x00", "/ada/../../etc/passwd", "/ada/people/a/b/c", "//", "/ada//", "/" + "x" * 5000])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PROPFIND", "MKCOL"])
def test_path_tricks_lead_nowhere(door: Door, method: str, path: str):
    assert door.ask(method, path, vcard("x") if method == "PUT" else b"").status in {400, 403, 404, 409}


def test_a_path_that_is_not_utf8_is_a_bad_request(door: Door):
    assert door.ask("GET", "/", environ={"PATH_INFO": "/ada/\xff\xfe"}).status == 400


class Broken:
    """A directory whose every question fails as nobody foresaw."""

    answers_at_once = True

    def reading(self, *_asked: object, is_brief: bool = False, known_under: int | None = None) -> object:
        raise RuntimeError("password=hunter2 in table account")

    writing = at_a_glance = commits = reading


@pytest.mark.parametrize("method", ["PROPFIND", "REPORT", "GET", "PUT", "DELETE", "PROPPATCH"])
def test_what_nobody_foresaw_is_told_to_the_log_alone(parts: DoorParts, method: str, caplog: pytest.LogCaptureFixture):
    broken = Door(make_app(replace(parts, directory=Broken())))  # type: ignore[arg-type]
    bodies = {
        "PUT": vcard("x"),
        "PROPPATCH": '<propertyupdate xmlns="DAV:"><set><prop><displayname>A</displayname></prop></set></propertyupdate>',
        "REPORT": '<sync-collection xmlns="DAV:"><prop/></sync-collection>',
    }
    with caplog.at_level(logging.ERROR):
        answer = broken.ask(
            method, "/ada/contacts/x.vcf" if method in {"GET", "PUT", "DELETE"} else "/ada/contacts/", bodies.get(method, "")
        )
    assert answer.status == 500
    assert b"hunter2" not in answer.body
    assert "hunter2" in caplog.text


def test_passwords_never_reach_the_log(door: Door, caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.DEBUG):
        Door(door.app, "ada", password="correct-horse-battery").propfind("/", TYPE)
        door.ask("MKCOL", "/ada/new/")
    assert "correct-horse" not in caplog.text
    assert "Basic " not in caplog.text


def test_a_long_answer_is_compressed_for_who_takes_it(door: Door):
    plain, packed = door.sync("/ada/people/"), door.propfind("/ada/people/", f"{D}getetag", depth="1", accept_encoding="gzip")
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert len(packed.rows) == 9


def test_a_revoked_device_password_is_no_good_at_once(door: Door, parts: DoorParts):
    assert door.propfind("/", TYPE).status == 207
    parts.identity.revoke_device_password("ada", parts.identity.device_passwords("ada")[0].id)
    assert door.propfind("/", TYPE).status == 401


def test_a_closed_account_is_out_at_once(door: Door, parts: DoorParts):
    assert door.propfind("/", TYPE).status == 207
    parts.identity.close_account("ada")
    assert door.propfind("/", TYPE).status == 401


def test_reports_without_a_place_are_refused(door: Door):
    answer = door.ask("REPORT", "/ada/", f'<x:addressbook-query xmlns:x="{C[1:-1]}"/>')
    assert answer.preconditions == [f"{D}supported-report"]
