# SPDX-License-Identifier: GPL-3.0-or-later

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from dirserver.config import Origin, PagesSettings
from dirserver.model.book import Level
from dirserver.model.grant import Grant, Subject
from dirserver.model.names import Slug
from dirserver.model.principal import Principal
from dirserver.web.app import make_app
from dirserver.wiring import Parts
from tests.cast import ADA_MOBILE

INTRANET = "https://intranet.example.com"
ADDRESSES = ("/embed/people", "/embed/people.json", "/embed/people.js")


def client(parts: Parts, *origins: str, account: str = "", a_minute: int = 120) -> FlaskClient:
    named = tuple(Origin(each) for each in origins)
    pages = PagesSettings(embed_origins=named, embed_as=account, embed_searches_a_minute=a_minute)
    return make_app(replace(parts, config=replace(parts.config, pages=pages))).test_client()


def found(asker: FlaskClient, text: str) -> list[str]:
    return [person["name"] for person in asker.get("/embed/people.json", query_string={"q": text}).json["people"]]


def test_without_origins_there_is_none(parts: Parts):
    asker = client(parts)
    assert [asker.get(path).status_code for path in ADDRESSES] == [404, 404, 404]


def test_only_the_named_sites_may_hold_it(parts: Parts):
    answer = client(parts, INTRANET, "http://127.0.0.1:9000").get("/embed/people")
    policy = answer.headers["Content-Security-Policy"]
    assert f"frame-ancestors {INTRANET} http://127.0.0.1:9000" in policy
    assert "default-src 'none'" in policy
    assert "X-Frame-Options" not in answer.headers
    assert "Set-Cookie" not in answer.headers


def test_data_is_for_pages_of_the_named_sites(parts: Parts):
    asker = client(parts, INTRANET, account="dov")
    told = asker.get("/embed/people.json?q=lukas", headers={"Origin": INTRANET})
    assert told.headers["Access-Control-Allow-Origin"] == INTRANET
    assert "Origin" in told.headers["Vary"]
    assert told.json["people"][0]["name"] == "Ada Łukasińska"
    assert told.json["people"][0]["url"].endswith("/people/ada")
    for origin in ("https://evil.example", f"{INTRANET}.evil.example", "null", "http://intranet.example.com"):
        refused = asker.get("/embed/people.json?q=lukas", headers={"Origin": origin})
        assert refused.status_code == 403
        assert "Access-Control-Allow-Origin" not in refused.headers


def test_it_shows_what_its_account_may_see(parts: Parts):
    asker = client(parts, INTRANET, account="esme")
    page = asker.get("/embed/people?q=ada").get_data(as_text=True)
    assert "Ada Łukasińska" in page
    assert "@example.com" not in page
    assert found(asker, ADA_MOBILE[-7:]) == []
    assert found(client(parts, INTRANET, account="dov"), "lukasinsak") == ["Ada Łukasińska"]


def test_without_an_account_it_shows_what_nobody_in_particular_may_see(parts: Parts):
    asker = client(parts, INTRANET)
    assert asker.get("/embed/people?q=ada").status_code == 404
    with parts.directory.writing(Principal.system()) as writing:
        writing.grant(Grant(Slug("people"), Subject.parse("anonymous"), Level.VIEW, ("cn",)))
    page = asker.get("/embed/people?q=ada").get_data(as_text=True)
    assert "Ada Łukasińska" in page
    assert "Account Manager" not in page


def test_a_session_makes_no_difference(parts: Parts, ada):
    asker = client(parts, INTRANET, account="esme")
    cookie = ada.client.get_cookie("dirserver")
    asker.set_cookie("dirserver", cookie.value, domain="localhost")
    assert "@example.com" not in asker.get("/embed/people?q=ada").get_data(as_text=True)


@pytest.mark.parametrize("text", ["", "a", " ", "\x00", "%", "x" * 5000])
def test_nobody_leafs_through_everybody(parts: Parts, text: str):
    assert found(client(parts, INTRANET, account="dov"), text) == []


@pytest.mark.parametrize("account", ["nobody-there", "finn"])
def test_an_account_that_is_closed_or_gone_shows_nothing(parts: Parts, account: str):
    assert client(parts, INTRANET, account=account).get("/embed/people?q=ada").status_code == 404


def test_the_script_may_be_loaded_by_any_page(parts: Parts):
    answer = client(parts, INTRANET).get("/embed/people.js")
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "dirserver-people" in answer.get_data(as_text=True)


def test_too_many_searches_from_one_network_are_told_to_wait(parts: Parts):
    asker = client(parts, INTRANET, account="dov", a_minute=10)
    for _ in range(10):
        assert found(asker, "lukas") == ["Ada Łukasińska"]
        assert asker.get("/embed/people").status_code == 200, "only searches count"
    told = asker.get("/embed/people.json?q=lukas", headers={"Origin": INTRANET})
    assert (told.status_code, told.json["people"]) == (429, [])
    assert 0 < int(told.headers["Retry-After"]) <= 60
    assert told.headers["Access-Control-Allow-Origin"] == INTRANET
    frame = asker.get("/embed/people?q=lukas")
    assert frame.status_code == 429
    assert "Try again in a while." in frame.get_data(as_text=True)
    assert asker.get("/embed/people?q=lukas", environ_base={"REMOTE_ADDR": "192.0.2.9"}).status_code == 200
    # Another process over the same store knows of it.
    assert client(parts, INTRANET, account="dov", a_minute=10).get("/embed/people?q=lukas").status_code == 429
