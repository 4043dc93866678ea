# SPDX-License-Identifier: GPL-3.0-or-later
"""passlib (ldaptor wants it) and libpass (Radicale wants it) install the same module, and what is there in the end is whatever came last.

Both wheels are laid over each other in both orders, as installers do (the wheel's files go to their places, PEP 427), and our passwords
are checked with each, in a process of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from itertools import permutations
from pathlib import Path

import pytest
from passlib.context import CryptContext

ROOT = Path(__file__).parents[2]
NAMES = ("passlib", "libpass")
SECRETS = ("correct horse battery staple", "Łódź ﬁn 密码 пароль", "x" * 128)
PROGRAM = """
import json, sys, warnings
warnings.simplefilter("ignore", DeprecationWarning)
import passlib
assert passlib.__file__.startswith(sys.argv[1]), passlib.__file__
from dirserver.identity import passwords
told = []
for secret, stored in json.load(sys.stdin):
    kept = passwords.imported(stored)
    told.append([kept == stored, passwords.verify(secret, kept), passwords.verify(secret + "x", kept), passwords.needs_new_hash(kept)])
wrongs = "{SSHA} {SSHA}!!!! $6$rounds=5000$ {MD5}X03MO1qnZdYdgyfeuILPmQ== plain $2b$12$abcdefghijklmnopqrstuu".split()
for wrong in (*wrongs, "\\0", ""):
    told.append([passwords.imported(wrong), passwords.verify("secret", wrong)])
made = passwords.hash_password("a new long password")
told.append([passwords.verify("a new long password", made), passwords.verify("another", made), passwords.verify("a\\0b", made)])
print(json.dumps([passlib.__version__, told]))
"""


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Both wheels in the versions that we install."""
    folder = tmp_path_factory.mktemp("wheels")
    pinned = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if line.partition("==")[0] in NAMES]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", "--dest", str(folder), *pinned]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    if done.returncode != 0:
        pytest.skip("the package index can't be reached, so the two wheels can't be laid over each other")
    return {path.name.partition("-")[0]: path for path in folder.iterdir()}


def vectors() -> list[tuple[str, str]]:
    fast = CryptContext(
        ["ldap_salted_sha1", "ldap_sha1", "ldap_salted_sha256", "ldap_salted_sha512", "ldap_pbkdf2_sha256", "sha512_crypt", "sha256_crypt"],
        **{f"{scheme}__default_rounds": 1000 for scheme in ("ldap_pbkdf2_sha256", "sha512_crypt", "sha256_crypt")},
    )
    return [(secret, fast.hash(secret, scheme=scheme)) for secret in SECRETS for scheme in fast.schemes()]


@pytest.mark.slow
def test_passwords_are_checked_alike_whichever_was_installed_last(wheels: dict[str, Path], tmp_path: Path) -> None:
    assert set(wheels) == set(NAMES)
    given = vectors()
    said = {order: answer(wheels, order, tmp_path / "-".join(order), json.dumps(given)) for order in permutations(NAMES)}
    versions = {version for version, _ in said.values()}
    assert len(versions) == 2, "the orders don't differ: this test has lost its point"
    (first, second) = (told for _, told in said.values())
    assert first == second
    count = len(given)
    assert first[:count] == [[True, True, False, True]] * count
    assert all(kept is None and fits is False for kept, fits in first[count:-1])
    assert first[-1] == [True, False, False]


def answer(wheels: dict[str, Path], order: tuple[str, ...], folder: Path, given: str) -> tuple[str, list[list[object]]]:
    """Lay the wheels over each other, and ask our code with what is there then."""
    for name in order:
        with zipfile.ZipFile(wheels[name]) as wheel:
            wheel.extractall(folder)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)])}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder)], input=given, capture_output=True, text=True, check=False, env=environment, timeout=120
    )
    assert done.returncode == 0, done.stderr
    version, told = json.loads(done.stdout)
    return version, told
