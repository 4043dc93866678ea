# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import re
import time

from dirserver.config import load
from dirserver.identity import totp
from dirserver.wiring import Parts, wire
from tests.cli.commands import Shell
from tests.identity.second_factors import seed_of


def opened(company: Shell) -> Parts:
    """What a server has that runs on this company."""
    return wire(load(company.folder / "dirserver.toml"))


def test_seeds_lie_under_a_new_key_and_the_second_factor_can_be_required_and_reset(company: Shell) -> None:
    (company.folder / "p.csv").write_text("uid,givenName,sn,cn\nada,Ada,Marlowe,Ada Marlowe\n")
    company.ok("import", "p.csv", "--book", "people", "--apply")
    company.ok("account", "add", "ada", "--name", "Ada M", "--mail", "ada@example.com")
    company.ok("group", "add", "vault")
    company.ok("group", "add-member", "vault", "ada")
    asked = company.run("group", "require-second-factor", "vault")
    assert "none yet" in asked.err
    assert "ada" in asked.err
    assert [each["second_factor_required"] for each in company.json("group", "list") if each["name"] == "vault"] == [True]
    parts = opened(company)
    parts.second_factor.begin("ada")
    pending = parts.second_factor.pending("ada", issuer="x")
    assert pending is not None
    parts.second_factor.confirm("ada", totp.code_at(seed_of(pending.key), time.time_ns() // 1000), session="")
    key = company.folder / "dirserver.key"
    before = key.read_text()
    told = company.ok("key", "rotate")
    made = re.search(r"key (\w{8}) made; 1 seeds", told)
    assert made is not None
    assert key.read_text().startswith(before)
    assert made[1] in key.read_text()
    assert key.stat().st_mode & 0o777 == 0o600
    # A server that runs reads what lies under the new key.
    assert parts.vault.knows(made[1])
    parts.close()
    assert company.run("check", "database").status == 0
    whole = key.read_text()
    key.write_text(before)
    assert "1 seeds of second factors can't be opened" in company.run("check", "database").out
    key.write_text(whole)
    assert "none yet" not in company.run("group", "require-second-factor", "vault").err
    reset = company.run("account", "reset-second-factor", "ada")
    assert ("removed" in reset.out, "set up another" in reset.err) == (True, True)
    assert company.ok("account", "reset-second-factor", "ada").strip() == "ada had no second factor"
    assert "may have" in company.ok("group", "require-second-factor", "vault", "--off")
    actions = [each["action"] for each in company.json("audit", "list")]
    assert {"factor.reset", "keys.rotate", "factor.add", "group.change"} <= set(actions)
