# SPDX-License-Identifier: GPL-3.0-or-later
"""The body of one request on its way from the reactor's thread to the one that works on it: bounded, whatever its length."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

import httptools

from dirserver.errors import BadInput
from dirserver.serve.hosting.heads import Chunked

_ENOUGH = 16 * 1024
"""So much waits to be read, then the client has to wait too: it may be a stranger, of whom nothing is put aside."""


class Inlet:
    """A body. ``feed`` and ``end`` are the reactor's, ``read`` is for one thread that works.

    ``on_wanted`` is called in that thread when it begins to wait: at the first time a client may have to be told to go on, and one that
    was held back may send again.
    """

    def __init__(self, length: int | None, chunks: Chunked | None, on_wanted: Callable[[], None]) -> None:
        self._left = length
        self._chunks = chunks
        self._on_wanted = on_wanted
        self._parts: deque[bytes] = deque()
        self._size = 0
        self._is_bad = self._is_ended = False
        self._there = threading.Condition(threading.Lock())
        self.is_whole = length == 0
        self.is_waited_for = False

    @property
    def is_full(self) -> bool:
        """True while enough waits to be read."""
        return self._size >= _ENOUGH

    @property
    def can_stay(self) -> bool:
        """Tell whether all of it has come and nothing else with it, so that another request may follow."""
        return self.is_whole and not (self._chunks is not None and self._chunks.heard.is_next_begun)

    def feed(self, data: bytes) -> bytes:
        """Take octets that have come; returns those behind the end of the body."""
        with self._there:
            rest = self._take(data)
            if self._parts or self.is_whole or self._is_bad:
                self._there.notify()
        return rest

    def end(self) -> None:
        """The client is gone: what has not come won't."""
        with self._there:
            self._is_ended = True
            self._there.notify()

    def read(self, size: int, /) -> bytes:
        """Return up to ``size`` octets as soon as there are any; none at the end, or when the client has gone. Raises BadInput."""
        with self._there:
            if not self._parts and not self._is_over:
                self.is_waited_for = True
                self._on_wanted()
                while not self._parts and not self._is_over:
                    self._there.wait()
                self.is_waited_for = False
            if not self._parts:
                if self._is_bad:
                    raise BadInput("the body isn't in chunks as HTTP has them")
                return b""
            part = self._parts.popleft()
            if len(part) > size:
                self._parts.appendleft(part[size:])
                part = part[:size]
            self._size -= len(part)
            return part

    @property
    def _is_over(self) -> bool:
        return self.is_whole or self._is_bad or self._is_ended

    def _take(self, data: bytes) -> bytes:
        if self._chunks is not None or self._left is None:
            self._take_chunks(self._chunks, data)
            return b""
        part, rest = data[: self._left], data[self._left :]
        self._left -= len(part)
        self.is_whole = not self._left
        if part:
            self._parts.append(part)
            self._size += len(part)
        return rest

    def _take_chunks(self, chunks: Chunked | None, data: bytes) -> None:
        if chunks is None:
            return
        try:
            chunks.parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self._is_bad = not chunks.heard.is_whole
            chunks.heard.is_next_begun = True
        self._parts.extend(chunks.heard.parts)
        self._size += sum(map(len, chunks.heard.parts))
        chunks.heard.parts.clear()
        self.is_whole = chunks.heard.is_whole
