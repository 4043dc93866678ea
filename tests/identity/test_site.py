# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.identity.site import Site


@pytest.mark.parametrize(
    "url, site",
    [
        ("https://contacts.example.com", ("contacts.example.com", "https://contacts.example.com")),
        ("https://Contacts.example.com:8443/", ("contacts.example.com", "https://contacts.example.com:8443")),
        ("http://localhost:8080", ("localhost", "http://localhost:8080")),
        ("http://contacts.example.com", None),
        ("http://127.0.0.1:8080", None),
        ("https://192.0.2.1", None),
        ("https://[2001:db8::1]", None),
    ],
)
def test_passkeys_need_a_name_and_tls(url: str, site: tuple[str, str] | None) -> None:
    made = Site.of(url, "x")
    assert (None if made is None else (made.rp_id, made.origin)) == site
