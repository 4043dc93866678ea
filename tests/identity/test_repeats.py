# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.identity import repeats
from dirserver.identity.repeats import Repeats


def test_what_was_wrong_is_known_again_until_anything_about_it_is_another() -> None:
    known = Repeats()
    known.note(known.digest("ada", "3", "web\0guess"))
    assert known.are_known(known.digest("ada", "3", "web\0guess"))
    for said in (("ada", "4", "web\0guess"), ("ada", "3", "dav\0guess"), ("ada", "3web\0guess"), ("", "ada", "3", "web\0guess")):
        assert not known.are_known(known.digest(*said))
    assert not known.are_known(Repeats().digest("ada", "3", "web\0guess"))


def test_half_a_surrogate_pair_is_as_wrong_as_anything() -> None:
    known = Repeats()
    known.note(known.digest("\ud800"))
    assert known.are_known(known.digest("\ud800"))


def test_only_the_latest_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeats, "_KEPT", 3)
    known = Repeats()
    digests = [known.digest(str(number)) for number in range(5)]
    for digest in digests[:3]:
        known.note(digest)
    assert known.are_known(digests[0])
    known.note(digests[3])
    assert [known.are_known(digest) for digest in digests] == [True, False, True, True, False]
