# SPDX-License-Identifier: GPL-3.0-or-later
"""The doors over HTTP under what the readers were fuzzed with: never a fault of our own, never a header less."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

import dirserver.api.app
import dirserver.web.app
import radicale_dirserver.application as dav
from dirserver.identity.tokens import TokenScope
from dirserver.model.principal import Door as DoorName
from dirserver.model.principal import Principal
from dirserver.wiring import Parts
from tests.api.caller import Caller
from tests.cast import make_company
from tests.fuzz.injuries import DEAR, injured, texts
from tests.fuzz.seeds import CORPUS, XML
from tests.fuzz.test_parsers import CARD_WORDS, XML_WORDS
from tests.radicale_dirserver.wsgi import Door, vcard
from tests.web.folder import make_parts
from tests.web.visitor import Visitor

_SPACES = b' xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:carddav"'
REPORTS = [
    *XML,
    *(
        one.replace(b" _", _SPACES)
        for one in (
            (
                b"<c:addressbook-query _><d:prop><d:getetag/><c:address-data/></d:prop><c:filter test='anyof'><c:prop-filter name='FN'>"
                b"<c:text-match collation='i;unicode-casemap' match-type='contains'>a</c:text-match></c:prop-filter></c:filter>"
                b"<c:limit><c:nresults>3</c:nresults></c:limit></c:addressbook-query>"
            ),
            b"<c:addressbook-multiget _><d:prop><d:getetag/></d:prop><d:href>/dav/ada/people/x.vcf</d:href></c:addressbook-multiget>",
            (
                b"<d:principal-property-search _><d:property-search><d:prop><d:displayname/></d:prop><d:match>a</d:match>"
                b"</d:property-search><d:prop><d:displayname/></d:prop></d:principal-property-search>"
            ),
            b"<d:propertyupdate _><d:set><d:prop><d:displayname>x</d:displayname></d:prop></d:set></d:propertyupdate>",
        )
    ),
]
WORDS = [
    *XML_WORDS,
    b'negate-condition="yes"',
    b'match-type="equals"',
    b"<c:nresults>-1</c:nresults>",
    b"<d:href>/../..</d:href>",
    b"<c:is-not-defined/>",
]


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    """A company that may be spoilt."""
    folder: Path = tmp_path_factory.mktemp("fuzzed")
    made = make_parts(folder)
    make_company(made)
    yield made
    made.close()


@pytest.fixture(scope="module")
def ada(parts: Parts) -> Door:
    return Door(dav.make_app(parts), "ada")


@pytest.fixture(scope="module")
def pages(parts: Parts) -> Flask:
    made = dirserver.web.app.make_app(parts)
    made.testing = True
    return made


@pytest.fixture(scope="module")
def chika(parts: Parts) -> Caller:
    return Caller(dirserver.api.app.make_app(parts), parts.tokens.add("chika", label="fuzz", scopes=tuple(TokenScope)))


@DEAR
@given(
    st.sampled_from(["PROPFIND", "REPORT", "PROPPATCH", "MKCOL", "ACL", "LOCK"]),
    st.sampled_from(["/", "/ada/", "/ada/people/", "/ada/contacts/", "/ada/nowhere/", "/ada/contacts/a.vcf"]),
    st.sampled_from([None, "0", "1", "infinity", "-1", "x" * 999]),
    injured(REPORTS, WORDS),
)
def test_carddav_answers_every_body(ada: Door, method: str, path: str, depth: str | None, body: bytes) -> None:
    answer = ada.ask(method, path, body, **({} if depth is None else {"depth": depth}))
    assert answer.status < 500, answer.body


@DEAR
@given(
    injured([*CORPUS, vcard("a", "A B").encode()], CARD_WORDS),
    texts(["a.vcf", "..", "a/b", "%2e%2e", "C:\\x.vcf"], ["/", "\\", "..", "%"]),
    texts(['"abc"', "*", 'W/"x"'], ['"', ",", "W/"]),
)
def test_a_card_that_a_phone_sends_is_kept_or_refused(ada: Door, card: bytes, name: str, tag: str) -> None:
    path = "/ada/contacts/" + name.encode("utf-8", "replace").decode("utf-8", "replace")
    said = tag.encode("latin-1", "replace").decode("latin-1")
    for asked in (
        ada.ask("PUT", path, card),
        ada.ask("PUT", path, card, if_match=said),
        ada.ask("GET", path),
        ada.ask("DELETE", path, if_match=said),
    ):
        assert asked.status < 500, asked.body


@DEAR
@given(texts(["Basic YWRhOng=", "Digest x", "Bearer x"], ["=", " ", ":"]), texts(["203.0.113.7, 10.0.0.1", "for=x"], [",", "::1", "\n"]))
def test_headers_that_say_who_asks_are_believed_or_not(ada: Door, authorization: str, forwarded: str) -> None:
    given_ = {
        "HTTP_AUTHORIZATION": authorization.encode("latin-1", "replace").decode("latin-1"),
        "HTTP_X_FORWARDED_FOR": forwarded.encode("latin-1", "replace").decode("latin-1"),
        "HTTP_USER_AGENT": forwarded,
    }
    assert ada.ask("PROPFIND", "/", b"", given_).status in {401, 429}


@DEAR
@given(
    texts(["dirserver=abc; form=x; notice=1; language=eo"], [";", "=", ",", '"', "dirserver="]),
    st.sampled_from(["/", "/sign-in", "/me", "/me/devices", "/people/", "/welcome/", "/static/", "/books"]),
    texts(["q=ada&page=2&sort=name", "next=//x"], ["&", "=", "%", "[]", "page=-1", "page=9999999999999999999999"]),
)
def test_pages_answer_every_cookie_and_question(pages: Flask, parts: Parts, cookie: str, path: str, query: str) -> None:
    account = parts.identity.account("ada")
    secret = parts.identity.open_session(Principal(DoorName.WEB, account.id, account.login), address="127.0.0.1")
    asked = f"{path}?{query.encode('utf-8', 'replace').decode('latin-1')}"
    for said in (cookie, f"dirserver={secret}; {cookie}"):
        headers = {"Cookie": said.encode("latin-1", "replace").decode("latin-1").translate({10: " ", 13: " "})}
        assert Visitor(pages).open(asked, headers=headers).status < 500


@DEAR
@given(
    texts(["/people", "/people/x", "/books/people/entries", "/me"], ["/", "%2f", "..", "?", "&", "limit=-1", "cursor="]),
    injured([b'{"givenName": ["A"], "sn": "B"}', b"[]"], [b"{", b"}", b"null", b"1e999", b'"\\ud800"', b"[" * 500]),
)
def test_the_api_answers_every_path_and_body(chika: Caller, path: str, body: bytes) -> None:
    where = "/" + path.encode("utf-8", "replace").decode("latin-1").lstrip("/")
    for method in ("GET", "POST", "PATCH"):
        assert chika(method, where, data=body, headers={"Content-Type": "application/json"}).status_code < 500
