# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from pathlib import Path

import pytest

from dirserver.config import Address, Config, load
from dirserver.config.read import parse
from dirserver.errors import BadConfig

FILE = Path("dirserver.toml")


def told(text: str) -> str:
    with pytest.raises(BadConfig) as caught:
        parse(text, FILE, {})
    return caught.value.public_message


@pytest.mark.parametrize(
    "text, line, remedy",
    [
        ('domian = "example.com"', 1, "did you mean 'domain'?"),
        ('domain = "example.com"\n\n[htpp]\n', 3, "did you mean 'http'?"),
        ('[http]\n# where\nlissten = "127.0.0.1:80"', 3, "did you mean 'listen'?"),
        ("workers = 2", 1, "it belongs in [http] or [ldap]"),
        ('[ldap]\nsession_max_hours = 3\nlisten = "x"', 2, "it belongs in [security]"),
        ("[http]\nworkers = 900", 2, "write a whole number from 1 to 64"),
        ('[http]\nworkers = "2"', 2, "without quotes"),
        ("[http]\nworkers = true", 2, "write a whole number from 1 to 64"),
        ('[ldap]\nanonymous = "yes"', 2, "write true or false"),
        ("[security]\nkey_file = 3", 2, "write text in double quotes"),
        ('[http]\nlisten = "::1:80"', 2, 'put an IPv6 address in brackets: "[::1]:80"'),
        ('[http]\nlisten = "8080"', 2, 'as in "127.0.0.1:8080"'),
        ('[http]\nlisten = "127.0.0.1:80800"', 2, 'as in "127.0.0.1:8080"'),
        ('[http]\npublic_url = "contacts.example.com/x"', 2, 'as in "https://contacts.example.com"'),
        ('[http]\ntrusted_proxies = ["300.1.1.1"]', 2, "is not an IP address or network"),
        ('[http]\ntrusted_proxies = "10.0.0.1"', 2, "write a list of addresses"),
        ('[metrics]\nlisten = "0.0.0.0:9464"', 2, 'say which ones may, as in allow_from = ["10.0.0.5"]'),
        ('[metrics]\nlisten = "9464"', 2, 'as in "127.0.0.1:8080"'),
        ('[metrics]\nlisten = "127.0.0.1:9464"\nldap_listen = "[::]:9465"', 3, "listen on 127.0.0.1"),
        ('[push]\nown_services = "https://ntfy.example"', 2, "write a list of servers"),
        ('[push]\nown_services = ["ntfy.example"]', 2, "is not the origin of a server"),
        ('[push]\ncontact = "nobody"', 2, "write a mail address"),
        ('[log]\nformat = "xml"', 2, 'write one of "auto", "plain", "json"'),
        ('[ldap]\nsuffix = "example.com"', 2, 'as in "dc=example,dc=com"'),
        ('domain = "exa mple"', 1, 'as in "example.com"'),
        ("domain = 3", 1, "domain is text"),
        ("http = 3", 1, "write [http] on a line of its own"),
        ('[database]\nurl = "mysql://u@h/d"', 2, "write sqlite:///FILE or postgresql+psycopg://"),
        ('[database]\nurl = "postgresql://u@h/d"', 2, "write postgresql+psycopg://"),
        ('[database]\nurl = "sqlite://"', 2, "SQLite needs a file"),
        ('[database]\nurl = "sqlite:///a.db?mode=ro"', 2, "SQLite options can't be set here"),
        ('[fields]\npublic = ["cn"]\nwork = ["CN"]', 3, "keep it in one of the two"),
        ('[fields]\npublic = ["street"]\nwork = ["l"]', 3, "keep it in one of the two"),
        ('[fields]\npublic = ["telefoneNumber"]', 2, "did you mean 'telephoneNumber'?"),
        ('[fields]\nprivate = ["cn"]', 2, "remove this line"),
        ('[fields]\npublic = "cn"', 2, "write a list of names"),
        ('[fields]\n"a b" = ["cn"]', 2, "small letters, digits and hyphens"),
        ('domain = "a.example"\ndomain = "b.example"', 2, "each setting and each section stands once"),
        ("domain = example.com", 1, "text stands in double quotes"),
        ("[http]\nworkers", 2, "a line is a section, as in [http], or a setting"),
        ("http = { workers = 0 }", 1, "write a whole number from 1 to 64"),
        ("http.workers = 0", 1, "write a whole number from 1 to 64"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_the_remedy(text, line, remedy):
    message = told(text)
    assert message.startswith(f"dirserver.toml, line {line}: ")
    assert remedy in message


def test_a_message_never_shows_the_database_password():
    message = told('[database]\nurl = "oracle://scott:tiger@db/x"')
    assert "tiger" not in message


def test_the_settings_never_show_the_database_password_when_printed():
    config = parse('[database]\nurl = "postgresql+psycopg://u:tiger@db/x"', FILE, {})
    assert "tiger" in config.database.url
    assert "tiger" not in repr(config)


def test_paths_are_relative_to_the_file_and_come_out_absolute(tmp_path):
    config = parse('[database]\nurl = "sqlite:///data/d.db"\n[security]\nkey_file = "k"', tmp_path / "dirserver.toml", {})
    assert config.database.url == f"sqlite:///{tmp_path}/data/d.db"
    assert config.security.key_file == tmp_path / "k"
    absolute = parse('[database]\nurl = "sqlite:////srv/d.db"', tmp_path / "dirserver.toml", {})
    assert absolute.database.url == "sqlite:////srv/d.db"


def test_suffix_and_public_address_follow_from_domain_and_listen():
    config = parse('domain = "Example.COM"\n[http]\nlisten = "[::1]:81"', FILE, {})
    assert config.domain == "example.com"
    assert str(config.ldap.suffix) == "dc=example,dc=com"
    assert config.http.listen == Address("::1", 81)
    assert config.http.public_url == "http://[::1]:81"
    assert str(parse('[ldap]\nsuffix = "o=Acme"', FILE, {}).ldap.suffix) == "o=Acme"


def test_the_environment_wins_only_where_the_settings_say_so(tmp_path):
    environment = {"DIRSERVER_DATABASE_URL": "postgresql+psycopg://u@h/d", "DIRSERVER_KEY_FILE": "/run/key", "DIRSERVER_WORKERS": "9"}
    config = parse('[database]\nurl = "sqlite:///x.db"', FILE, environment)
    assert config.database.url == "postgresql+psycopg://u@h/d"
    assert config.security.key_file == Path("/run/key")
    assert config.http.workers == Config().http.workers


def test_without_a_file_the_defaults_hold(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    config = load(None, environment={})
    assert (config.file, config.domain) == (None, "example.com")
    assert config.database.url == f"sqlite:///{tmp_path}/dirserver.db"


def test_the_file_in_the_current_directory_is_read_when_none_is_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "dirserver.toml").write_text('domain = "here.example"')
    assert load(None, environment={}).domain == "here.example"


def test_a_named_file_that_is_missing_is_an_error_with_the_command_that_makes_it(tmp_path):
    with pytest.raises(BadConfig, match="no such file; make one with: dirserver init"):
        load(tmp_path / "none.toml", environment={})


def test_a_file_that_is_not_utf8_is_told_with_its_line(tmp_path):
    file = tmp_path / "d.toml"
    file.write_bytes(b'domain = "example.com"\n# caf\xe9\n')
    with pytest.raises(BadConfig, match=r"d\.toml, line 2: not UTF-8"):
        load(file, environment={})


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path):
    file = tmp_path / "d.toml"
    file.write_bytes(b'\xef\xbb\xbfdomain = "win.example"\r\n[http]\r\nworkers = 3\r\n')
    config = load(file, environment={})
    assert (config.domain, config.http.workers) == ("win.example", 3)


def test_a_folder_in_place_of_a_file_is_an_error(tmp_path):
    with pytest.raises(BadConfig, match="can't be read"):
        load(tmp_path, environment={})


def test_a_text_with_a_nul_is_refused():
    assert "write text" in told('[security]\nkey_file = "a\\u0000b"')
