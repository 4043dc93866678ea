# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dirserver.errors import BadConfig
from dirserver.identity.strength import Rules, Weakness, WeakPassword, commonest, read_blocked, shortest_for

GOOD = "correct horse battery staple"
RULES = Rules(("example.com",), frozenset({"the bank of nowhere"}))
ADA = ("ada", "Ada Łukasińska", "ada.lukasinska@example.com")


def weakness(password: str, *names: str, has_second_factor: bool = False) -> Weakness | None:
    try:
        RULES.check(password, names or ADA, has_second_factor=has_second_factor)
    except WeakPassword as error:
        return error.weakness
    return None


@pytest.mark.parametrize("why", Weakness)
def test_what_is_said_is_a_sentence(why: Weakness) -> None:
    message = WeakPassword(why, 15).public_message
    assert message.startswith("the password ")
    assert "{" not in message


@pytest.mark.parametrize(
    "password, expected",
    [
        ("", Weakness.SHORT),
        ("fourteen chars", Weakness.SHORT),
        ("x1" * 513, Weakness.LONG),
        ("\ud800" + GOOD, Weakness.NO_TEXT),
        (GOOD + "\x00", Weakness.NO_TEXT),
        ("abababababababab", Weakness.REGULAR),
        ("tr0ub4tr0ub4tr0ub4", Weakness.REGULAR),
        ("abcdefghijklmnopqrst", Weakness.REGULAR),
        ("98765432109876543210", Weakness.REGULAR),
        ("qwertyuiop asdfghjkl", Weakness.REGULAR),
        ("passwordpassword", Weakness.REGULAR),
        ("Password12345678901", Weakness.COMMON),
        ("P@ssw0rd!!!!!!!!!!!!", Weakness.COMMON),
        ("!!!!!!!! dragon 2026 !!!!!!!!", Weakness.COMMON),
        ("The Bank of Nowhere", Weakness.COMMON),
        ("Ada.Lukasinska@example.com", Weakness.OWN_NAME),
        ("ada łukasińska 1985", Weakness.OWN_NAME),
        ("lukasinska-ada-99", Weakness.OWN_NAME),
        ("dirserver-2026-dirserver", Weakness.OWN_NAME),
        ("example.com-ada-2026!", Weakness.OWN_NAME),
    ],
)
def test_a_password_that_must_not_be_set_is_told_why(password: str, expected: Weakness) -> None:
    assert weakness(password) is expected


@pytest.mark.parametrize(
    "password",
    [GOOD, "fifteen letters", "zażółć gęślą jaźń", "パスワードは長いほうが良いですよね", "x1y2z3 and so on, " * 3,
     "ada likes to swim at night", " " * 3 + GOOD, "🐴🔋📎✅🎈🌍🚲🎻🍉🦊🪁🧭🌵🛶🎲"],
)  # fmt: skip
def test_a_long_password_of_any_letters_will_do(password: str) -> None:
    assert weakness(password) is None


def test_beside_a_second_factor_eight_characters_will_do() -> None:
    assert (shortest_for(has_second_factor=False), shortest_for(has_second_factor=True)) == (15, 8)
    assert weakness("owl7 fog", has_second_factor=True) is None
    assert weakness("owl7 fo", has_second_factor=True) is Weakness.SHORT
    # What is tried first is refused however many factors there are.
    assert weakness("password", has_second_factor=True) is Weakness.COMMON
    assert weakness("iloveyou", has_second_factor=True) is Weakness.COMMON


def test_length_is_counted_in_characters_as_they_are_hashed() -> None:
    # Ten letters with their accents typed apart are ten.
    assert weakness("e\u0301a\u0301o\u0301u\u0301i\u0301" * 2 + "wxyz") is Weakness.SHORT


def test_the_commonest_passwords_come_along() -> None:
    assert len(commonest()) > 29_000
    assert {"123456", "password", "letmein", "iloveyou"} <= commonest()


@given(st.text(max_size=1200), st.text(max_size=40))
def test_whatever_is_typed_gets_an_answer(password: str, name: str) -> None:
    assert weakness(password, name, has_second_factor=True) in {None, *Weakness}


def test_an_operator_lists_more(tmp_path: Path) -> None:
    file = tmp_path / "blocked.txt"
    file.write_text("Our House Style\n\n  summer in Łódź \n", encoding="utf-8")
    rules = Rules(blocked=read_blocked(str(file)))
    for password in ("our house style", "Summer in Łódź 2026"):
        with pytest.raises(WeakPassword):
            rules.check(password, (), has_second_factor=False)
    assert read_blocked("") == frozenset()
    for bad in (tmp_path / "none.txt", tmp_path):
        with pytest.raises(BadConfig, match="blocked_passwords_file"):
            read_blocked(str(bad))
