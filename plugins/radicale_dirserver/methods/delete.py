# SPDX-License-Identifier: GPL-3.0-or-later
"""DELETE of an entry (RFC 9110 section 9.3.5): into the trash, from where it can come back. Books are not deleted by phones."""

from __future__ import annotations

from http import HTTPStatus

from dirserver.errors import Conflict, NotAllowed, Stale
from dirserver.model.modification import Modification, Operation
from radicale_dirserver.methods.dont_notify import read_dont_notify
from radicale_dirserver.methods.refusing import answer_unwritten
from radicale_dirserver.tree.asked import Asked
from radicale_dirserver.tree.books import asked_book, is_gateway, require_own_home
from radicale_dirserver.tree.places import ItemPlace
from radicale_dirserver.wire.conditions import read_tags, require_other, require_unchanged
from radicale_dirserver.wire.response import Response
from radicale_dirserver.wire.state_lists import require_state


def delete(asked: Asked) -> Response:
    """Answer a DELETE."""
    place = asked.place
    require_own_home(place, asked.principal)
    if not isinstance(place, ItemPlace):
        raise NotAllowed("Books are removed by their owners on the web, not from a device.")
    if is_gateway(place.book):
        raise NotAllowed("The directory can be searched, not changed, at this address.")
    try:
        _trash(asked, place)
    except Stale:
        raise
    except (NotAllowed, Conflict) as error:
        # A label that is the last one of a contact that needs one stays as well, and comes back with the next synchronization.
        return answer_unwritten(asked, place, error)
    return Response(HTTPStatus.NO_CONTENT)


def _trash(asked: Asked, place: ItemPlace) -> None:
    expected = read_tags(asked.request.if_match)
    with asked.directory.writing(asked.principal, is_brief=True) as writing:
        view = asked_book(place.book, writing)
        entry = writing.entry(view, place.href)
        if asked.request.state_lists:
            require_state(asked.request.state_lists, asked.url(place.path), entry.etag)
        if not asked.request.if_match:
            require_unchanged("", asked.request.if_unmodified_since, (), int(entry.modified_at.timestamp()))
        require_other(asked.request.if_none_match, entry.etag)
        # "*" and no header at all: the entry is there, and that is enough.
        if_match = next((tag for tag in expected.tags if tag == entry.etag), expected.tags[0]) if expected.tags else None
        if view.label is not None and not view.stands_alone:
            # It leaves the label, not the book: a phone that has this book alone must not empty the other.
            if if_match is not None and if_match != entry.etag:
                raise Stale("the entry has changed since you read it")
            writing.modify(entry.uuid, [Modification("categories", Operation.DELETE, (view.label.name,))])
        else:
            writing.trash(entry.uuid, if_match=if_match)
        if spared := read_dont_notify(asked.request.push_dont_notify):
            writing.spare(view, spared.ids)
