# SPDX-License-Identifier: GPL-3.0-or-later
"""/me: the token's own account and person."""

from __future__ import annotations

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from dirserver.api import entries
from dirserver.api.answers import json_answer
from dirserver.api.bearer import needs, parts, reading, shown, writing
from dirserver.api.proposal_shapes import CHANGED
from dirserver.api.shapes import EntryPatch, MeShape, entry_shape
from dirserver.errors import NotFound
from dirserver.identity.tokens import TokenScope

_ZIP = {"description": "The file", "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}}


def make_me() -> APIBlueprint:
    """Return the endpoints of the token's own account."""
    endpoints = APIBlueprint("me", __name__, abp_tags=[Tag(name="me", description="The token's own account and person")])

    @endpoints.get("/me", summary="Who am I", responses={200: MeShape})
    @needs(TokenScope.READ)
    def show() -> Response:
        account = parts().identity.account(shown().principal.login)
        with reading() as opened:
            entry = opened.me()
        return json_answer(
            MeShape(
                login=account.login,
                name=account.name,
                mail=account.mail,
                is_admin=account.is_admin,
                language=account.language,
                entry=entry_shape(entry) if entry is not None else None,
            )
        )

    @endpoints.get("/me/export", summary="All that is stored about me, as a ZIP of JSON and vCard", responses={200: _ZIP})
    @needs(TokenScope.BULK)
    def take() -> Response:
        principal = shown().principal
        name, octets = parts().takeout.of(principal, parts().identity.account(principal.login))
        return Response(octets, mimetype="application/zip", headers={"Content-Disposition": f'attachment; filename="{name}"'})

    @endpoints.patch("/me", summary="Change my own entry", responses=CHANGED)
    @needs(TokenScope.WRITE)
    def change(body: EntryPatch) -> Response:
        with writing() as opened:
            entry = opened.me()
            if entry is None:
                raise NotFound("your account has no entry")
            return entries.change(opened, entry, body)

    return endpoints
