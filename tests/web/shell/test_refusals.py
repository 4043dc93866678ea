# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import dirserver
from dirserver import errors
from dirserver.web.shell.refusals import SENTENCES, recognised, refusal, sentence, translated

ROOT = Path(dirserver.__file__).parent
ROOMS = ("access", "care", "card", "directory", "exchange", "identity", "model", "store")
CLASSES = {"BadInput", "TooLarge", "NotAllowed", "NotFound", "Conflict", "Stale"}
# What only a command, a program or an administrator's file is told.
NOT_ON_PAGES = {
    "care/trail.py", "card/reader.py", "exchange/applying.py", "exchange/mapping.py", "exchange/reading_hashes.py", "identity/lockouts.py",
    "identity/tokens.py",
    "model/dn.py", "model/profile.py", "store/rights/approvals.py", "store/care/backup.py", "store/care/moving.py",
    "store/care/transfer.py", "store/engine/alone.py", "store/rights/profiles.py",
}  # fmt: skip


def sentences_of(file: Path) -> Iterator[str]:
    """The sentences that a file refuses with, with {} for what is put in."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    named = {
        node.targets[0].id: node.value for node in ast.walk(tree) if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CLASSES and node.args):
            continue
        told = named.get(node.args[0].id) if isinstance(node.args[0], ast.Name) else node.args[0]
        if isinstance(told, ast.Constant):
            yield str(told.value)
        elif isinstance(told, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in told.values)


def test_each_sentence_of_the_core_that_may_come_to_a_page_is_known():
    known = {re.sub(r"\{\w+\}", "{}", one) for one in SENTENCES}
    unknown = []
    for room in ROOMS:
        for file in sorted((ROOT / room).rglob("*.py")):
            if file.relative_to(ROOT).as_posix() not in NOT_ON_PAGES:
                unknown += [
                    one for one in sentences_of(file) if one not in known and "{} the book" not in one and re.search("[a-z]{3}", one)
                ]
    assert unknown == [], "add these to dirserver/web/shell/refusals.py, run python -m tests.web.messages, and translate them"
    assert all(issubclass(getattr(errors, name), errors.DirserverError) for name in CLASSES)


def test_each_sentence_of_the_pages_that_says_what_is_wrong_with_an_input_is_known():
    code = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "web").rglob("*.py"))
    told = set(re.findall(r'(?:BadInput|TooLarge)\("([^"]+)"', code))
    # An image is asked for by a page, not by a reader.
    assert told - {"the photo has too many pixels"} <= set(SENTENCES)


def test_a_sentence_is_found_by_what_it_says_itself():
    assert recognised("you may not change 'title' of this entry") == ("you may not change '{name}' of this entry", {"name": "title"})
    assert recognised("there is no label 'a' in the book 'b'") == (
        "there is no label '{name}' in the book '{other}'",
        {"name": "a", "other": "b"},
    )
    assert recognised("the moon is full") is None


def test_a_refusal_is_in_the_readers_language_with_its_names_and_what_isnt_known_is_marked(app):
    with app.test_request_context("/", headers={"Accept-Language": "es"}):
        told = translated("there is a group '<b>' already")
        assert told is not None
        assert "'<b>'" in told
        assert not told.startswith("there is")
        assert "&lt;b&gt;" in refusal("there is a group '<b>' already")
        assert refusal("the <moon> is full") == '<span lang="en" dir="ltr">the &lt;moon&gt; is full</span>'
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        assert translated("the moon is full") == "the moon is full"


def test_what_only_administrators_may_do_is_said_in_the_readers_language_too():
    code = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "directory").rglob("*.py"))
    deeds = set(re.findall(r'_require_operator\("([^"]+)"\)', code))
    assert len(deeds) > 5
    # The command line alone renews epochs.
    for deed in deeds - {"renew the epochs"}:
        assert recognised(f"only administrators may {deed}") == (f"only administrators may {deed}", {})
    assert recognised("its name belongs to 'Ada' now; rename or delete that entry first") == (
        "its name belongs to '{who}' now; rename or delete that entry first",
        {"who": "Ada"},
    )


def test_what_stands_alone_is_a_sentence_and_names_stay_as_they_are_written(app):
    with app.test_request_context("/", headers={"Accept-Language": "pl"}):
        assert "Jest już grupa &#39;sales&#39;.<" in sentence("there is a group 'sales' already")
        assert sentence("'~' can't be the name of a group").startswith("<span>&#39;~&#39; nie")
        assert sentence("cn can't be empty: a contact must be called something").startswith("<span>cn nie")
        assert sentence("something new broke") == '<span lang="en" dir="ltr">Something new broke.</span>'
    with app.test_request_context("/"):
        assert sentence("ada.pl is odd…") == "<span>ada.pl is odd…</span>"
        assert sentence("outlook-de.csv is odd") == "<span>outlook-de.csv is odd.</span>"


def test_what_is_about_a_file_is_said_in_the_readers_language_behind_its_name(app):
    with app.test_request_context("/", headers={"Accept-Language": "es"}):
        assert translated("a: b.csv: the file is empty") == f"a: b.csv: {translated('the file is empty')}"
        broken = "line 2: the quote that opens cell 1 is never closed; close it, or double it if it is meant"
        assert translated(f"x.csv, {broken}") == f"x.csv, {translated(broken)}"
        assert translated("x.csv: the moon is full") is None
