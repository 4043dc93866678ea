# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import dirserver
from dirserver.exchange.doubting import _SAID
from dirserver.web.shell.refusals import refusal, translated
from dirserver.web.shell.row_reasons import REASONS

ROOT = Path(dirserver.__file__).parent


def reasons_of(file: Path) -> Iterator[str]:
    """The sentences that a file says of a row, with {} for what is put in: what Problems are made of, and pairs that are returned."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            told = node.args if name in {"Problem", "_refused", "_doubt", "refuse"} else []
        elif isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple):
            told = node.value.elts
        elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "").lower().strip("_") in {"reason", "remedy"}:
            told = [node.value.body, node.value.orelse] if isinstance(node.value, ast.IfExp) else [node.value]
        else:
            continue
        for one in told:
            if isinstance(one, ast.Constant) and " " in str(one.value):
                yield str(one.value)
            elif isinstance(one, ast.JoinedStr):
                yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in one.values)


def test_each_sentence_about_a_row_of_an_import_is_known():
    known = {re.sub(r"\{\w+\}", "{}", one) for one in REASONS}
    said = {re.sub(r"\{\w+\}", "{}", text) for pair in _SAID.values() for text in pair}
    for file in (*sorted((ROOT / "exchange").glob("*.py")), ROOT / "card" / "faults.py"):
        if file.name not in {"workbench.py", "running.py", "source.py", "applying.py", "encoding.py"}:
            said |= set(reasons_of(file))
    said.discard("a quote is broken: {}")  # what is broken is said by delimited.py
    assert said - known == set(), "add these to dirserver/web/shell/row_reasons.py, run python -m tests.web.messages, and translate them"


def test_what_is_wrong_with_a_row_is_in_the_readers_language(app):
    with app.test_request_context("/", headers={"Accept-Language": "pl"}):
        assert translated("'n/a' is nobody's number") == "'n/a' nie jest niczyim numerem"
        assert "lang=" not in refusal('a quote is broken: cell 3 goes on with "x" after its closing quote')
