# SPDX-License-Identifier: GPL-3.0-or-later
"""POST of a push-register to a book, and DELETE of a registration (draft-bitfire-webdav-push section 3)."""

from __future__ import annotations

from email.utils import format_datetime
from http import HTTPStatus

from dirserver.errors import BadInput, NotFound
from dirserver.push.subscribing import Subscriptions
from radicale_dirserver.methods.push_register import MAX_REGISTER_BYTES, invalid, read_push_register
from radicale_dirserver.tree.asked import Asked
from radicale_dirserver.tree.books import asked_book, is_gateway, require_own_home
from radicale_dirserver.tree.places import BookPlace, RegistrationPlace
from radicale_dirserver.wire.errors import Refused
from radicale_dirserver.wire.markup import quote_path
from radicale_dirserver.wire.names import push
from radicale_dirserver.wire.response import Response


def subscribe(asked: Asked, told: Subscriptions, *, origin: str, device_id: int | None) -> Response:
    """Answer a POST: 201 for a new registration, 204 for one that is renewed.

    ``origin`` is how the client reached us: DAVx5 takes nothing but an absolute URL for Location.
    """
    place = asked.place
    require_own_home(place, asked.principal)
    wish = read_push_register(asked.request.read_body(MAX_REGISTER_BYTES))
    if not isinstance(place, BookPlace) or is_gateway(place):
        raise Refused(HTTPStatus.FORBIDDEN, "Of changes here nothing is told: subscribe to a book.", push("push-not-available"))
    with asked.directory.reading(asked.principal) as reading:
        view = asked_book(place, reading)
    if view.label is not None:
        raise Refused(HTTPStatus.FORBIDDEN, "Subscribe to the book that the label is in.", push("push-not-available"))
    try:
        made = told.subscribe(asked.principal, view, wish, device_id=device_id)
    except BadInput as error:
        raise invalid(f"{error.public_message[:1].upper()}{error.public_message[1:]}.") from None
    registration = RegistrationPlace(place.login, made.id)
    headers = (
        ("Location", origin + quote_path(asked.url(registration.path))),
        ("Expires", format_datetime(made.expires_at, usegmt=True)),
    )
    return Response(HTTPStatus.CREATED if made.is_new else HTTPStatus.NO_CONTENT, headers)


def unsubscribe(asked: Asked, told: Subscriptions | None) -> Response:
    """Answer a DELETE of a registration. Raises NotFound for somebody else's as for one that is over."""
    place = asked.place
    require_own_home(place, asked.principal)
    if not isinstance(place, RegistrationPlace) or told is None or not told.unsubscribe(asked.principal, place.id):
        raise NotFound("There is no such registration.")
    return Response(HTTPStatus.NO_CONTENT)
