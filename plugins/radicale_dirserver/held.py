# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers that hold until something happens: what phones ask all day, and what nearly always has the same answer.

A poll says the same thing each time (its token stays where it is), so while its book has not moved and nobody's rights have
changed, the octets that answered it answer it again: one row of the database says so. What an answer is made of besides the
request, the asker, the book and the rights has no place here.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field

from dirserver.directory.directory import Directory
from dirserver.model.change import Mark
from dirserver.model.principal import Principal
from radicale_dirserver.request import Request
from radicale_dirserver.response import Response

MOST = 10_000
"""Answers that are kept: about a kilobyte each with the question."""
LONGEST_BYTES = 4_096
"""Longer questions and answers are not kept."""

Key = tuple[object, ...]


@dataclass(slots=True)
class Question:
    """One question that may have been answered before. Who answers it sets ``mark`` where the answer holds until a book moves."""

    key: Key | None
    mark: Mark | None = None

    @classmethod
    def of(cls, request: Request, principal: Principal, body: bytes) -> Question:
        """Return a question with everything that its answer may depend on: two that are equal have one answer."""
        if len(body) > LONGEST_BYTES:
            return cls(None)
        preferred = (request.depth, request.is_minimal, request.is_rootless)
        return cls((request.method, request.mount, request.path, preferred, principal, body))


@dataclass(slots=True)
class HeldAnswers:
    """The answers of one process; bounded, safe for threads."""

    directory: Directory
    _known: OrderedDict[Key, tuple[Mark, Response]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def recall(self, question: Question) -> Response | None:
        """Return the answer if there was one and it still holds."""
        if question.key is None:
            return None
        with self._lock:
            found = self._known.get(question.key)
            if found is None:
                return None
            self._known.move_to_end(question.key)
        mark, answer = found
        return answer if self.directory.still_stands(mark) else None

    def keep(self, question: Question, answer: Response) -> Response:
        """Return the answer, and keep it if it is short and somebody has said until when it holds."""
        key, mark = question.key, question.mark
        if key is None or mark is None or not isinstance(answer.body, bytes) or len(answer.body) > LONGEST_BYTES:
            return answer
        with self._lock:
            self._known[key] = (mark, answer)
            self._known.move_to_end(key)
            while len(self._known) > MOST:
                self._known.popitem(last=False)
        return answer
