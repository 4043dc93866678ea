# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings of metrics: see ``config.settings`` for the rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from dirserver.config.about import About
from dirserver.config.values import Address, MaybeAddress, Network

_NOWHERE = MaybeAddress("")


@dataclass(frozen=True, slots=True)
class MetricsSettings:
    """Numbers for Prometheus and what understands its format, at /metrics of an address of their own.

    They tell how the server does and nothing of anybody in it: no names, no logins, no addresses.
    """

    listen: Annotated[
        MaybeAddress,
        About(
            "Where dirserver serve and dirserver serve http tell them. Another address than loopback takes allow_from too. Empty: nowhere.",
            example="127.0.0.1:9464",
        ),
    ] = _NOWHERE
    ldap_listen: Annotated[
        MaybeAddress,
        About(
            "Where dirserver serve ldap tells them, which may run beside dirserver serve http. Empty: nowhere.", example="127.0.0.1:9465"
        ),
    ] = _NOWHERE
    allow_from: Annotated[
        tuple[Network, ...],
        About('Machines that may ask besides this one, as in ["10.0.0.5"]; connections of others are closed unheard.'),
    ] = ()

    @property
    def needs_allowing(self) -> tuple[str, ...]:
        """Which of the addresses other machines could reach, where none of them may ask."""
        given = {"listen": self.listen, "ldap_listen": self.ldap_listen}
        return tuple(name for name, text in given.items() if text and not self.allow_from and not Address.parse(text).is_loopback)
