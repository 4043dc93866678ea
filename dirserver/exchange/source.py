# SPDX-License-Identifier: GPL-3.0-or-later
"""A file to import, read from the start as often as it takes, in pieces, with its octets counted and digested."""

from __future__ import annotations

import hashlib
import io
import shutil
import tempfile
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from dirserver.errors import BadInput

Progress = Callable[[int, int], None]
"""Called as ``progress(octets_done, octets_in_all)`` now and then; a file that is read twice counts twice."""

_CHUNK = 65_536


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Source:
    """What is imported. ``name`` is for messages; ``size`` in octets."""

    name: str
    size: int
    place: Path | BinaryIO

    @classmethod
    def of(cls, given: Path | BinaryIO | Source) -> Source:
        """Take a path or an open binary file. What can't be rewound (a pipe) is copied to a temporary file first.

        BadInput when there is no such file or it can't be read.
        """
        if isinstance(given, Source):
            return given
        if isinstance(given, Path):
            try:
                with given.open("rb") as file:
                    return cls(given.name, file.seek(0, io.SEEK_END), given)
            except OSError as error:
                raise BadInput(f"{given.name} can't be read: {error.strerror or 'it is no file'}") from None
        name = str(getattr(given, "name", "the input"))
        if not given.seekable():
            copy = tempfile.TemporaryFile()  # noqa: SIM115 -- closed with the source
            shutil.copyfileobj(given, copy, _CHUNK)
            return cls.over(name, copy)
        return cls(name, given.seek(0, io.SEEK_END), given)

    @classmethod
    def over(cls, name: str, copy: BinaryIO) -> Source:
        """Take a temporary file, written to its end: it lives as long as the source, and the plan that reads it."""
        source = cls(name, copy.seek(0, io.SEEK_END), copy)
        weakref.finalize(source, copy.close)
        return source

    @contextmanager
    def open(self, watch: Callable[[int], None] | None = None) -> Iterator[Stream]:
        """Read from the start; ``watch`` is told after each piece how many octets were read so far."""
        if isinstance(self.place, Path):
            try:
                file: BinaryIO = self.place.open("rb")
            except OSError as error:
                raise BadInput(f"{self.name} can't be read: {error.strerror}") from None
            with file:
                yield Stream(file, watch)
        else:
            self.place.seek(0)
            yield Stream(self.place, watch)

    @contextmanager
    def blamed(self) -> Iterator[None]:
        """Put the file's name before what is found wrong with it in this block."""
        try:
            yield
        except BadInput as error:
            told = error.public_message
            raise BadInput(f"{self.name}, {told}" if told.startswith("line ") else f"{self.name}: {told}") from None

    def head(self, octets: int = _CHUNK) -> bytes:
        """Return the first octets, to tell what the file is."""
        with self.open() as stream:
            return stream.buffered().read(octets)


class Stream(io.RawIOBase):
    """The octets of a source, once through; ``digest`` is right when all have been read."""

    def __init__(self, file: BinaryIO, watch: Callable[[int], None] | None) -> None:
        super().__init__()
        self._file = file
        self._watch = watch
        self._hash = hashlib.sha256()
        self.octets = 0

    @property
    def digest(self) -> bytes:
        """SHA-256 of what was read."""
        return self._hash.digest()

    def readable(self) -> bool:
        """It can be read."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Read up to the buffer's length; 0 at the end."""
        piece = self._file.read(len(buffer))
        buffer[: len(piece)] = piece
        self._hash.update(piece)
        self.octets += len(piece)
        if self._watch is not None and piece:
            self._watch(self.octets)
        return len(piece)

    def buffered(self) -> io.BufferedReader:
        """Return a reader with a buffer over this stream."""
        return io.BufferedReader(self, _CHUNK)
