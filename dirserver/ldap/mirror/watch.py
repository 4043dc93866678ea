# SPDX-License-Identifier: GPL-3.0-or-later
"""Persistent search (draft-ietf-ldapext-psearch-03): what a search finds, if that is wanted, then each change to it as it comes.

There is no way in it to say that more or less shows than before: when rights change, the search ends.
"""

from __future__ import annotations

from collections.abc import Iterator

from dirserver.ldap.mirror.content import Content
from dirserver.ldap.mirror.following import Following
from dirserver.ldap.mirror.requests import PersistentSearch
from dirserver.ldap.mirror.stages import Changed, Whole
from dirserver.ldap.mirror.voice import State, WatchVoice
from dirserver.ldap.session import Session, Site
from dirserver.ldap.wire.message import Code, Result, SearchRequest
from dirserver.model.names import Slug


class Watch(Following):
    """One persistent search."""

    def __init__(self, site: Site, session: Session, request: SearchRequest, asked: PersistentSearch) -> None:
        super().__init__(site, session, request, WatchVoice(asked), is_persistent=True)
        self._asked = asked

    def _begin(self, content: Content) -> Iterator[bytes]:
        if self._asked.changes_only:
            return
        for uuid, held in content.held.items():
            yield from self._voice.entry(held.encoded, uuid, State.PRESENT, content.number)
        self._stages.extend(Whole(slug, State.PRESENT) for slug in content.parts)

    def _complete(self, content: Content) -> list[bytes]:  # noqa: ARG002 - of the frame
        return []

    def _outdated(self) -> Result:
        return Result(Code.UNWILLING_TO_PERFORM, "what you may see has changed; begin this search anew")

    def _changed(self, since: int, slug: str) -> Changed:
        return Changed(Slug(slug), since, by_sets=False, was_there=True)

    def _caught_up(self, content: Content) -> list[bytes]:  # noqa: ARG002 - of the frame
        return []
