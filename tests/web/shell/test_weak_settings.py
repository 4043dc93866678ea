# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import ast
import re
from pathlib import Path

from dirserver.care import weaknesses
from dirserver.web.shell.refusals import translated
from dirserver.web.shell.weak_settings import WEAK_SETTINGS


def test_every_weak_setting_is_known_and_no_other() -> None:
    tree = ast.parse(Path(weaknesses.__file__).read_text(encoding="utf-8"))
    told = {_sentence(node.value) for node in ast.walk(tree) if isinstance(node, ast.Yield)}
    assert told == {re.sub(r"\{\w+\}", "{}", one) for one in WEAK_SETTINGS}


def test_they_are_told_in_the_language_of_the_reader(app) -> None:
    with app.test_request_context("/", headers={"Accept-Language": "es"}):
        text = translated("[ldap] tls_key: every user of this machine can read /k/key; run: chmod o-rwx /k/key")
        assert text == "[ldap] tls_key: cualquier usuario de esta máquina puede leer /k/key; ejecuta: chmod o-rwx /k/key"
        assert "/d/d.db*" in (translated("[database] url: every user of this machine can read /d/d.db; run: chmod o-rwx /d/d.db*") or "")


def _sentence(node: ast.expr | None) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    assert isinstance(node, ast.Constant)
    return str(node.value)
