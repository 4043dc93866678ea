# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from radicale_dirserver.methods.dont_notify import MAX_NAMED, Spared, read_dont_notify

URL = "https://contacts.example.com/dav/ada/.push/"


@pytest.mark.parametrize(
    "text, ids",
    [
        (f'"{URL}abc"', ("abc",)),
        (f"{URL}abc", ("abc",)),
        (f'"{URL}abc", "{URL}def"', ("abc", "def")),
        (f'"{URL}abc" , "https://elsewhere.example/x"', ("abc",)),
        ('"/dav/ada/.push/abc"', ("abc",)),
        ("*", None),
        ('"*"', None),
    ],
)
def test_registrations_are_named_by_their_urls(text, ids):
    assert read_dont_notify(text) == Spared(ids)


@pytest.mark.parametrize("text", ["", '"', ",,,", "abc", '"https://elsewhere.example/x"', f'"{URL}"', '"/.pushed/x"'])
def test_what_names_none_is_ignored(text):
    assert read_dont_notify(text) is None


def test_a_list_has_an_end():
    spared = read_dont_notify(", ".join(f'"{URL}{number}"' for number in range(10_000)))
    assert spared is not None
    assert spared.ids is not None
    assert len(spared.ids) == MAX_NAMED
