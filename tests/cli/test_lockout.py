# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import contextlib

from dirserver.config import load
from dirserver.errors import NotAuthenticated
from dirserver.model.principal import Door
from dirserver.wiring import wire
from tests.cli.test_account import PASSWORD, add


def guess(company, times: int) -> bool:
    """Try wrong passwords for ada, then the right one; tell whether it was taken."""
    parts = wire(load(company.folder / "dirserver.toml"))
    try:
        for number in range(times):
            with contextlib.suppress(NotAuthenticated):
                parts.identity.authenticate("ada", f"wrong {number}", door=Door.WEB, address="203.0.113.7")
        parts.identity.authenticate("ada", PASSWORD, door=Door.WEB, address="203.0.113.7")
    except NotAuthenticated:
        return False
    finally:
        parts.close()
    return True


def test_who_is_locked_out_is_listed_and_let_in(company):
    add(company)
    assert company.json("lockout", "list") == []
    assert not guess(company, 10)
    listed = company.json("lockout", "list")
    assert [(each["login"], each["what"], each["network"], each["failures"]) for each in listed] == [
        ("ada", "password", None, 10),
        ("ada", "password", "203.0.113.7", 10),
    ]
    assert company.ok("lockout", "release", "ada") == "ada may try again\n"
    assert company.json("lockout", "list") == []
    assert guess(company, 0)


def test_a_network_is_let_in(company):
    assert company.ok("lockout", "release", "--address", "2001:db8::1") == "whoever comes from 2001:db8::/64 may try again\n"


def test_whom_to_let_in_has_to_be_said(company):
    assert company.run("lockout", "release").status == 2
    assert company.run("lockout", "release", "zed").status == 4
