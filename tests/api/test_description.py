# SPDX-License-Identifier: GPL-3.0-or-later
"""The OpenAPI description."""

import json

import pytest

from dirserver.api.description import described
from tests.api.caller import Caller


def test_every_operation_tells_its_errors_as_problems_and_asks_for_a_token(app):
    told = Caller(app).ok("GET", "/openapi.json")
    assert told["security"] == [{"token": []}]
    for item in told["paths"].values():
        for operation in item.values():
            for status, answer in operation["responses"].items():
                if status[0] in "45":
                    assert list(answer["content"]) == ["application/problem+json"]
            assert {"401", "403", "404", "422"} <= set(operation["responses"])
            assert operation["summary"]


def test_two_operations_of_one_name_are_a_fault():
    one = {"operationId": "x", "responses": {}}
    with pytest.raises(RuntimeError, match="x"):
        described(json.dumps({"info": {}, "paths": {"/a": {"get": one}, "/b": {"get": one}}}))
