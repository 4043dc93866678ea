# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers that hold until something happens: what phones ask all day, and what nearly always has the same answer.

A poll says the same thing each time (its token stays where it is), so while its books have not moved and nobody's rights have
changed, the octets that answered it answer it again: one row of the database says so. What an answer is made of besides the
request, the asker, the books and the rights has no place here.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field

from dirserver.directory.commits import Commits
from dirserver.directory.directory import Directory
from dirserver.model.change import Mark
from dirserver.model.principal import Principal
from radicale_dirserver.wire.request import Request
from radicale_dirserver.wire.response import Response

MOST_BYTES = 12 * 1024 * 1024
"""What is kept in one process: ten thousand polls, with their questions."""
LONGEST_BYTES = 16_384
"""Longer questions and answers are not kept."""
_BESIDES_BYTES = 800

Key = tuple[object, ...]


@dataclass(slots=True)
class Question:
    """One question that may have been answered before. Who answers it sets ``marks`` where the answer holds until a book moves."""

    key: Key | None
    size: int
    marks: tuple[Mark, ...] = ()

    @classmethod
    def of(cls, request: Request, principal: Principal, body: bytes) -> Question:
        """Return a question with everything that its answer may depend on: two that are equal have one answer."""
        if len(body) > LONGEST_BYTES:
            return cls(None, 0)
        preferred = (request.depth, request.is_minimal, request.is_rootless)
        return cls((request.method, request.mount, request.path, preferred, principal, body), len(body))


@dataclass(slots=True)
class Held:
    """One answer, what it holds by, and what it takes in memory. ``commits``: as of which it was looked at (``directory.commits``)."""

    marks: tuple[Mark, ...]
    answer: Response
    size: int
    commits: int = -1


@dataclass(slots=True)
class HeldAnswers:
    """The answers of one process; bounded, safe for threads."""

    directory: Directory
    _known: OrderedDict[Key, Held] = field(default_factory=OrderedDict)
    _size: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def recall(self, question: Question, commits: Commits | None = None) -> Response | None:
        """Return the answer if there was one and it still holds; that is asked once a commit by who counts ``commits``."""
        if question.key is None:
            return None
        with self._lock:
            found = self._known.get(question.key)
            if found is None:
                return None
            self._known.move_to_end(question.key)
        seen = -1 if commits is None else commits.look()
        if seen != found.commits or commits is None:
            if not self.directory.still_stand(found.marks):
                return None
            found.commits = seen if commits is not None else found.commits
        return found.answer

    def keep(self, question: Question, answer: Response) -> Response:
        """Return the answer, and keep it if it is short and somebody has said until when it holds."""
        key, body = question.key, answer.body
        if key is None or not question.marks or not isinstance(body, bytes) or len(body) > LONGEST_BYTES:
            return answer
        held = Held(question.marks, answer, question.size + len(body) + _BESIDES_BYTES * len(question.marks))
        with self._lock:
            before = self._known.pop(key, None)
            self._known[key] = held
            self._size += held.size - (before.size if before is not None else 0)
            while self._size > MOST_BYTES:
                self._size -= self._known.popitem(last=False)[1].size
        return answer
