# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the work in hand comes from: the address, and who is signed in. Doors say it once per request, the audit trail reads it.

Nothing is allowed or refused by it: that is decided by the principal alone, who is passed along. A thread serves one request
after the other, so each door says it anew with each.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from typing import NamedTuple

from dirserver.model.principal import Principal


class Origin(NamedTuple):
    """Who asks from where; ``principal`` is None before somebody has signed in."""

    principal: Principal | None = None
    address: str = ""


@dataclass(frozen=True, slots=True)
class Browser:
    """Through which browser somebody comes to the pages: what it calls itself, and the random word that it was given to know it again."""

    agent: str = ""
    word: str = ""


_NO_BROWSER = Browser()
_browser: ContextVar[Browser] = ContextVar("dirserver_browser", default=_NO_BROWSER)
_NOWHERE = Origin()
_current: ContextVar[Origin] = ContextVar("dirserver_origin", default=_NOWHERE)


def come_from(principal: Principal | None, address: str) -> None:
    """Say where the work that follows in this thread comes from."""
    _current.set(Origin(principal, address))


def current_origin() -> Origin:
    """Return what was said last; nobody and nowhere if nothing was."""
    return _current.get()


def come_through(browser: Browser) -> None:
    """Say by which browser the work that follows in this thread comes."""
    _browser.set(browser)


def current_browser() -> Browser:
    """Return what was said last; an unknown one if nothing was."""
    return _browser.get()
