# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import dataclasses
import socket

import pytest

from dirserver.cli.init import lay_out
from dirserver.config import Address, Config, HttpSettings, LdapSettings
from dirserver.errors import BadConfig
from dirserver.serve.programs import Kind
from dirserver.serve.start import serve


@pytest.fixture
def config(tmp_path):
    settings = Config(http=HttpSettings(listen=Address("127.0.0.1", 0)), ldap=LdapSettings(listen=Address("127.0.0.1", 0)))
    return lay_out(settings, tmp_path / "dirserver.toml")[0]


def never(_served):
    raise AssertionError("it must not become ready")


def test_when_the_second_address_is_taken_the_first_is_given_back(config):
    with socket.create_server(("127.0.0.1", 0)) as other:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            free = Address(*probe.getsockname())
        taken = Address(*other.getsockname())
        asked = dataclasses.replace(
            config, http=dataclasses.replace(config.http, listen=free), ldap=dataclasses.replace(config.ldap, listen=taken)
        )
        with pytest.raises(BadConfig, match="taken"):
            serve(asked, frozenset(Kind), never)
        with socket.create_server((free.host, free.port)):
            pass


def test_nothing_starts_without_a_database(config):
    (config.directory / "dirserver.db").unlink()
    with pytest.raises(BadConfig, match="no such database"):
        serve(config, frozenset(Kind), never)
