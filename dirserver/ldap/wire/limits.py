# SPDX-License-Identifier: GPL-3.0-or-later
"""How much of a message the decoder takes before it refuses."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WireLimits:
    """Limits of single messages.

    ``filter_depth`` is kept small because later rooms walk filters recursively, and below what the directory takes: there, what
    stands innermost is a level too, and so is the "or" that some names stand for.
    """

    octets_before_bind: int = 64 * 1024
    octets_after_bind: int = 4 * 1024 * 1024
    filter_depth: int = 48
    filter_nodes: int = 256
    attributes: int = 128
    values: int = 4096
    controls: int = 16


DEFAULT = WireLimits()
