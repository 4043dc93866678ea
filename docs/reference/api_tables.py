# SPDX-License-Identifier: GPL-3.0-or-later
"""The reference of the JSON API, from the description that it gives of itself."""
# ruff: noqa: INP001 # beside a script, not in a package

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from dirserver.api.app import ROOT, make_description
from dirserver.api.problems import STATUSES
from dirserver.identity.tokens import TokenScope

_METHODS = ("get", "post", "put", "patch", "delete")
_SCOPES = {TokenScope.READ: "find and read", TokenScope.WRITE: "add, change, delete, restore", TokenScope.BULK: "export and import books"}


def operations(generated: str) -> str:
    """Return the page."""
    told = json.loads(make_description())
    lines = ["# JSON API", "", generated]
    lines += [f"All paths are below `{ROOT}`. `{ROOT}/openapi.json` (OpenAPI 3.1) says it in full, for programs that make clients of it."]
    lines += ["How to begin: [use the JSON API](../how-to/use-the-api.md).", ""]
    lines += ["| Scope | A token with it may |", "| --- | --- |", *(f"| `{scope}` | {words} |" for scope, words in _SCOPES.items()), ""]
    for tag in told["tags"]:
        lines += [f"## {tag['description']}", "", "| Call | | Parameters |", "| --- | --- | --- |", *_rows(told, tag["name"]), ""]
    lines += ["## What entries look like", "", *_members(told["components"]["schemas"]["EntryShape"]), ""]
    lines += ["## Errors", "", "`application/problem+json` (RFC 9457); `type` is `urn:dirserver:problem:` and a word.", ""]
    lines += ["| Status | Word | Title |", "| --- | --- | --- |"]
    lines += [f"| {status} | `{word}` | {title} |" for status, word, title in dict.fromkeys((s, w, t) for _, s, w, t in STATUSES)]
    return "\n".join([*lines, ""])


def _rows(told: dict[str, Any], tag: str) -> Iterator[str]:
    for path, item in told["paths"].items():
        for method in _METHODS:
            operation = item.get(method)
            if operation is None or tag not in operation["tags"]:
                continue
            names = [f"`{each['name']}`" for each in operation.get("parameters", ()) if each["in"] == "query"]
            yield f"| `{method.upper()} {path}` | {operation['summary']} | {' '.join(names)} |"


def _members(schema: dict[str, Any]) -> Iterator[str]:
    for name, member in schema["properties"].items():
        about = member.get("description", "")
        yield f"- `{name}`{': ' + about if about else ''}"
