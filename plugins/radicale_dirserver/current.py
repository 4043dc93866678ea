# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose request this thread works on, for Radicale's plugins, which are told a name only.

Rules of this file: it holds the door's only context variables. Radicale makes each plugin twice and shares them between
threads, so nothing about a request may lie on a plugin; and a thread serves one person after the other, so a principal
counts only while the name that Radicale passes is still theirs.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from dirserver.model.principal import Principal

_principal: ContextVar[Principal | None] = ContextVar("radicale_dirserver_principal", default=None)
# Set by our application alone, around one call: never what an earlier request left in the thread.
_vouched: ContextVar[Principal | None] = ContextVar("radicale_dirserver_vouched", default=None)


@contextmanager
def bound(principal: Principal | None) -> Iterator[None]:
    """Let this principal (or nobody) be the one whose request is worked on."""
    token = _principal.set(principal)
    try:
        yield
    finally:
        _principal.reset(token)


@contextmanager
def signed_in(principal: Principal | None) -> Iterator[None]:
    """Let Radicale work on a request whose sender our application has signed in (or, with None, on one that nobody signed)."""
    token = _vouched.set(principal)
    try:
        with bound(principal):
            yield
    finally:
        _vouched.reset(token)


def vouched() -> Principal | None:
    """Return who was signed in by our own application; None where Radicale has to look at the password itself."""
    return _vouched.get()


def remember(principal: Principal) -> None:
    """Let this principal be current until the next one is: for Radicale's own application, which says when a request begins only."""
    _principal.set(principal)


def principal_asking() -> Principal | None:
    """Return whose lock of Radicale's storage this thread holds; without a lock whoever signed in last."""
    return _principal.get()


def principal_named(login: str) -> Principal | None:
    """Return the current principal if it is the one of that name, else None."""
    principal = _principal.get()
    return principal if principal is not None and login and principal.login == login else None
