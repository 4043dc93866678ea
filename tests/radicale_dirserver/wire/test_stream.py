# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from radicale_dirserver.wire import stream
from radicale_dirserver.wire.stream import Stream
from tests.parts import CoreParts
from tests.radicale_dirserver.wsgi import C, D, Door, vcard


class Source:
    """Numbered blocks that note whether they were given back."""

    def __init__(self, count: int) -> None:
        self.blocks = iter([f"{number:04}".encode() * 50_000 for number in range(count)])
        self.is_closed = False

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        return next(self.blocks)

    def close(self) -> None:
        self.is_closed = True


def whole(count: int) -> bytes:
    return b"".join(Source(count))


def test_who_is_quick_gets_each_block_as_it_is_made():
    source = Source(5)
    body = Stream(iter(source), source, patience_s=60)
    assert next(body) == whole(1)
    assert len(list(source.blocks)) == 4


def test_who_is_slow_gets_the_rest_from_a_file_and_nobody_waits_for_them():
    source = Source(20)
    body = Stream(iter(source), source, patience_s=-1)
    first = next(body)
    assert source.is_closed
    assert first + b"".join(body) == whole(20)


def test_one_who_leaves_gives_the_room_back(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(stream, "_room", stream._Room(200_000 * 6))
    for _ in range(3):
        source = Source(5)
        body = Stream(iter(source), source, patience_s=-1)
        next(body)
        assert source.is_closed
        body.close()
        body.close()


def test_where_there_is_no_room_left_a_slow_client_is_waited_for(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(stream, "_room", stream._Room(200_000 * 3))
    source = Source(10)
    body = Stream(iter(source), source, patience_s=-1)
    first = next(body)
    assert not source.is_closed
    assert first + b"".join(body) == whole(10)


def test_a_fault_while_the_rest_is_made_closes_everything():
    source = Source(3)

    def failing() -> Iterator[bytes]:
        yield b"x"
        raise RuntimeError

    body = Stream(failing(), source, patience_s=-1)
    with pytest.raises(RuntimeError):
        next(body)
    assert source.is_closed


def begun(door: Door, path: str) -> Stream:
    """The answer to who asks for all cards of a book, none of it taken yet."""
    kept: list[Iterable[bytes]] = []

    def keeping(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
        kept.append(door.app(environ, start_response))
        return []

    Door(keeping).propfind(path, f"{D}getetag", f"{C}address-data", depth="1")
    assert isinstance(kept[0], Stream)
    return kept[0]


def test_a_slow_phone_does_not_keep_the_log_of_sqlite_from_being_emptied(door: Door, core: CoreParts, monkeypatch: pytest.MonkeyPatch):
    for number in range(40):
        door.ask("PUT", f"/ada/contacts/{number}.vcf", vcard(str(number), "NOTE:" + "word " * 1_000))
    for patience_s, is_kept in ((3600.0, True), (-1.0, False)):
        monkeypatch.setattr("radicale_dirserver.wire.sending.PATIENCE_S", patience_s)
        body = begun(door, "/ada/contacts/")
        next(body)
        door.ask("PUT", "/ada/contacts/0.vcf", vcard("0", f"NOTE:changed {patience_s}"))
        with sqlite3.connect(core.store._engine.url.database) as other:  # type: ignore[arg-type]
            busy, logged, emptied = other.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        assert (busy, logged == emptied) == (0, not is_kept)
        body.close()
