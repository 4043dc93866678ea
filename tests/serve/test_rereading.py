# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from dirserver.config import Config, load
from dirserver.serve import rereading
from dirserver.serve.programs import Kind
from dirserver.serve.rereading import reread

BOTH = frozenset(Kind)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "dirserver.toml"
    file.write_text('domain = "example.com"\n')
    return file


def test_what_workers_read_for_themselves_changes(file: Path) -> None:
    before = load(file)
    file.write_text('domain = "example.com"\n[ldap]\nsize_limit = 7\n')
    with capture_logs() as lines:
        now = reread(before, BOTH)
    assert now is not None
    assert (now.ldap.size_limit, lines) == (7, [])


@pytest.mark.parametrize(
    "text, changed",
    [
        ('[http]\nlisten = "127.0.0.1:1"', "[http] listen"),
        ("[http]\nworkers = 7", "[http] workers"),
        ('[ldap]\nlisten = "127.0.0.1:1"', "[ldap] listen"),
        ("[ldap]\nworkers = 7", "[ldap] workers"),
        ("[push]\nenabled = false", "[push] enabled"),
        ('[mail]\nhost = "127.0.0.1"\nsecurity = "none"', "[mail]"),
        ('[metrics]\nlisten = "127.0.0.1:1"', "[metrics] listen"),
    ],
)
def test_what_the_parent_alone_knows_is_told_and_the_rest_changes(file: Path, text: str, changed: str) -> None:
    before = load(file)
    file.write_text(f"{text}\n[care]\ntrash_days = 7\n")
    with capture_logs() as lines:
        now = reread(before, BOTH)
    assert now is not None
    assert (now.care.trash_days, [line["changed"] for line in lines]) == (7, [[changed]])


@pytest.mark.parametrize(
    "text, changed",
    [
        ('domain = "example.org"', ["domain", "[ldap] suffix"]),
        ('[database]\nurl = "sqlite:///other.db"', ["[database] url"]),
        ('[security]\nkey_file = "other.key"', ["[security] key_file"]),
        ('[ldap]\nsuffix = "o=x"', ["[ldap] suffix"]),
    ],
)
def test_where_old_and_new_could_not_serve_side_by_side_everything_stays(file: Path, text: str, changed: list[str]) -> None:
    before = load(file)
    file.write_text(f"{text}\n")
    with capture_logs() as lines:
        assert reread(before, BOTH) is None
    assert [(line["log_level"], line["changed"]) for line in lines] == [("error", changed)]


@pytest.mark.parametrize(
    "text, reason", [("[http]\nworkerz = 2", "line 2"), ('[ldap]\ntls_certificate = "gone.pem"\ntls_key = "gone.key"', "gone.pem")]
)
def test_settings_that_cannot_be_used_are_told(file: Path, text: str, reason: str) -> None:
    before = load(file)
    file.write_text(f"{text}\n")
    with capture_logs() as lines:
        assert reread(before, BOTH) is None
    ((line),) = lines
    assert reason in line["reason"]


def test_a_certificate_of_what_is_not_served_here_does_not_matter(file: Path) -> None:
    before = load(file)
    file.write_text('[ldap]\ntls_certificate = "gone.pem"\ntls_key = "gone.key"\n')
    assert reread(before, frozenset({Kind.HTTP})) is not None


def test_after_an_upgrade_and_without_a_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert reread(Config(), BOTH) == Config()
    monkeypatch.setattr(rereading, "_VERSION", "0.0.1")
    assert reread(load(file), BOTH) is None
