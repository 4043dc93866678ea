# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import subprocess

import pytest

from dirserver import errors
from dirserver.cli import main
from dirserver.cli.status import STATUSES, UNEXPECTED, status_of


def test_every_error_of_the_tree_has_a_status_of_its_own_kind():
    every = [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, errors.DirserverError)]
    leaves = [each for each in every if each is not errors.DirserverError]
    assert leaves
    for each in leaves:
        assert any(issubclass(each, cls) for cls, _, _ in STATUSES), each
    assert len({status for _, status, _ in STATUSES}) == len(STATUSES)
    assert status_of(errors.BadConfig("x")) == 2


def test_a_real_process_tells_its_version_and_its_commands(shell):
    done = subprocess.run(shell.command("--help"), capture_output=True, text=True, cwd=shell.folder, env=shell.environment, check=True)
    for name in ("init", "serve", "account", "device-password", "book", "group", "grant", "import", "export", "check", "backup", "restore"):
        assert f"  {name} " in done.stdout


@pytest.mark.parametrize("arguments", [("nonsense",), ("account",), ("account", "add"), ("--wrong",), ("serve", "ftp")])
def test_a_wrong_command_line_ends_with_two(shell, arguments):
    assert shell.run(*arguments).status == 2


def test_a_wrong_command_line_is_told_what_would_be_right(shell):
    assert "No such command 'acount'. Did you mean: account?" in shell.run("acount", "list").err
    assert "--config comes after the whole command" in shell.run("--config", "x.toml", "check").err
    assert "--json comes after the whole command" in shell.run("account", "--json", "list").err


def test_an_unexpected_fault_is_one_line_without_a_trace(monkeypatch, capsys):
    def broken(*_args, **_kwargs):
        raise RuntimeError("password=hunter2")

    monkeypatch.setattr(main.cli, "main", broken)
    assert main.run(["account", "list"]) == UNEXPECTED
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert ("RuntimeError" in err, "hunter2" in err, "Traceback" in err) == (True, False, False)
    assert main.run(["--debug", "account", "list"]) == UNEXPECTED
    assert "Traceback" in capsys.readouterr().err


def test_what_a_stranger_wrote_cannot_steer_the_terminal(shell):
    done = shell.run("account", "\x1b[31mlist\u202e")
    assert "\x1b" not in done.err
    assert "\u202e" not in done.err
