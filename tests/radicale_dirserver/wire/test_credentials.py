# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import base64

import pytest

from radicale_dirserver.wire.credentials import Credentials, read_basic


def header(text: bytes) -> str:
    return "Basic " + base64.b64encode(text).decode()


@pytest.mark.parametrize(
    "text, login, password",
    [
        (b"ada:secret", "ada", "secret"),
        (b"ada:se:cr:et", "ada", "se:cr:et"),
        ("ada:pässwörd".encode(), "ada", "pässwörd"),
        ("ada:pässwörd".encode("latin-1"), "ada", "pässwörd"),
        (b"ada%40example.com:100%25", "ada@example.com", "100%25"),
        (b"ada:", "ada", ""),
    ],
)
def test_basic_credentials_are_read(text, login, password):
    assert read_basic(header(text)) == Credentials(login, password)


def test_the_scheme_may_be_written_in_any_case():
    assert read_basic(header(b"ada:x").replace("Basic", "bAsIc")) == Credentials("ada", "x")


@pytest.mark.parametrize(
    "malformed",
    [
        "",
        "Basic",
        "Basic !!!",
        "Basic " + "A" * 5000,
        "Basic " + base64.b64encode(b"no colon").decode(),
        "Basic " + base64.b64encode(b":no login").decode(),
        "Basic " + base64.b64encode(b"a\x00b:x").decode(),
        "Basic " + base64.b64encode(b"ada:x\x00y").decode(),
        "Basic łódź",
        "Bearer abc",
        'Digest username="ada"',
    ],
)
def test_anything_else_is_nobody(malformed):
    assert read_basic(malformed) is None


def test_a_password_never_shows():
    assert "secret" not in repr(read_basic(header(b"ada:secret")))
