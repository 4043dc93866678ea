# SPDX-License-Identifier: GPL-3.0-or-later
"""What phones ask all day, answered in the thread that reads from them: from memory, or with a few statements (decisions 0041, 0043).

A PUT is written by a thread, which needs not find out anew who writes (decision 0044).

Nothing here may wait: not for a password's hash, not for a database across a network, not for a long answer. Whatever isn't at
hand, and whatever would be an error, is left to the usual way, which asks and decides everything anew.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

from dirserver.directory.commits import Commits
from dirserver.directory.directory import Directory
from dirserver.directory.glancing import NotAtHand
from dirserver.directory.recent import Recent
from dirserver.errors import DirserverError, Unavailable
from dirserver.identity.identity import Identity
from dirserver.identity.verified import Verified
from dirserver.model.origin import come_from
from dirserver.model.principal import Door, Principal
from radicale_dirserver.methods.get import card_at_once
from radicale_dirserver.methods.put import put_by_known
from radicale_dirserver.reports.report import MULTIGET, multiget_at_once, sync_at_once
from radicale_dirserver.tree.asked import Asked
from radicale_dirserver.tree.books import is_gateway, require_own_home
from radicale_dirserver.tree.held import HeldAnswers, Question
from radicale_dirserver.tree.places import ItemPlace, find_place
from radicale_dirserver.wire.credentials import read_basic
from radicale_dirserver.wire.errors import Refused
from radicale_dirserver.wire.peer import Peer
from radicale_dirserver.wire.request import Environ, Request, header
from radicale_dirserver.wire.response import Response

_CONDITIONS = ("HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH")
_OF_EACH = Request._fields.index("is_well_known")
"""From here on, a request says what all with the same headers say."""
METHODS = frozenset({"GET", "HEAD", "PROPFIND", "REPORT"})
"""What may be answered so."""


@dataclass(slots=True)
class Caller:
    """Who sends requests with the same headers, and what these say. ``opened`` and ``principal`` are what they were when looked at last.

    ``request`` is one of theirs, for all that the headers say in it; conditions and lengths are each request's own.
    """

    request: Request
    peer: Peer
    takes_gzip: bool
    is_secure: bool
    opened: Verified | None = None
    principal: Principal | None = None

    def asks(self, environ: Environ, path: str, body: bytes) -> Request:
        """Return what they ask by these headers for a path below the mount."""
        usual = self.request
        conditions = [header(environ, name).strip() if name in environ else "" for name in _CONDITIONS]
        # ``_replace`` would take as long as it does to find out who asks.
        own = (header(environ, "REQUEST_METHOD"), usual.mount, path, *conditions, len(body), io.BytesIO(body))
        return Request._make((*own, *usual[_OF_EACH:]))


@dataclass(frozen=True, slots=True)
class KnownPut:
    """A PUT of who was recognized under ``access_number``; whether that still stands is seen in the transaction that writes."""

    caller: Caller
    asked: Asked
    place: ItemPlace
    access_number: int

    def answer(self) -> Response | None:
        """Write it, and return the answer; None where the usual way has to be gone, and nothing has happened. Raises Unavailable."""
        come_from(self.asked.principal, self.caller.peer.address)
        try:
            return put_by_known(self.asked, self.place, self.access_number)
        except Unavailable:
            # Who has waited for the database shan't do so twice.
            raise
        except NotAtHand:
            self.caller.opened = None
        except (DirserverError, Refused):
            # It is told by who looks properly.
            pass
        return None


class AtOnce:
    """Answers at once or not at all. For one thread."""

    def __init__(self, directory: Directory, identity: Identity, held: HeldAnswers) -> None:
        self._directory = directory
        self._identity = identity
        self._held = held
        self._recent: Recent | None = None

    def close(self) -> None:
        """Listen for commits no longer. More than once is fine; who asks again begins anew."""
        recent, self._recent = self._recent, None
        if recent is not None:
            recent.commits.close()

    def answer(self, caller: Caller, environ: Environ, path: str, body: bytes) -> Response | None:
        """Return the answer to a request of this caller for a path below the mount, None where the usual way has to be gone."""
        try:
            recent = self._listening()
            recent.commits.look()
            principal = self._recognized(caller, environ, recent.commits)
            if principal is None:
                return None
            return self._answered(caller.asks(environ, path, body), principal, body, recent)
        except (DirserverError, Refused):
            # It is told by who looks properly.
            return None

    def put(self, caller: Caller, environ: Environ, path: str, body: bytes) -> KnownPut | None:
        """Return a PUT of this caller as a thread can do it, None where the usual way has to be gone."""
        try:
            place = find_place(path)
            if not isinstance(place, ItemPlace) or is_gateway(place.book):
                return None
            opened = caller.opened
            if opened is None or not self._identity.still_opens(opened, caller.peer.address, opened.access_number):
                commits = self._listening().commits
                commits.look()
                self._recognized(caller, environ, commits)
            if caller.opened is None or caller.principal is None:
                return None
            require_own_home(place, caller.principal)
        except (DirserverError, Refused):
            return None
        request = caller.asks(environ, path, body)
        asked = Asked(request, place, caller.principal, self._directory, self._identity, self._held)
        return KnownPut(caller, asked, place, caller.opened.access_number)

    def _listening(self) -> Recent:
        recent = self._recent
        if recent is None:
            recent = self._recent = Recent(self._directory.commits())
        return recent

    def _answered(self, request: Request, principal: Principal, body: bytes, recent: Recent) -> Response | None:
        method, place = request.method, find_place(request.path)
        if place is None:
            return None
        asked = Asked(request, place, principal, self._directory, self._identity, self._held)
        require_own_home(place, principal)
        if method in {"GET", "HEAD"}:
            return card_at_once(asked, recent)
        if method == "REPORT" and MULTIGET in body:
            return multiget_at_once(asked, body, recent)
        question = Question.of(request, principal, body)
        known = self._held.recall(question, recent.commits)
        return sync_at_once(asked, body, question) if known is None and method == "REPORT" else known

    def _recognized(self, caller: Caller, environ: Environ, commits: Commits) -> Principal | None:
        """Return who calls, if that was found out lately and nothing has changed about anybody since."""
        number, address = commits.access_number(), caller.peer.address
        if caller.opened is not None and self._identity.still_opens(caller.opened, address, number):
            return caller.principal
        credentials = read_basic(header(environ, "HTTP_AUTHORIZATION")) if caller.peer.is_private else None
        if credentials is None:
            return None
        opened = self._identity.recognize(credentials.login, credentials.password, door=Door.DAV, address=address, access_number=number)
        caller.opened, caller.principal = opened, None if opened is None else opened.principal.using(caller.request.client)
        return caller.principal
