# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from dirserver.care.weaknesses import weaknesses
from dirserver.config import Config
from dirserver.config.read import parse


def told(text: str, folder: Path) -> str:
    return "\n".join(weaknesses(parse(text, folder / "dirserver.toml", {})))


def test_the_built_in_settings_are_not_weak(tmp_path: Path) -> None:
    config = Config()
    url = f"sqlite:///{tmp_path / 'd.db'}"
    assert weaknesses(replace(config, database=replace(config.database, url=url))) == ()


@pytest.mark.parametrize(
    "text, word",
    [
        ('[http]\nlisten = "0.0.0.0:80"\npublic_url = "https://c.example.com"', "[http] listen"),
        ('[http]\npublic_url = "http://contacts.example.com"', "public_url"),
        ('[ldap]\nlisten = "0.0.0.0:389"', "nobody from elsewhere can sign in"),
        ("[ldap]\nallow_plain_bind = true", "allow_plain_bind"),
        ("[ldap]\nanonymous = true", "who-can people"),
        ('[ldap]\nmay_act_as_others = ["intranet"]', "intranet"),
        ('[http]\ntrusted_proxies = ["0.0.0.0/0"]', "trusted_proxies"),
        ('[metrics]\nlisten = "0.0.0.0:9464"\nallow_from = ["0.0.0.0/0"]', "allow_from"),
        ("[security]\nsession_idle_minutes = 10000", "session_idle_minutes"),
        ("[security]\nsession_max_hours = 8000", "session_max_hours"),
        ("[ldap]\nmax_message_bytes_before_bind = 1000000", "max_message_bytes_before_bind"),
    ],
)
def test_a_weak_setting_is_told(text: str, word: str, tmp_path: Path) -> None:
    found = told(text, tmp_path)
    assert word in found
    assert found.count("\n") == 0


def test_files_that_others_can_read_are_told(tmp_path: Path) -> None:
    for name in ("d.db", "k.pem", "dirserver.toml"):
        (tmp_path / name).touch(0o644)
    text = '[database]\nurl = "sqlite:///d.db"\n[http]\ntls_certificate = "c.pem"\ntls_key = "k.pem"'
    assert told(text, tmp_path).count("chmod o-rwx") == 2
    for name in ("d.db", "k.pem"):
        (tmp_path / name).chmod(0o640)
    assert told(text, tmp_path) == ""
    (tmp_path / "p").touch(0o640)
    mail = '[mail]\nhost = "localhost"\nuser = "d"\npassword_file = "p"'
    assert "[mail] password_file" in told(mail, tmp_path)
    (tmp_path / "p").chmod(0o600)
    assert "[mail]" not in told(mail, tmp_path)
    secret = '[database]\nurl = "postgresql+psycopg://d:secret@localhost/d"'
    assert "database's password" in told(secret, tmp_path)
    assert "secret@" not in told(secret, tmp_path)
