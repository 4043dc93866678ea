# SPDX-License-Identifier: GPL-3.0-or-later
"""Forgotten passwords: whoever says so is told the same, after the same work, whether there is such an account or not.

What was typed is one row, whoever it names; the process that delivers mail looks at it afterwards, and sends a link to those who are
there (``Links.send_reset``). How often somebody may ask is counted by what was typed and by where it comes from: that doesn't tell either.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from dirserver.errors import BadInput, Throttled
from dirserver.identity.keys import keyed_hash
from dirserver.identity.links import Links
from dirserver.identity.throttle import network_of
from dirserver.model.fold import fold
from dirserver.model.origin import come_from
from dirserver.store.accounts import accounts, forgotten
from dirserver.store.accounts.forgotten import Said
from dirserver.store.engine.opening import Store

_HOUR_S = 3600
_US = 1_000_000
_PER_NAME, _PER_NETWORK, _IN_ALL = 5, 20, 2_000
_LONGEST = 320


class Forgotten:
    """Requests over one store. Safe for threads. ``key`` is the installation's secret, ``clock`` gives microseconds since 1970."""

    def __init__(self, store: Store, key: bytes, links: Links, *, clock: Callable[[], int]) -> None:
        self._store = store
        self._key = key
        self._links = links
        self._clock = clock

    def say(self, login: str, *, address: str, language: str) -> None:
        """Note that the password of this login or mail address is forgotten. BadInput for no name at all, Throttled after too many."""
        typed = login.strip()[:_LONGEST].replace("\0", "").encode("utf-8", "replace").decode()
        if not typed:
            raise BadInput("type your name or your mail address")
        key, network, now = keyed_hash(self._key, "forgotten", fold(typed)), network_of(address), self._clock()
        with self._store.writing() as tx:
            for count, most in zip(
                forgotten.counts(tx, key, network, now - _HOUR_S * _US), (_PER_NAME, _PER_NETWORK, _IN_ALL), strict=True
            ):
                if count >= most:
                    raise Throttled("too many messages were asked for; wait before you try again", _HOUR_S)
            forgotten.add(tx, Said(key, typed, address, network, language, now))

    def answer(self) -> int:
        """Send links to those who are there, and return how many requests there were."""
        with self._store.reading() as tx:
            is_waiting = forgotten.is_waiting(tx)
        count = 0
        while is_waiting:
            with self._store.writing() as tx:
                said = forgotten.take(tx)
                if said is None:
                    forgotten.drop_old(tx, self._clock() - _HOUR_S * _US)
                    break
                found = accounts.by_login_or_mail(tx, fold(said.typed))
                row = accounts.lock(tx, found.id) if found is not None else None
                if row is not None:
                    come_from(None, said.address)
                    self._links.send_reset(tx, replace(row, language=row.language or said.language), said.address)
            count += 1
        return count
