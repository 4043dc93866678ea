# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import io
import json
from datetime import UTC, datetime

import pytest

from dirserver.cli.terminal import print_rows, printable, read_password
from dirserver.errors import BadInput

ROWS = [("ada", True, None, ("x", "y"), datetime(2026, 1, 2, 3, 4, tzinfo=UTC)), ("b\tc\nd\x1b[2J", False, 3, (), None)]
COLUMNS = ("Login", "Is active", "Count", "Groups", "At")


def test_rows_for_scripts_are_tabs_and_lines_whatever_is_in_them(capsys):
    print_rows(COLUMNS, ROWS, as_json=False)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert lines[1].split("\t")[:4] == ["ada", "yes", "-", "x, y"]
    assert lines[2].split("\t")[0] == "b c d\N{REPLACEMENT CHARACTER}[2J"


def test_rows_as_json_keep_their_types(capsys):
    print_rows(COLUMNS, ROWS, as_json=True)
    first, second = json.loads(capsys.readouterr().out)
    assert first == {"login": "ada", "is_active": True, "count": None, "groups": ["x", "y"], "at": "2026-01-02T03:04:00+00:00"}
    assert second["login"] == "b\tc\nd\x1b[2J"


def test_a_table_for_people_shows_no_control_character_and_reads_no_markup(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    print_rows(("Name",), [("[bold]x[/bold]\x1b[2J",)], as_json=False)
    out = capsys.readouterr().out
    assert "[bold]x[/bold]" in out
    assert "\x1b[2J" not in out


@pytest.mark.parametrize("text", ["Łukasz", "😀", "tab\tnew\nline", "אבג"])
def test_what_people_write_stays(text):
    assert printable(text) == text


def test_a_password_comes_from_the_first_line_of_standard_input(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("correct horse\r\nmore"))
    assert read_password(from_stdin=True) == "correct horse"
    monkeypatch.setattr("sys.stdin", io.StringIO("\n"))
    with pytest.raises(BadInput):
        read_password(from_stdin=True)
    monkeypatch.setattr("sys.stdin", io.StringIO("x"))
    assert read_password(from_stdin=False) is None
