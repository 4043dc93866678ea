# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import io
import json

import pytest

from dirserver.config import Config, HttpSettings, LogSettings
from dirserver.serve.hosting.heads import HEADERS
from dirserver.serve.http import Doors, Joined, _decoded
from dirserver.serve.turns import Turns
from tests.headers import Kind, check


def echo(name):
    def app(environ, start):
        length = int(environ.get("CONTENT_LENGTH") or 0)
        content = environ["wsgi.input"].read(length if "CONTENT_LENGTH" in environ else -1)
        told = {key: environ.get(key) for key in ("SCRIPT_NAME", "PATH_INFO", "REMOTE_ADDR", "CONTENT_LENGTH", "wsgi.url_scheme")}
        start("200 OK", [("Content-Type", "application/json")])
        return [json.dumps({"app": name, "body": content.decode(), "headers": [k for k in environ if "FORWARD" in k], **told}).encode()]

    return app


class Answer:
    def __init__(self, app, method="GET", path="/", body=b"", **environ):
        given = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": "",
            "SCRIPT_NAME": "",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            **environ,
        }

        def start(status, headers, exc_info=None):
            self.status, self.headers = int(status[:3]), dict(headers)

        answer = app(given, start)
        self.body = b"".join(answer)
        if self.headers.get("Content-Type", "").startswith("text/plain"):
            # Not what our doors here only echo.
            check(Kind.OURS, self.status, self.headers.items(), path=path, is_secure=given["wsgi.url_scheme"] == "https", body=self.body)
        if not isinstance(answer, list):
            answer.close()

    @property
    def told(self):
        return json.loads(self.body)


def joined(pages=None, dav=None, *, is_ready=lambda: True, max_body_bytes=65_536):
    config = Config(http=HttpSettings(max_body_bytes=max_body_bytes), log=LogSettings(access=False))
    return Joined(config, Doors(pages or echo("pages"), dav or echo("dav")), is_ready, Turns(1))


@pytest.mark.parametrize("path", ["/", "/people/1", "/davx", "/api/v1/", "/healthzz"])
def test_pages_answer_whatever_is_not_carddav(path):
    told = Answer(joined(), path=path).told
    assert (told["app"], told["PATH_INFO"], told["SCRIPT_NAME"]) == ("pages", path, "")


def test_carddav_answers_below_dav_and_is_told_where_it_hangs():
    told = Answer(joined(), "PROPFIND", "/dav/ada/people/M\xc3\xbcller.vcf").told
    assert (told["app"], told["SCRIPT_NAME"], told["PATH_INFO"]) == ("dav", "/dav", "/ada/people/M\xc3\xbcller.vcf")


@pytest.mark.parametrize("path", ["/.well-known/carddav", "/.well-known/carddav/"])
def test_discovery_is_carddavs_own(path):
    told = Answer(joined(), "PROPFIND", path).told
    assert (told["app"], told["SCRIPT_NAME"], told["PATH_INFO"]) == ("dav", "/dav", path)


@pytest.mark.parametrize("method", ["PROPFIND", "OPTIONS"])
def test_who_knows_only_the_host_finds_carddav_there(method):
    told = Answer(joined(), method, "/").told
    assert (told["app"], told["PATH_INFO"]) == ("dav", "/")
    assert Answer(joined(), "GET", "/").told["app"] == "pages"


def test_the_address_without_its_slash_leads_to_the_one_with_it():
    answer = Answer(joined(), "PROPFIND", "/dav")
    assert (answer.status, answer.headers["Location"]) == (301, "/dav/")


def test_health_says_that_the_process_lives_and_readiness_that_the_database_answers():
    broken = joined(is_ready=lambda: False)
    assert (Answer(broken, path="/healthz").status, Answer(broken, path="/readyz").status) == (200, 503)
    assert Answer(joined(), path="/readyz").status == 200


def test_a_body_in_chunks_arrives_as_it_comes():
    told = Answer(joined(), "PUT", "/dav/a/b.vcf", b"BEGIN:VCARD", HTTP_TRANSFER_ENCODING="chunked").told
    assert (told["body"], told["CONTENT_LENGTH"]) == ("BEGIN:VCARD", None)


@pytest.mark.parametrize("path", ["/dav/a/b.vcf", "/form"])
def test_a_body_over_the_limit_is_refused_however_it_comes(path):
    too_long = b"x" * 65_537
    for environ in ({"CONTENT_LENGTH": str(len(too_long))}, {"HTTP_TRANSFER_ENCODING": "chunked"}):
        answer = Answer(joined(), "PUT", path, too_long, **environ)
        assert (answer.status, answer.headers["Connection"]) == (413, "close")
        assert b"65536 bytes" in answer.body


def test_a_body_at_the_limit_passes():
    assert len(Answer(joined(), "PUT", "/dav/x", b"x" * 65_536, HTTP_TRANSFER_ENCODING="chunked").told["body"]) == 65_536


