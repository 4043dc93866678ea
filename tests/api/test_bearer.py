# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may call: tokens, their scopes, and what no endpoint may forget."""

import pytest
from flask import Flask

from dirserver.api import bearer
from dirserver.identity.tokens import TokenScope
from tests.api.caller import Caller


def test_without_a_token_nothing_is_told(app):
    answer = Caller(app)("GET", "/people")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    Caller(app, "dirserver_nonsense").refused("GET", "/people", 401)


def test_other_credentials_are_no_token(app):
    Caller(app).refused("GET", "/people", 401, headers={"Authorization": "Basic YWRhOmFkYS1oYXMtYS1sb25nLXBhc3N3b3Jk"})


def test_a_revoked_token_is_out_at_the_next_call(parts, app):
    caller = Caller(app, parts.tokens.add("ada", label="test", scopes=[TokenScope.READ]))
    caller.ok("GET", "/me")
    parts.tokens.revoke("ada", parts.tokens.listed("ada")[0].id)
    caller.refused("GET", "/me", 401)


def test_a_closed_account_takes_its_tokens_with_it(parts, ada):
    ada.ok("GET", "/me")
    parts.identity.close_account("ada")
    ada.refused("GET", "/me", 401)


@pytest.mark.parametrize(
    "scope, method, path",
    [
        (TokenScope.READ, "PATCH", "/me"),
        (TokenScope.READ, "GET", "/books/clients/export"),
        (TokenScope.WRITE, "GET", "/people"),
        (TokenScope.BULK, "DELETE", "/people/zoe"),
    ],
)
def test_a_token_is_good_for_its_scopes_only(as_, scope, method, path):
    told = as_("chika", scope).refused(method, path, 403, json={} if method == "PATCH" else None)
    assert told["type"].endswith("out-of-scope")


def test_an_endpoint_that_says_nothing_of_tokens_keeps_the_application_from_starting():
    app = Flask(__name__, static_folder=None)
    app.add_url_rule("/forgotten", "forgotten", lambda: "everything")
    with pytest.raises(RuntimeError, match="forgotten"):
        bearer.install(app)
