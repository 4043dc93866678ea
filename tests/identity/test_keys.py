# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import base64
from pathlib import Path

import pytest

from dirserver.errors import BadConfig
from dirserver.identity.keys import keyed_hash, load_key, make_key


def test_a_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "key"
    made = make_key(path)
    assert len(made) == 32
    assert load_key(path) == made
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(BadConfig, match="exists already"):
        make_key(path)
    assert load_key(path) == made


def test_a_key_that_others_can_read_is_refused_with_the_remedy(tmp_path: Path) -> None:
    path = tmp_path / "key"
    make_key(path)
    path.chmod(0o640)
    with pytest.raises(BadConfig, match="chmod 600"):
        load_key(path)


@pytest.mark.parametrize("content", [b"", b"no base64 !", base64.b64encode(b"short"), base64.b64encode(bytes(33))])
def test_what_is_no_key_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(BadConfig, match="does not hold a key"):
        load_key(path)


def test_a_missing_key_is_not_made_in_silence(tmp_path: Path) -> None:
    with pytest.raises(BadConfig, match="missing"):
        load_key(tmp_path / "key")
    with pytest.raises(BadConfig, match="written"):
        make_key(tmp_path / "no folder" / "key")


def test_a_hash_depends_on_key_purpose_and_secret() -> None:
    hashes = {keyed_hash(key, purpose, secret) for key in (b"a", b"b") for purpose in ("x", "y") for secret in ("1", "2", "\ud800")}
    assert len(hashes) == 12
    assert keyed_hash(b"a", "x", "1") == keyed_hash(b"a", "x", "1")
