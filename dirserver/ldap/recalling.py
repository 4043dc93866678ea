# SPDX-License-Identifier: GPL-3.0-or-later
"""Answering from what was answered before: at once in the reactor's thread, or in a thread where the database is across a network."""

from __future__ import annotations

from collections.abc import Iterator

from dirserver.errors import DirserverError
from dirserver.ldap import access_log, operations
from dirserver.ldap.answers import Kept
from dirserver.ldap.session import Session, Site
from dirserver.ldap.wire.message import Message
from dirserver.model.change import Marks


def recalled_at_once(site: Site, session: Session, message: Message) -> Kept | None:
    """Return the answer to a request, if it is known still. One question to a file that waits for nobody, else None."""
    if not (site.answers.is_kept(message) and site.directory.answers_at_once):
        return None
    marks = _marks(site)
    return None if marks is None else site.answers.recall(message, session.principal, marks)


def answer(site: Site, session: Session, message: Message) -> Iterator[bytes]:
    """Yield the answers as ``operations.answer`` does, known or new; new ones are kept. Runs in a thread."""
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
