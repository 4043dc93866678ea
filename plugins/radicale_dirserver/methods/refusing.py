# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of a change that its sender may not make: refused with the privilege that is missing, or absorbed.

Some programs can't live with a refusal: an iPhone stops all synchronization until the account is switched off and on, and
Thunderbird keeps what it tried to write and shows it as if it were so. To those we answer as if it were done, without an ETag
(RFC 4791 section 5.3.4: what is stored is not what was sent), and name the card once more in the change log, so that the next
synchronization puts things right: the card comes back as it is, and one that was never made is reported as gone.
"""

from __future__ import annotations

from http import HTTPStatus

from dirserver.directory.reading import Reading
from dirserver.errors import Conflict, NotAllowed
from dirserver.model.profile import ReadOnlyPut
from radicale_dirserver.tree.asked import Asked
from radicale_dirserver.tree.books import asked_book
from radicale_dirserver.tree.places import ItemPlace
from radicale_dirserver.wire.errors import Subject, error_response
from radicale_dirserver.wire.names import dav
from radicale_dirserver.wire.response import Response


def absorbs(reading: Reading) -> bool:
    """Tell whether the asker's program is to be answered as if it were done, as its profile says."""
    return reading.profile.read_only is ReadOnlyPut.ABSORB


def answer_unwritten(asked: Asked, place: ItemPlace, error: NotAllowed | Conflict) -> Response:
    """Answer a PUT or a DELETE that the directory refused with ``error``; nothing of it was written.

    What is hidden is answered as what isn't there.
    """
    is_delete = asked.request.method == "DELETE"
    with asked.directory.reading(asked.principal) as reading:
        is_there = bool(reading.listed(asked_book(place.book, reading), [place.href]))
        is_absorbed = absorbs(reading)
    if is_absorbed or isinstance(error, Conflict):
        # DAVx5 forgets what it deleted, also where it is refused: that what stays comes back takes a word as well.
        with asked.directory.writing(asked.principal) as writing:
            writing.tell_again(asked_book(place.book, writing), place.href)
    if not is_absorbed:
        # RFC 3744 appendix B: making and removing are rights on the collection.
        if is_there and not is_delete:
            return error_response(error, Subject(asked.url(place.path), asked.url(place.book.path), (dav("write-content"),)))
        lacking = dav("unbind") if is_delete else dav("bind")
        return error_response(error, Subject(asked.url(place.book.path), asked.url(place.book.path), (lacking,)))
    return Response(HTTPStatus.NO_CONTENT if is_there or is_delete else HTTPStatus.CREATED)
