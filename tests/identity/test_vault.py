# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import base64
from pathlib import Path

import pytest

from dirserver.errors import BadConfig, Unavailable
from dirserver.identity.keys import load_key, make_key
from dirserver.identity.vault import FIRST, Sealed, Vault

SECRET = b"twenty octets of seed"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "key"
    make_key(file)
    return file


def open_vault(path: Path) -> Vault:
    return Vault(load_key(path), path)


def test_what_is_sealed_opens_for_whom_it_was_sealed_and_nobody_else(path: Path) -> None:
    vault = open_vault(path)
    sealed = vault.seal(SECRET, bound_to="totp ada")
    assert sealed.key_id == FIRST
    assert base64.b64encode(SECRET).decode() not in sealed.text
    assert vault.seal(SECRET, bound_to="totp ada") != sealed
    assert vault.open(sealed, bound_to="totp ada") == SECRET
    with pytest.raises(Unavailable):
        vault.open(sealed, bound_to="totp bruno")


def test_what_was_tampered_with_or_sealed_elsewhere_does_not_open(path: Path, tmp_path: Path) -> None:
    vault = open_vault(path)
    sealed = vault.seal(SECRET, bound_to="totp ada")
    octets = bytearray(base64.b64decode(sealed.text))
    octets[-1] ^= 1
    other = tmp_path / "other"
    make_key(other)
    for broken, opener in ((Sealed(FIRST, base64.b64encode(octets).decode()), vault), (sealed, open_vault(other))):
        with pytest.raises(Unavailable, match="can't be opened"):
            opener.open(broken, bound_to="totp ada")


def test_a_new_key_seals_from_then_on_in_every_process_and_old_ones_still_open(path: Path) -> None:
    vault, other = open_vault(path), open_vault(path)
    installation = load_key(path)
    oldest = other.seal(SECRET, bound_to="x")
    first = vault.rotate()
    sealed = other.seal(SECRET, bound_to="x")
    assert sealed.key_id == first == other.current
    second = vault.rotate()
    assert len({FIRST, first, second}) == 3
    for each in (oldest, sealed, vault.seal(SECRET, bound_to="x")):
        assert other.open(each, bound_to="x") == SECRET
    # Device passwords and sessions hang on the first line: it stays, and so does who may read the file.
    assert load_key(path) == installation
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_of_old_keys_only_the_last_is_kept(path: Path) -> None:
    vault = open_vault(path)
    vault.rotate()
    sealed = vault.seal(SECRET, bound_to="x")
    vault.rotate()
    vault.rotate()
    with pytest.raises(Unavailable, match="not in this server's key file"):
        open_vault(path).open(sealed, bound_to="x")


@pytest.mark.parametrize("line", ["seal 1 no-base64", "seal 1 " + base64.b64encode(b"short").decode()])
def test_a_broken_sealing_key_is_told(path: Path, line: str) -> None:
    path.write_text(path.read_text() + line + "\n")
    with pytest.raises(BadConfig, match="'1'"):
        open_vault(path).seal(SECRET, bound_to="x")


def test_a_key_file_that_went_away_ends_nothing(path: Path) -> None:
    vault = open_vault(path)
    vault.rotate()
    sealed = vault.seal(SECRET, bound_to="x")
    path.unlink()
    assert vault.open(sealed, bound_to="x") == SECRET
