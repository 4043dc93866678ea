# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole messages taken apart, controls and all."""

from __future__ import annotations

from collections.abc import Iterator

from dirserver.ldap.wire import ber


def split(octets: bytes) -> Iterator[tuple[int, bytes]]:
    """The number of each message and what is in it: the answer with its controls."""
    at = 0
    while at < len(octets):
        start, at = ber.expect(octets, at, len(octets), ber.SEQUENCE)
        number, start = ber.read_integer(octets, start, at)
        yield number, octets[start:at]
