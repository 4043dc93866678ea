# SPDX-License-Identifier: GPL-3.0-or-later
"""The OpenAPI 3.1 description as it is given out: what flask-openapi3 makes of the code, with what it can't know."""

from __future__ import annotations

import json

from dirserver.api.comments import CommentBody, NewComment
from dirserver.api.groups import NewGroup
from dirserver.api.problems import Problem
from dirserver.api.proposal_shapes import RefusalBody
from dirserver.api.shapes import EntryPatch, EntryShape, NewContact, NewEntry
from dirserver.api.shelves import RevisionBody

_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
_METHODS = ("get", "put", "post", "patch", "delete")
_ABOUT = (
    "The company's address book as JSON. Every call needs a token (Authorization: Bearer); one is made with "
    "`dirserver token add LOGIN --label ... --scope read`. What a token's account may not see isn't there, and what it may not "
    "change is refused. Errors are problem details (RFC 9457)."
)
_ERRORS = {
    "401": "No token, or one that isn't good",
    "403": "The account may not do this, or the token isn't good for it",
    "404": "Nothing of that name that the account may see",
    "422": "A parameter or the body can't be used",
}
_MORE = {
    "put": {"409": "It clashes with what is there", "412": "It was changed in the meantime", "413": "Too large"},
    "post": {"409": "It clashes with what is there", "412": "It was changed in the meantime", "413": "Too large"},
    "patch": {"409": "It clashes with what is there", "412": "It was changed in the meantime", "413": "Too large"},
    "delete": {"409": "It clashes with what is there", "412": "It was changed in the meantime"},
}
_EXAMPLES = {
    model.__name__: model.model_json_schema()["examples"]
    for model in (NewEntry, NewContact, EntryPatch, EntryShape, NewGroup, CommentBody, NewComment, RefusalBody, RevisionBody, Problem)
}
_IF_MATCH = {"name": "If-Match", "in": "header", "required": False, "schema": {"type": "string"}, "description": "The ETag that one knows."}


def described(made: str) -> str:
    """Return the description (JSON) with its words, errors, security and conditions. RuntimeError for two operations of one name."""
    document = json.loads(made)
    document["info"]["description"] = _ABOUT
    document["info"]["license"] = {"name": "GPL-3.0-or-later", "identifier": "GPL-3.0-or-later"}
    document["security"] = [{"token": []}]
    for name, schema in document.get("components", {}).get("schemas", {}).items():
        if name in _EXAMPLES:
            # flask-openapi3 leaves them out.
            schema["examples"] = _EXAMPLES[name]
    names: set[str] = set()
    for path, item in document["paths"].items():
        for method in _METHODS:
            operation = item.get(method)
            if operation is None:
                continue
            if operation["operationId"] in names:
                raise RuntimeError(f"two operations are called {operation['operationId']}")
            names.add(operation["operationId"])
            operation.pop("description", None)
            if method != "get" and "{id}" in path:
                operation.setdefault("parameters", []).append(_IF_MATCH)
            if "application/json" in operation.get("requestBody", {}).get("content", {}):
                operation["responses"]["415"] = {"description": "The body isn't sent as JSON", "content": _PROBLEM}
            for status, words in {**_ERRORS, **_MORE.get(method, {})}.items():
                operation["responses"][status] = {"description": words, "content": _PROBLEM}
    return json.dumps(document, ensure_ascii=False)
