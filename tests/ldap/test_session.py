# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.ldap.bind import ANONYMOUS
from dirserver.ldap.session import Session, is_loopback


@pytest.mark.parametrize(
    "address, wanted",
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("::ffff:192.0.2.1", False),
        ("192.0.2.1", False),
        ("fe80::1%eth0", False),
        ("", False),
        ("localhost", False),
    ],
)
def test_loopback_is_this_machine_alone(address: str, wanted: bool) -> None:
    assert is_loopback(address) is wanted
    assert Session(ANONYMOUS, address).is_confidential is wanted


def test_tls_is_confidential_from_anywhere() -> None:
    assert Session(ANONYMOUS, "192.0.2.1", is_encrypted=True).is_confidential
