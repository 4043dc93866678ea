# SPDX-License-Identifier: GPL-3.0-or-later
"""A search that is answered in steps and may go on telling what changes: the frame that both kinds share.

First comes what the client hasn't got (``_begin``); then, if it stays, what changes from one look to the next (``_look``). What
it holds between two steps is where it stands, never entries.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator

import structlog

from dirserver.directory.reading import Reading
from dirserver.errors import DirserverError
from dirserver.ldap.controls.matched import projection_of
from dirserver.ldap.mirror.content import Content, content_of
from dirserver.ldap.mirror.stages import Changed, Moment, MustRefresh, Stage
from dirserver.ldap.mirror.voice import State, Voice
from dirserver.ldap.session import Session, Site
from dirserver.ldap.steps import Step, Then
from dirserver.ldap.tree.containers import nearest_existing
from dirserver.ldap.tree.dit import Fixed, read_dn
from dirserver.ldap.tree.errors import Refused, result_of
from dirserver.ldap.wire import encode
from dirserver.ldap.wire.message import Code, Response, Result, SearchRequest

_LOG = structlog.get_logger(__name__)
_ENOUGH = 128 * 1024
_MOST_STAGES = 64


class Following:
    """One search that is followed. What a kind of it tells is said by those who inherit."""

    def __init__(self, site: Site, session: Session, request: SearchRequest, voice: Voice, *, is_persistent: bool) -> None:
        self._site = site
        self._session = session
        self._request = request
        self._voice = voice
        self.is_persistent = is_persistent
        self._stages: deque[Stage] = deque()
        self._target: Content | None = None
        self._known: Content | None = None
        self._stamp: int | None = None
        self._moment = (-1, -1)
        self._entries = 0
        self._deadline = time.monotonic() + request.time_limit_s if request.time_limit_s else None
        self._limit = min(request.size_limit or site.config.ldap.sync_size_limit, site.config.ldap.sync_size_limit)

    def next(self) -> Step:
        """Make the next step; see ``Steps``."""
        try:
            return self._next()
        except MustRefresh:
            result = self._outdated()
        except DirserverError as error:
            result = result_of(error)
        except Exception as error:  # noqa: BLE001 - the outermost frame of the door: a client learns nothing of what broke
            _LOG.exception("an operation failed", operation="following")
            result = result_of(error)
        return Step([encode.result(Response.SEARCH_DONE, result)], Then.END, self._entries)

    # What those who inherit say

    def _begin(self, content: Content) -> Iterator[bytes]:
        """Plan the first answer (``_stages``) from a moment's content, and yield what can be told at once."""
        raise NotImplementedError

    def _complete(self, content: Content) -> list[bytes]:
        """Return what ends the first answer: the result, or for a persistent one that it is up to date."""
        raise NotImplementedError

    def _outdated(self) -> Result:
        """Return the result that makes a client begin anew."""
        raise NotImplementedError

    def _changed(self, since: int, slug: str) -> Changed:
        """Return how changes of a book are told."""
        raise NotImplementedError

    def _caught_up(self, content: Content) -> list[bytes]:
        """Return what is told when a look is over."""
        raise NotImplementedError

    # Steps

    def _next(self) -> Step:
        with self._site.directory.reading(self._session.principal) as reading:
            now = (reading.access_number(), reading.change_number())
            if self._known is not None and self._target is None and now == self._moment:
                # Most looks: what was written is none of this search's business.
                return Step([], Then.WAIT, self._entries)
            content = self._content(reading)
            projection = projection_of(reading, self._site.tree, self._site.cards, self._request, None)
            moment = Moment(reading, self._site.tree, content, projection, self._voice)
            answers: list[bytes] = []
            if self._target is None:
                answers += self._count(self._plan(content))
                self._target, self._moment = content, now
            answers += self._run(moment)
        if self._stages:
            return Step(answers, Then.MORE)
        target, self._target, is_first = self._target, None, self._known is None
        self._known = target.remembered()
        answers += self._complete(target) if is_first else self._caught_up(target)
        return Step(answers, Then.WAIT if self.is_persistent else Then.END, self._entries)

    def _content(self, reading: Reading) -> Content:
        principal = self._session.principal
        if principal.is_anonymous and (self.is_persistent or not self._site.config.ldap.anonymous):
            raise Refused(Code.INSUFFICIENT_ACCESS_RIGHTS, "sign in first: bind with your login, your mail address or your DN")
        stamp = reading.stamp()
        if self._stamp is not None and stamp != self._stamp:
            raise Refused(Code.INVALID_CREDENTIALS, "a password of this account has changed; sign in again")
        self._stamp = stamp
        content = content_of(self._site, reading, self._request)
        if content is None:
            base = read_dn(self._request.base)
            if self._site.tree.locate(base) in {Fixed.ROOT, Fixed.SUBSCHEMA}:
                raise Refused(Code.UNWILLING_TO_PERFORM, "this entry can't be followed")
            matched = nearest_existing(reading, self._site.tree, base)
            raise Refused(Code.NO_SUCH_OBJECT, "there is no entry of this name", matched)
        return content

    def _plan(self, content: Content) -> Iterator[bytes]:
        if self._known is None:
            yield from self._begin(content)
        else:
            yield from self._look(self._known, content)

    def _run(self, moment: Moment) -> list[bytes]:
        answers: list[bytes] = []
        size = 0
        # Small books are told together, long ones a piece at a time.
        for _ in range(_MOST_STAGES):
            if not self._stages or size >= _ENOUGH:
                break
            told, is_all = self._stages[0].run(moment)
            answers += self._count(iter(told))
            size += sum(map(len, told))
            if is_all:
                self._stages.popleft()
            self._check_time()
        return answers

    def _look(self, known: Content, content: Content) -> Iterator[bytes]:
        if {slug: part.point.mark for slug, part in known.parts.items()} != {slug: part.point.mark for slug, part in content.parts.items()}:
            raise MustRefresh
        number = content.number
        for uuid in known.held.keys() - content.held.keys():
            yield from self._voice.gone(known.held[uuid].dn, uuid, number)
        for uuid, held in content.held.items():
            if uuid not in known.held or known.held[uuid].digest != held.digest:
                yield from self._voice.entry(held.encoded, uuid, State.MODIFY if uuid in known.held else State.ADD, number)
        for slug, part in content.parts.items():
            since = known.parts[slug].point.number
            if part.point.number != since:
                self._stages.append(self._changed(since, slug))

    def _count(self, answers: Iterator[bytes]) -> Iterator[bytes]:
        for answer in answers:
            if answer[0] == Response.SEARCH_ENTRY:
                self._entries += 1
                if self._known is None and self._entries > self._limit:
                    raise Refused(
                        Code.SIZE_LIMIT_EXCEEDED, "there are more entries than the limit lets through; ask for something narrower"
                    )
            yield answer

    def _check_time(self) -> None:
        # RFC 4533 section 3.4: what comes after the refresh has no end.
        if self._known is None and self._deadline is not None and time.monotonic() > self._deadline:
            raise Refused(Code.TIME_LIMIT_EXCEEDED, "this took longer than the time limit")
