# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.model.change import SyncToken

BOOK = "3f2504e0-4f89-11d3-9a0c-0305e82c3301"
TOKEN = SyncToken(BOOK, "7f21e24d593a", 42, "bd3703830cb74378")


def test_a_token_survives_being_written_and_read() -> None:
    assert SyncToken.parse(str(TOKEN)) == TOKEN
    assert SyncToken.parse(f"  {TOKEN}\r\n") == TOKEN


def test_evolution_takes_a_token_only_with_a_colon_in_it() -> None:
    assert ":" in str(TOKEN)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "B6A0B9D3-7B67-4E4E-8B1D-1B9C1D0C8A55",
        "http://radicale.org/ns/sync/0123456789abcdef",
        str(TOKEN) + "x:",
        str(TOKEN).replace(":42:", ":-1:"),
        str(TOKEN).replace(":42:", ":" + "9" * 400 + ":"),
        str(TOKEN).replace("sync", "SYNC"),
    ],
)
def test_what_we_did_not_write_is_no_token_and_no_error(text: str) -> None:
    assert SyncToken.parse(text) is None
