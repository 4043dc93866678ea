# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody with an authenticator app, on the core's parts."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from dirserver.identity import totp
from dirserver.identity.second_factor import SecondFactor
from dirserver.identity.second_step import SecondStep
from dirserver.identity.vault import Vault
from tests.parts import KEY, CoreParts

DOMAIN = "example.com"


@dataclass(frozen=True)
class Factors:
    """Second factors over the parts; ``other`` is a second step of another process."""

    parts: CoreParts
    factor: SecondFactor
    step: SecondStep
    other: SecondStep

    def begin(self, login: str) -> bytes:
        """Begin to set an app up; the seed as the app knows it."""
        self.factor.begin(login)
        pending = self.factor.pending(login, issuer=DOMAIN)
        assert pending is not None
        return seed_of(pending.key)

    def enrol(self, login: str, session: str = "") -> tuple[bytes, tuple[str, ...]]:
        """Set an app up; its seed and the recovery codes. The code is used up: the clock goes on to the next."""
        seed = self.begin(login)
        codes = self.factor.confirm(login, self.code(seed), session=session)
        self.parts.clock.pass_s(30)
        return seed, codes

    def code(self, seed: bytes) -> str:
        """What the app shows now."""
        return totp.code_at(seed, self.parts.clock())


def seed_of(key: str) -> bytes:
    """The seed, as an app reads it from what is typed."""
    return base64.b32decode(key.replace(" ", ""))


def factors_of(parts: CoreParts) -> Factors:
    """Second factors over the parts of a test."""
    sessions = parts.identity.sessions
    factor = SecondFactor(parts.store, KEY, Vault(KEY), sessions, clock=parts.clock)
    steps = [SecondStep(parts.store, KEY, factor, sessions, parts.identity.throttle, clock=parts.clock) for _ in range(2)]
    return Factors(parts, factor, *steps)
