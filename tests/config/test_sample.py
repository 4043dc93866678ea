# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import dataclasses
import re
from pathlib import Path

from dirserver.config import Address, Config, DatabaseSettings, HttpSettings
from dirserver.config.read import parse
from dirserver.config.sample import sample, write_value

FILE = Path("/srv/dirserver.toml")


def test_a_sample_means_the_settings_that_it_was_made_of():
    settings = Config(
        domain="acme.example",
        database=DatabaseSettings('sqlite:///odd "name"\\é.db'),
        http=HttpSettings(listen=Address("::1", 8081), workers=5, public_url="https://c.acme.example"),
    )
    read = parse(sample(settings), FILE, {})
    assert read.domain == "acme.example"
    assert read.database.url == 'sqlite:////srv/odd "name"\\é.db'
    assert read.http == dataclasses.replace(settings.http)
    assert read.ldap == dataclasses.replace(settings.ldap, suffix=read.ldap.suffix)
    assert read.fields == settings.fields


def test_what_is_commented_out_in_a_sample_is_the_default():
    text = sample(Config())
    said = parse(re.sub(r"(?m)^#(\w+ = )", r"\1", text), FILE, {})
    assert dataclasses.replace(said, said=frozenset()) == dataclasses.replace(parse(text, FILE, {}), said=frozenset())


def test_every_setting_is_in_the_sample_with_a_sentence():
    text = sample(Config())
    for section in (HttpSettings, DatabaseSettings):
        for field in dataclasses.fields(section):
            assert re.search(rf"(?m)^# .+\n#?{field.name} = ", text)


def test_a_value_with_a_control_character_stays_one_line():
    assert write_value('a"\n\x7f') == '"a\\"\\u000A\\u007F"'
