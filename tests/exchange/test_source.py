# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import hashlib
import io
import os

import pytest

from dirserver.errors import BadInput
from dirserver.exchange.source import Source


def test_a_path_can_be_read_again_and_again(tmp_path):
    path = tmp_path / "people.csv"
    path.write_bytes(b"uid\nada\n")
    source = Source.of(path)
    assert (source.name, source.size) == ("people.csv", 8)
    for _ in range(2):
        with source.open() as stream:
            assert stream.buffered().read() == b"uid\nada\n"
            assert stream.digest == hashlib.sha256(b"uid\nada\n").digest()


def test_an_open_file_is_read_from_its_start_and_stays_open():
    file = io.BytesIO(b"uid\nada\n")
    file.seek(4)
    source = Source.of(file)
    for _ in range(2):
        with source.open() as stream:
            assert stream.buffered().read() == b"uid\nada\n"
    assert not file.closed


def test_a_pipe_is_copied_first_and_the_copy_goes_with_the_source():
    read, write = os.pipe()
    with os.fdopen(write, "wb") as end:
        end.write(b"uid\nada\n")
    with os.fdopen(read, "rb") as pipe:
        source = Source.of(pipe)
    with source.open() as stream:
        assert stream.buffered().read() == b"uid\nada\n"
    copy = source.place
    assert not copy.closed
    del source
    assert copy.closed


def test_who_watches_is_told_every_octet(tmp_path):
    path = tmp_path / "large"
    path.write_bytes(b"x" * 200_000)
    told = []
    with Source.of(path).open(told.append) as stream:
        stream.buffered().read()
    assert told == sorted(told)
    assert told[-1] == 200_000
    assert len(told) > 2


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(BadInput, match=r"nowhere\.csv can't be read: No such file"):
        Source.of(tmp_path / "nowhere.csv")


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(BadInput, match="can't be read"):
        Source.of(tmp_path)


def test_the_head_is_the_first_octets(tmp_path):
    path = tmp_path / "large"
    path.write_bytes(b"ab" * 100_000)
    assert Source.of(path).head(5) == b"ababa"
