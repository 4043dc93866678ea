# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.errors import BadInput, Throttled
from dirserver.store.accounts import forgotten
from tests.cast import Company
from tests.identity.letters import letters, mailed
from tests.parts import CoreParts

__all__ = ["mailed"]


def say(parts: CoreParts, login: str, address: str = "192.0.2.7") -> None:
    parts.identity.forgotten.say(login, address=address, language="pl")


def test_a_mail_address_in_any_case_will_do_and_the_letter_is_in_a_language_that_is_known(mailed: CoreParts, company: Company) -> None:
    say(mailed, " ADA@Example.com ")
    assert mailed.identity.forgotten.answer() == 1
    (letter,) = letters(mailed)
    assert (letter.login, letter.language, letter.said()) == ("ada", "pl", {"where": "192.0.2.7"})
    assert mailed.identity.forgotten.answer() == 0


def test_cve_2023_39522_what_is_done_at_once_is_the_same_for_who_is_there_and_who_is_not(mailed: CoreParts, company: Company) -> None:
    """authentik: recovery told who is there. One row, one commit; nobody looks for the account before the answer is out."""
    say(mailed, "ada")
    say(mailed, "nobody")
    assert letters(mailed) == ()
    with mailed.store.reading() as tx:
        assert forgotten.is_waiting(tx)


@pytest.mark.parametrize("login", ["ada", "nobody"])
def test_nobody_is_asked_about_too_often_there_or_not(mailed: CoreParts, company: Company, login: str) -> None:
    for number in range(5):
        say(mailed, login, f"192.0.2.{number}")
    with pytest.raises(Throttled):
        say(mailed, login.upper(), "192.0.2.9")
    say(mailed, "bruno", "192.0.2.9")
    mailed.clock.pass_s(3601)
    say(mailed, login)


def test_nobody_asks_too_often_from_one_network(mailed: CoreParts, company: Company) -> None:
    for number in range(20):
        say(mailed, f"name {number}", f"2001:db8::{number:x}")
    with pytest.raises(Throttled):
        say(mailed, "ada", "2001:db8::ffff")
    say(mailed, "ada", "2001:db8:1::1")


def test_a_mailbox_gets_no_more_than_three_links_an_hour(mailed: CoreParts, company: Company) -> None:
    """Nextcloud (HackerOne): no rate limiting for confirmation e-mail."""
    for name in ("ada", "ada@example.com", "ADA", "Ada@example.com"):
        say(mailed, name)
    mailed.identity.forgotten.answer()
    # The last one holds, so the others were taken back before they were sent.
    assert len(letters(mailed)) == 1


def test_what_was_typed_is_forgotten_when_it_was_looked_at(mailed: CoreParts, company: Company) -> None:
    say(mailed, "my password by mistake")
    with mailed.store.reading() as tx:
        assert forgotten.is_waiting(tx)
    mailed.identity.forgotten.answer()
    with mailed.store.writing() as tx:
        assert forgotten.take(tx) is None
    assert b"my password by mistake" not in dump(mailed)


def dump(parts: CoreParts) -> bytes:
    with parts.store.reading() as tx:
        return repr(tx.connection.exec_driver_sql("SELECT * FROM forgotten").all()).encode()


@pytest.mark.parametrize("login", ["", "   ", "\0"])
def test_no_name_at_all_is_asked_for(mailed: CoreParts, login: str) -> None:
    with pytest.raises(BadInput):
        say(mailed, login)


def test_whatever_is_typed_is_looked_for(mailed: CoreParts) -> None:
    for login in ("*", ")(uid=*", "%", "a'; --", "\ud800", "x" * 5000, "🐴"):
        say(mailed, login)
    assert mailed.identity.forgotten.answer() == 7
