# SPDX-License-Identifier: GPL-3.0-or-later
"""Answering from what was answered before: at once in the reactor's thread, or in a thread where the database is across a network."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Literal

import structlog

from dirserver.errors import DirserverError
from dirserver.ldap import access_log, operations
from dirserver.ldap.kept.answers import Told
from dirserver.ldap.kept.at_once import Waiting
from dirserver.ldap.session import Session, Site
from dirserver.ldap.wire import encode
from dirserver.ldap.wire.message import Message
from dirserver.listening.outlet import Outlet
from dirserver.model.change import Marks

_LOG = structlog.get_logger(__name__)
_WORTH_KEEPING = 8
"""To keep shorter answers costs as much as to make them."""


def tell_at_once(site: Site, session: Session, message: Message, outlet: Outlet) -> Waiting | Literal[True] | None:
    """Answer a request if that can be done here and now: True. Else what is left to do for it, None for all."""
    started = time.perf_counter()
    known = known_at_once(site, session, message)
    if not isinstance(known, Told):
        return known
    access_log.note_code(site, message, session, known.code, entries=known.entries, started=started)
    outlet.put(known.octets)
    return True


def known_at_once(site: Site, session: Session, message: Message) -> Told | Waiting | None:
    """Return the answer to a request, if it is known still or follows from what is in memory; or what is left to do for it in a thread.

    It costs a question to a file that waits for nobody; None for what goes its usual way.
    """
    if not (site.answers.is_kept(message) and site.directory.answers_at_once):
        return None
    marks = _marks(site) if site.quick is None else site.quick.marks()
    if marks is None:
        return None
    kept = site.answers.recall(message, session.principal, marks)
    if kept is not None:
        return kept.told(message.id)
    if site.quick is None:
        return None
    try:
        answers = site.quick.answer(site, session, message, marks)
    except DirserverError:
        # The usual way tells what is wrong.
        return None
    except Exception:  # noqa: BLE001 - a way that is only quicker may fail, the connections of this thread may not
        _LOG.exception("an answer at once failed")
        return None
    if not isinstance(answers, list):
        return answers
    code = access_log.code_of(answers[-1])
    if len(answers) >= _WORTH_KEEPING:
        site.answers.keep(message, session.principal, marks, answers, code, is_at_hand=True)
    return Told(encode.messages(message.id, answers), len(answers) - 1, code)


def answer(site: Site, session: Session, message: Message, waiting: Waiting | None = None) -> Iterator[bytes]:
    """Yield the answers as ``operations.answer`` does, known, waiting to be made, or new; new ones are kept. Runs in a thread."""
    made = None if waiting is None else _made(site, waiting)
    yield from _answer(site, session, message) if made is None else made


def _made(site: Site, waiting: Waiting) -> Iterator[bytes] | None:
    try:
        return waiting.answer(site)
    except DirserverError:
        # The usual way tells what is wrong.
        return None


def _answer(site: Site, session: Session, message: Message) -> Iterator[bytes]:
    marks = _marks(site) if site.answers.is_kept(message) else None
    if marks is None:
        yield from operations.answer(site, session, message)
        return
    kept = site.answers.recall(message, session.principal, marks)
    if kept is not None:
        yield from kept.operations
        return
    made: list[bytes] = []
    room = site.answers.longest
    for one in operations.answer(site, session, message):
        room -= len(one)
        if room > 0:
            made.append(one)
        yield one
    if room > 0 and made:
        site.answers.keep(message, session.principal, marks, made, access_log.code_of(made[-1]))


def _marks(site: Site) -> Marks | None:
    try:
        return site.directory.marks()
    except DirserverError:
        # Whoever has to ask the directory will hear what is wrong with it.
        return None
