# SPDX-License-Identifier: GPL-3.0-or-later
"""PROPFIND (RFC 4918 section 9.1) on everything this door has. Depth infinity is answered as 1."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from dirserver.directory.reading import Reading
from dirserver.model.change import Mark
from radicale_dirserver.tree.asked import Asked
from radicale_dirserver.tree.books import asked_book, require_own_home
from radicale_dirserver.tree.held import Question
from radicale_dirserver.tree.places import BookPlace, Home, Root
from radicale_dirserver.tree.resources import Resources
from radicale_dirserver.wire.multistatus import Rows, multistatus
from radicale_dirserver.wire.queries import PropertyRequest, read_propfind
from radicale_dirserver.wire.response import Response
from radicale_dirserver.wire.sending import begin
from radicale_dirserver.wire.xml_body import MAX_XML_BYTES, USUAL_BYTES, read_xml


def propfind(asked: Asked) -> Response:
    """Answer a PROPFIND. The first row raises NotFound for what isn't there or isn't the asker's to see."""
    require_own_home(asked.place, asked.principal)
    body = asked.request.read_body(MAX_XML_BYTES)
    question = Question.of(asked.request, asked.principal, body)
    known = asked.held.recall(question)
    if known is not None:
        return known
    wanted = _usual(body) if len(body) <= USUAL_BYTES else _read(body)
    # Without what it asks about itself, a question for one resource alone would have no answer (RFC 8144 section 4).
    is_rootless = asked.request.is_rootless and asked.request.depth == "1"
    rows = _rows_in_snapshot(asked, wanted, question, is_rootless=is_rootless)
    return asked.held.keep(question, begin(multistatus(rows, is_minimal=asked.request.is_minimal, is_rootless=is_rootless)))


def _read(body: bytes) -> PropertyRequest:
    return read_propfind(read_xml(body))


_usual = lru_cache(maxsize=1024)(_read)


def _rows_in_snapshot(asked: Asked, wanted: PropertyRequest, question: Question, *, is_rootless: bool) -> Iterator[Rows]:
    with asked.directory.reading(asked.principal) as reading:
        resources = Resources.of(asked, reading, wanted, asked.place)
        question.marks = _marks(asked, reading)
        # At RFC 6764's address the root answers in place: some iPhones give up on a redirect that ends in a 401.
        itself = resources.row(asked.place, asked.request.path if asked.request.is_well_known else "")
        if not is_rootless:
            yield itself
        if asked.request.depth == "1":
            yield from resources.member_rows(asked.place)


def _marks(asked: Asked, reading: Reading) -> tuple[Mark, ...]:
    """Return what the answer holds by: many programs look so whether to synchronize, at one book or at the whole home.

    What is told of a book is the book's own, and of a home its account's, its books' and that of one's own card, which is in one of
    them. Lists of entries are long, and not kept.
    """
    match asked.place:
        case BookPlace() if asked.request.depth == "0":
            return (reading.mark(asked_book(asked.place, reading)),)
        case Home() | Root():
            return tuple(map(reading.mark, reading.books()))
        case _:
            return ()
