# SPDX-License-Identifier: GPL-3.0-or-later
"""The menu of the account: where somebody may go. What an area offers stands in its ``PLACES``; ``app.py`` puts them in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Flask, g

from dirserver.web.shell.session import current_session


def everybody() -> bool:
    """Offer a place to whoever is signed in."""
    return True


def persons() -> bool:
    """Offer a place to accounts that have an entry among the people."""
    session = current_session()
    return session is not None and session.account.entry_uuid is not None


def administrators() -> bool:
    """Offer a place to administrators."""
    session = current_session()
    return session is not None and session.account.is_admin


def deciders() -> bool:
    """Offer a place to those who may have to approve something."""
    return bool(g.get("is_decider"))


@dataclass(frozen=True, slots=True)
class Place:
    """A line of the menu: a marked label, the endpoint that it leads to, an icon of ``parts.html``, and who is offered it.

    Not offering is no access rule: the page behind still asks the directory who may.
    """

    label: str
    endpoint: str
    icon: str
    is_for: Callable[[], bool] = everybody
    counts: str = ""
    """The name in ``flask.g`` of how much there is to see, where that is counted."""


def install(app: Flask, places: Sequence[Place]) -> None:
    """Give the templates ``places()``: what the menu offers to who asks, in order."""
    app.add_template_global(lambda: tuple(place for place in places if place.is_for()), "places")
