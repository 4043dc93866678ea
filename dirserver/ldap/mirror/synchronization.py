# SPDX-License-Identifier: GPL-3.0-or-later
"""Content synchronization (RFC 4533): a mirror is told what it lacks, by the cookie that it was given last.

If its cookie knows all parts, what changed is told and what is gone is named (refreshDeletes). Else the parts that it doesn't know
are told whole, the others by what changed and by the UUIDs of all that is there, and what is not named is gone: so any cookie, of
whatever time or maker, leads to the same content.
"""

from __future__ import annotations

from collections.abc import Iterator

from dirserver.ldap.mirror import voice as telling
from dirserver.ldap.mirror.content import Content
from dirserver.ldap.mirror.cookie import Cookie, write
from dirserver.ldap.mirror.following import Following
from dirserver.ldap.mirror.requests import SyncRequest
from dirserver.ldap.mirror.stages import Changed, Present, Whole
from dirserver.ldap.mirror.voice import Refreshed, State, SyncVoice
from dirserver.ldap.session import Session, Site
from dirserver.ldap.tree.selection import select
from dirserver.ldap.wire.message import Code, Result, SearchRequest
from dirserver.model.names import Slug


class Synchronization(Following):
    """One request of RFC 4533."""

    def __init__(self, site: Site, session: Session, request: SearchRequest, asked: SyncRequest) -> None:
        speaking = SyncVoice(select(request.attributes).named.get("entrycsn"))
        super().__init__(site, session, request, speaking, is_persistent=asked.is_persistent)
        self._speaking = speaking
        self._cookie = Cookie.read(asked.cookie)
        self._how = Refreshed.BY_PRESENCE
        self._last = b""

    def _plan(self, content: Content) -> Iterator[bytes]:
        self._speaking.access = content.access
        return super()._plan(content)

    def _begin(self, content: Content) -> Iterator[bytes]:
        which, what = content.held_points
        numbers = self._cookie.numbers
        known = {slug: numbers[part.point.mark] for slug, part in content.parts.items() if part.point.mark in numbers}
        # A number that the log hasn't reached was given before the database was put back.
        known = {slug: number for slug, number in known.items() if number <= content.parts[slug].point.number}
        is_current = which.mark in numbers and known.keys() == content.parts.keys()
        self._how = Refreshed.BY_DELETES if is_current else Refreshed.BY_PRESENCE
        if not is_current or what.mark not in numbers:
            for uuid, held in content.held.items():
                yield from self._voice.entry(held.encoded, uuid, State.ADD, content.number)
        for slug, part in content.parts.items():
            if slug not in known:
                self._stages.append(Whole(slug, State.ADD))
                continue
            if part.point.number != known[slug]:
                self._stages.append(Changed(slug, known[slug], tells_gone=is_current))
            if not is_current:
                self._stages.append(Present(slug))

    def _complete(self, content: Content) -> list[bytes]:
        cookie = self._last = self._write(content)
        if self.is_persistent:
            return [telling.refreshed(self._how, cookie)]
        return [telling.done(Result(), self._how, cookie)]

    def _outdated(self) -> Result:
        return Result(Code.SYNC_REFRESH_REQUIRED, "what you may see has changed; synchronize again with your last cookie")

    def _changed(self, since: int, slug: str) -> Changed:
        return Changed(Slug(slug), since, by_sets=False)

    def _caught_up(self, content: Content) -> list[bytes]:
        cookie = self._write(content)
        if cookie == self._last:
            return []
        self._last = cookie
        return [telling.new_cookie(cookie)]

    def _write(self, content: Content) -> bytes:
        return write(self._cookie.rid, content.access, content.points)