@pytest.mark.parametrize("length", ["-1", "1e3", "٣", "0x10"])
def test_a_length_that_is_no_number_is_refused(length):
    assert Answer(joined(), "PUT", "/x", b"", CONTENT_LENGTH=length).status == 400


def test_a_fault_tells_the_client_nothing(caplog):
    def broken(environ, start):
        raise RuntimeError("password=hunter2")

    answer = Answer(joined(broken))
    assert answer.status == 500
    assert b"hunter2" not in answer.body


def test_an_answer_without_close_gets_one_and_gives_its_turn_back_while_it_waits():
    app = joined(lambda environ, start: (start("200 OK", []), (part for part in (b"a", b"b")))[1])
    # One turn only: whoever kept it would stop the second one.
    for _ in range(2):
        assert Answer(app).body == b"ab"
    assert Answer(joined(lambda environ, start: (start("200 OK", []), (b"t",))[1])).body == b"t"
    begun = app({"REQUEST_METHOD": "GET", "PATH_INFO": "/", "wsgi.input": io.BytesIO()}, lambda *given: None)
    assert next(begun) == b"a"
    assert Answer(app).body == b"ab"
    begun.close()


def test_that_the_process_lives_is_told_while_every_turn_is_taken():
    app = joined()
    app._turns.take()
    assert Answer(app, path="/healthz").status == 200


def test_what_a_proxy_says_reaches_the_applications_as_the_client_and_its_headers_do_not():
    told = Answer(joined(), HTTP_X_FORWARDED_FOR="198.51.100.7", HTTP_X_FORWARDED_PROTO="https").told
    assert (told["REMOTE_ADDR"], told["wsgi.url_scheme"], told["headers"]) == ("198.51.100.7", "https", [])


def test_a_link_of_a_letter_is_not_logged() -> None:
    assert [_decoded(path) for path in ("/welcome/secret", "/reset/secret", "/confirm/secret", "/reset", "/people/ada")] == [
        "/welcome/...",
        "/reset/...",
        "/confirm/...",
        "/reset",
        "/people/ada",
    ]


class Phone:
    """CardDAV that knows one password, and notes whom it has met."""

    def __init__(self):
        self.met = []

    def caller_of(self, environ):
        self.met.append(environ["HTTP_AUTHORIZATION"])
        return Met(environ["HTTP_AUTHORIZATION"], Met("", environ["REMOTE_ADDR"]))

    def at_once(self, caller, environ, path, body, start):
        if caller.name != "right":
            return None
        start("207 Multi-Status", [("X", path)])
        return [body]

    def put_of(self, caller, environ, path, body):
        def put(start):
            if body == b"stale":
                return None
            start("204 No Content", [("X", path)])
            return [b""]

        return put if caller.name == "right" else None

    def __call__(self, environ, start):
        start("412 Precondition Failed", [("X", environ["PATH_INFO"])])
        return [b"usual"]


class Met:
    def __init__(self, name, peer):
        self.name, self.peer, self.address = name, peer, peer


def test_who_is_answered_at_once_is_met_once_and_strangers_take_no_room():
    phone = Phone()
    app = joined(dav=phone)

    def ask(password, method="REPORT", path="/dav/ada/people/", headers=b"name"):
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "REMOTE_ADDR": "192.0.2.7",
            "HTTP_AUTHORIZATION": password,
            HEADERS: headers,
        }
        return app.at_once(environ, b"body")

    for number in range(3):
        assert ask("wrong", headers=b"%d" % number) is None
    assert app._callers == {}
    for _ in range(3):
        assert ask("right") == ("207 Multi-Status", [("X", "/ada/people/")], b"body")
    assert (len(app._callers), phone.met.count("right")) == (1, 1)
    met = len(phone.met)
    assert ask("right", method="MOVE") is ask("right", path="/people") is ask("right", headers=None) is None
    assert len(phone.met) == met


def test_a_put_of_who_is_known_is_written_by_a_thread_and_where_that_fails_answered_as_any_other():
    phone = Phone()
    app = joined(dav=phone)

    def put(password, body):
        environ = {
            "REQUEST_METHOD": "PUT",
            "PATH_INFO": "/dav/ada/contacts/x.vcf",
            "REMOTE_ADDR": "192.0.2.7",
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_AUTHORIZATION": password,
            "wsgi.input": io.BytesIO(body),
            HEADERS: password.encode(),
        }
        call = app.at_once(environ, body)
        told = []
        return call and (b"".join(call(environ, lambda status, headers, *_: told.append((status[:3], headers)))), *told)

    assert put("wrong", b"card") is None
    assert app._callers == {}
    for _ in range(3):
        assert put("right", b"card") == (b"", ("204", [("X", "/ada/contacts/x.vcf")]))
    assert put("right", b"stale") == (b"usual", ("412", [("X", "/ada/contacts/x.vcf")]))
    assert (len(app._callers), phone.met.count("right"), app._turns.busy) == (1, 1, 0)
