# SPDX-License-Identifier: GPL-3.0-or-later
"""Steps over a company that a test may change."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dirserver.directory.writing import Writing
from dirserver.ldap.mirror.requests import PersistentSearch, SyncRequest
from dirserver.ldap.mirror.synchronization import Synchronization
from dirserver.ldap.mirror.watch import Watch
from dirserver.ldap.session import Site
from dirserver.ldap.wire.message import SearchRequest
from dirserver.model.principal import Principal
from tests.ldap.conftest import Asker


class Office:
    """A site, those who ask in it, and the operator who changes it."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.asker = Asker(site)

    def sync(self, who: str | None, request: SearchRequest, cookie: bytes | None = None, *, stays: bool = False) -> Synchronization:
        return Synchronization(self.site, self.asker.session(who), request, SyncRequest(cookie, stays))

    def watch(self, who: str, request: SearchRequest, types: int = 15, *, changes_only: bool = True) -> Watch:
        return Watch(self.site, self.asker.session(who), request, PersistentSearch(types, changes_only, wants_notices=True))

    def change(self, deed: Callable[[Writing], object]) -> None:
        with self.site.directory.writing(Principal.system()) as writing:
            deed(writing)


@pytest.fixture
def office(own_site: Site) -> Office:
    return Office(own_site)
