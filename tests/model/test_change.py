# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dirserver.model.change import Phase, SyncToken

TOKEN = SyncToken("6c1c7d7e-8a9c-4d1a-9a3e-000000000001", "abc123", 42, "f00d")


HREFS = st.text(st.characters(codec="utf-8", exclude_characters="\0"))


@given(number=st.integers(0, 10**18 - 1), phase=st.sampled_from(Phase), after=HREFS)
def test_a_token_is_read_as_it_was_written(number: int, phase: Phase, after: str) -> None:
    token = SyncToken(TOKEN.book, TOKEN.epoch, number, TOKEN.view, phase, after if phase else "")
    assert SyncToken.parse(str(token)) == token
    assert SyncToken.parse(f"  {token}\n") == token


def test_a_token_is_a_uri_with_a_colon_in_it() -> None:
    """Evolution ignores tokens without one; RFC 6578 wants a URI."""
    assert str(TOKEN) == "urn:dirserver:sync:6c1c7d7e-8a9c-4d1a-9a3e-000000000001:abc123:42:f00d"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "http://radicale.org/ns/sync/abc",
        str(TOKEN)[:-5],
        str(TOKEN) + ":1",
        str(TOKEN) + ":l",
        str(TOKEN) + ":x:YQ",
        str(TOKEN) + ":l:_w",
        str(TOKEN) + ":l:YQ==",
        str(TOKEN) + ":l:a",
        str(TOKEN) + ":l:AA",
        str(TOKEN).upper(),
        str(TOKEN).replace("42", "-1"),
        str(TOKEN).replace("42", "4" * 19),
        "\ud800",
        str(TOKEN) + "\x00",
    ],
)
def test_what_clients_make_up_is_no_token_and_no_error(text: str) -> None:
    assert SyncToken.parse(text) is None
