# SPDX-License-Identifier: GPL-3.0-or-later
"""Every way in, and who it lets in without credentials: what is not declared here fails (ASVS 5.0 6.1.3, 6.3.4)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import Client

import dirserver.api.app
import dirserver.web.app
import radicale_dirserver.application as dav
from dirserver.api.bearer import _MARK
from dirserver.ldap.listen import make_site
from dirserver.ldap.wire import message as wire
from dirserver.ldap.wire.message import AddRequest, CompareRequest, DeleteRequest, ExtendedRequest, ModifyDNRequest, ModifyRequest
from dirserver.model.principal import Door
from dirserver.serve.http import Doors, Joined
from dirserver.serve.turns import Turns
from dirserver.wiring import Parts
from tests.cast import make_company, uuid_of
from tests.ldap.dialogue import Dialogue
from tests.web.folder import make_parts

# What may be opened by nobody in particular, door by door, and why that gives nothing of the directory away.
OPEN_PAGES = {
    "static": "style sheet, script, icon",
    "sign_in.ask": "the form",
    "sign_in.check": "main password",
    "sign_in.leave": "ends one's own session",
    "second_step.ask": "a sign-in whose first step is done",
    "second_step.check": "a code of the second factor",
    "passkey_entrance.options": "a random number to sign",
    "passkey_entrance.check": "a passkey that has verified its user",
    "passkey_entrance.second_options": "a sign-in whose first step is done",
    "passkey_entrance.second_check": "a passkey, after the first step",
    "reset.ask": "the form",
    "reset.send": "a name; the answer is the same to everybody",
    "reset.sent": "what comes next",
    "reset.choose": "a one-time link",
    "reset.accept": "a one-time link",
    "confirming.ask": "a one-time link: names of what its letter asked about",
    "confirming.confirm": "a one-time link, which confirms and nothing else",
    "welcome.ask": "a one-time link",
    "welcome.accept": "a one-time link",
    "languages.choose": "a cookie",
    "embed.show": "what [pages] embed_as may see; nothing where no site may embed it",
    "embed.tell": "the same, for sites that are named",
    "embed.script": "a script",
}
OPEN_API = {"description": "what there is, not what is in it"}
OPEN_PATHS = {"/healthz", "/readyz"}
AUTHENTICATORS = {
    Door.WEB: "main password, a code or passkey where a second factor is on, or a passkey alone; then an opaque session",
    Door.DAV: "device password, or the main one where no second factor is on, with each request",
    Door.API: "a token with scopes, with each request",
    Door.LDAP: "device password, the main one where no second factor is on, or a certificate (EXTERNAL), once a connection",
    Door.CLI: "permissions of the database's and the key's files",
}
LDAP_REQUESTS = {"BindRequest", "UnbindRequest", "AbandonRequest", "SearchRequest", "CompareRequest", "AddRequest", "ModifyRequest",
                 "DeleteRequest", "ModifyDNRequest", "ExtendedRequest"}  # fmt: skip


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    folder: Path = tmp_path_factory.mktemp("inventory")
    made = make_parts(folder)
    make_company(made)
    yield made
    made.close()


def test_every_door_has_an_authenticator() -> None:
    assert set(AUTHENTICATORS) == set(Door)


def test_every_page_is_declared_open_or_asks_for_a_session(parts: Parts) -> None:
    app: Flask = dirserver.web.app.make_app(parts)
    visitor = Client(app)
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<int:\w+>", "1", rule.rule.replace("<slug>", "clients").replace("<name>", "ada"))
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            answer = visitor.open(path, method=method)
            is_refused = answer.status_code in {303, 401} or (answer.status_code, method) == (403, "POST")
            assert is_refused or rule.endpoint in OPEN_PAGES, path
            assert "Łukasińska" not in answer.text
    assert set(app.view_functions) >= set(OPEN_PAGES)


def test_every_endpoint_of_the_api_is_declared_open_or_needs_a_scope(parts: Parts) -> None:
    app = dirserver.api.app.make_app(parts)
    assert {name for name, view in app.view_functions.items() if getattr(view, _MARK) is None} == set(OPEN_API)
    visitor = Client(app)
    for rule in app.url_map.iter_rules():
        if rule.endpoint in OPEN_API:
            continue
        path = rule.rule
        for argument in rule.arguments:
            path = path.replace(f"<{argument}>", "people").replace(f"<string:{argument}>", "people").replace(f"<int:{argument}>", "1")
        for method in (rule.methods or set()) - {"OPTIONS"}:
            assert visitor.open(path, method=method).status_code == 401, (method, path)


def test_every_method_of_carddav_asks_for_a_password(parts: Parts) -> None:
    visitor = Client(dav.make_app(parts))
    methods = {*dav._METHODS, *dav._OF_RADICALE, "POST", "LOCK", "UNLOCK", "TRACE", "ACL", "LINK", "NONSENSE"}
    for method in methods - {"OPTIONS"}:
        for path in ("/", "/ada/", "/ada/people/", f"/ada/people/{uuid_of('ada')}.vcf", "/bruno/contacts/x.vcf"):
            answer = visitor.open(path, method=method, environ_base={"SCRIPT_NAME": "/dav", "REMOTE_ADDR": "127.0.0.1"})
            assert answer.status_code in {401, 405}, (method, path)
            assert "Łukasińska" not in answer.text


def test_every_ldap_request_is_declared_and_does_nothing_for_nobody(parts: Parts) -> None:
    assert {name for name in vars(wire) if name.endswith("Request") and name != "Request"} == LDAP_REQUESTS
    name = "uid=ada,ou=people,dc=example,dc=com"
    for request in (
        CompareRequest(name, "cn", b"Ada"),
        AddRequest(name, ()),
        ModifyRequest(name, ()),
        DeleteRequest(name),
        ModifyDNRequest(name, "uid=eve", deletes_old_rdn=True, new_superior=None),
        ExtendedRequest("1.3.6.1.4.1.4203.1.11.1", b""),
    ):
        # Each on a connection of its own, that nobody has signed in on.
        answers = Dialogue(make_site(parts)).ask(request)
        assert all(answer.code not in {0, 5, 6} for answer in answers), request


def test_every_path_of_the_http_listener_belongs_to_a_door_or_is_declared(parts: Parts) -> None:
    asked: list[str] = []

    def door(name):
        def answer(_environ, start):
            asked.append(name)
            start("200 OK", [])
            return [b""]

        return answer

    joined = Joined(parts.config, Doors(door("pages"), door("dav"), door("api")), lambda: True, Turns(1))
    for path in ("/", "/metrics", "/admin", "/debug", "/.well-known/x", "/dav/x", "/.well-known/carddav", "/api/v1/me", *OPEN_PATHS):
        Client(joined).get(path)
    assert asked == ["pages"] * 5 + ["dav"] * 2 + ["api"]
