# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages of other sites: those of the settings may read, and nobody else."""

from dataclasses import replace

import pytest

from dirserver.api.app import make_app
from dirserver.config import ApiSettings, Origin
from dirserver.identity.tokens import TokenScope
from tests.api.caller import Caller

INTRANET = "https://intranet.example.com"


@pytest.fixture
def ada(parts):
    config = replace(parts.config, api=ApiSettings(origins=(Origin(INTRANET),)))
    return Caller(make_app(replace(parts, config=config)), parts.tokens.add("ada", label="test", scopes=[TokenScope.READ]))


def test_a_page_of_the_intranet_may_read(ada):
    answer = ada("GET", "/people?q=ada", headers={"Origin": INTRANET})
    assert answer.headers["Access-Control-Allow-Origin"] == INTRANET
    assert "Access-Control-Allow-Credentials" not in answer.headers
    asked = {"Origin": INTRANET, "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization"}
    answer = ada("OPTIONS", "/people", headers=asked)
    assert answer.headers["Access-Control-Allow-Headers"] == "Authorization"


@pytest.mark.parametrize("origin", ["https://evil.example", "null", INTRANET + ".evil.example", "http://intranet.example.com"])
def test_a_page_of_another_site_may_not(ada, origin):
    assert "Access-Control-Allow-Origin" not in ada("GET", "/people", headers={"Origin": origin}).headers
    answer = ada("OPTIONS", "/people", headers={"Origin": origin, "Access-Control-Request-Method": "GET"})
    assert "Access-Control-Allow-Headers" not in answer.headers


def test_no_page_may_write(ada):
    answer = ada("OPTIONS", "/me", headers={"Origin": INTRANET, "Access-Control-Request-Method": "PATCH"})
    assert "Access-Control-Allow-Methods" not in answer.headers
