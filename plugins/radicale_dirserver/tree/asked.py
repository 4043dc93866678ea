# SPDX-License-Identifier: GPL-3.0-or-later
"""A question with everything that its answer is made from, apart from the transaction."""

from __future__ import annotations

from typing import NamedTuple

from dirserver.directory.directory import Directory
from dirserver.identity.identity import Identity
from dirserver.model.principal import Principal
from dirserver.push.subscribing import Subscriptions
from radicale_dirserver.tree.held import HeldAnswers
from radicale_dirserver.tree.places import Place
from radicale_dirserver.wire.request import Request


class Asked(NamedTuple):
    """Who asks what about which place. ``held`` is what was answered before; ``push`` is None where devices are told of nothing."""

    request: Request
    place: Place
    principal: Principal
    directory: Directory
    identity: Identity
    held: HeldAnswers
    push: Subscriptions | None = None

    def url(self, path: str) -> str:
        """Return the absolute, decoded path of a place."""
        return self.request.mount + path
