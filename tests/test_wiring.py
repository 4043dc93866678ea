# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import dataclasses

import pytest

from dirserver import wiring
from dirserver.cli.init import lay_out
from dirserver.config import Config, DatabaseSettings, PushSettings, load
from dirserver.errors import BadConfig, Unavailable
from dirserver.model.principal import Principal
from dirserver.wiring import wire


@pytest.fixture
def config(tmp_path):
    return lay_out(Config(), tmp_path / "dirserver.toml")[0]


def test_the_parts_work_with_the_settings(config):
    parts = wire(config)
    with parts.directory.reading(Principal.system()) as reading:
        assert [view.slug for view in reading.books()] == ["people", "~admin"]
    assert parts.identity.account("admin").is_admin
    assert parts.config is config
    parts.close()


def test_devices_are_told_unless_the_settings_say_no(config):
    parts, following = wire(config), wiring.wire_follower(config)
    again = wire(config)
    assert parts.push is not None
    assert again.push is not None
    # The same on every node and after every restart.
    assert parts.push.public_key == again.push.public_key
    quiet = wire(dataclasses.replace(config, push=PushSettings(enabled=False)))
    assert quiet.push is None
    for each in (parts, following, again, quiet):
        each.close()


def test_the_field_classes_of_the_settings_hold(config, tmp_path):
    text = (tmp_path / "dirserver.toml").read_text()
    (tmp_path / "dirserver.toml").write_text(text.replace('"title", ', ""))
    parts = wire(load(tmp_path / "dirserver.toml", environment={}))
    parts.identity.add_account("ada", name="Ada", mail="ada@example.com")
    asker = Principal(Principal.system().door, parts.identity.account("ada").id, "ada")
    with parts.directory.reading(asker) as reading:
        view = reading.book("people").view
    assert (view.may_read("telephoneNumber"), view.may_read("title")) == (True, False)
    parts.close()


def test_no_database_is_made_where_none_is(config):
    database = config.directory / "dirserver.db"
    database.unlink()
    for attempt in (wire, wiring.find_faults, wiring.renew):
        with pytest.raises(BadConfig, match="no such database"):
            attempt(config)
    assert not database.exists()


def test_a_key_that_is_none_is_told(config):
    config.security.key_file.write_text("short")
    with pytest.raises(BadConfig, match="does not hold a key"):
        wire(config)
    config.security.key_file.unlink()
    with pytest.raises(BadConfig, match="missing"):
        wire(config)


def test_a_server_that_does_not_answer_is_told_without_its_password(config):
    away = dataclasses.replace(config, database=DatabaseSettings("postgresql+psycopg://u:hunter2@127.0.0.1:1/d"))
    with pytest.raises(Unavailable) as caught:
        wire(away)
    assert "hunter2" not in caught.value.public_message
