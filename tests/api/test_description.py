# SPDX-License-Identifier: GPL-3.0-or-later
"""The OpenAPI description."""

import json

import pytest

from dirserver.api.description import described
from dirserver.api.problems import Problem
from dirserver.api.proposal_shapes import RefusalBody
from dirserver.api.shapes import EntryShape
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


def _examples(app, name: str) -> list:
    return Caller(app).ok("GET", "/openapi.json")["components"]["schemas"][name]["examples"]


def test_each_example_of_a_body_can_be_sent(app, admin):
    (new,) = _examples(app, "NewEntry")
    gil = admin.ok("POST", "/people", json=new, status=201)
    assert gil["attributes"]["mail"] == ["gil.ortega@example.com"]
    (patch,) = _examples(app, "EntryPatch")
    assert admin.ok("PATCH", f"/people/{gil['id']}", json=patch)["attributes"]["title"] == ["Team Lead"]
    assert admin.ok("POST", f"/people/{gil['id']}/revert", json=_examples(app, "RevisionBody")[0])["attributes"].get("title") is None
    assert admin.ok("POST", "/contacts", json=_examples(app, "NewContact")[0], status=201)["book"] == "clients"
    assert admin.ok("POST", "/groups", json=_examples(app, "NewGroup")[0], status=201)["name"] == "choir"
    comment = admin.ok("POST", f"/people/{gil['id']}/comments", json=_examples(app, "NewComment")[0], status=201)
    assert admin.ok("PATCH", f"/comments/{comment['number']}", json=_examples(app, "CommentBody")[0])["text"] == comment["text"]


def test_each_example_of_an_answer_and_of_a_refusal_is_one(app):
    bodies = {model.__name__: model for model in (EntryShape, Problem, RefusalBody)}
    for name, model in bodies.items():
        for told in _examples(app, name):
            assert model.model_validate(told).model_dump(mode="json", exclude_unset=True) == told
