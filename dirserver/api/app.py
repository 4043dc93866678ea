# SPDX-License-Identifier: GPL-3.0-or-later
"""The JSON API as one WSGI application, mounted at /api/v1. Each subject is a file of this room; this one puts them together."""

from __future__ import annotations

import json

from flask import Flask, Response
from flask_openapi3.models.info import Info
from flask_openapi3.models.server import Server
from flask_openapi3.openapi import OpenAPI

from dirserver.api import answers, bearer, origins, problems
from dirserver.api.bearer import open_to_all
from dirserver.api.books import make_books
from dirserver.api.bulk import make_bulk
from dirserver.api.comments import make_comments
from dirserver.api.description import described
from dirserver.api.groups import make_groups
from dirserver.api.me import make_me
from dirserver.api.problems import Problem
from dirserver.api.proposals import make_proposals
from dirserver.api.shelves import make_contacts, make_people
from dirserver.api.unconfirmed import add_unconfirmed
from dirserver.wiring import Parts

ROOT = "/api/v1"
VERSION = "1.0.0"


def make_app(parts: Parts) -> Flask:
    """Return the API over these parts: a WSGI callable that keeps nothing between requests."""
    app = _with_endpoints()
    document = described(json.dumps(app.api_doc))

    @open_to_all
    def description() -> Response:
        return Response(document, mimetype="application/json")

    app.add_url_rule("/openapi.json", "description", description)
    app.config.update(MAX_CONTENT_LENGTH=parts.config.http.max_body_bytes)
    app.extensions["dirserver.parts"] = parts
    for each in (problems, answers, origins, bearer):
        each.install(app)
    return app


def make_description() -> str:
    """Return the OpenAPI 3.1 description of all that there is, as JSON."""
    return described(json.dumps(_with_endpoints().api_doc))


def _with_endpoints() -> OpenAPI:
    app = OpenAPI(
        __name__,
        info=Info(title="dirserver", version=VERSION),
        servers=[Server(url=ROOT)],
        security_schemes={"token": {"type": "http", "scheme": "bearer"}},
        validation_error_model=Problem,
        validation_error_callback=problems.invalid,
        operation_id_callback=_operation_id,
        doc_ui=False,
        static_folder=None,
    )
    books = add_unconfirmed(make_books())
    for endpoints in (make_people(), make_contacts(), books, make_comments(), make_groups(), make_me(), make_proposals(), make_bulk()):
        app.register_api(endpoints)
    return app


def _operation_id(*, name: str, bp_name: str = "", path: str = "", method: str = "") -> str:
    """Return a name for a function in a client that is made from the description. Paths and methods don't matter for it."""
    del path, method
    return f"{bp_name}_{name}" if bp_name else name
