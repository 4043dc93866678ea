# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.identity.account import Scope
from dirserver.model.principal import Door


def test_each_scope_opens_its_doors_and_none_the_pages() -> None:
    opened = {scope: {door for door in Door if scope.opens(door)} for scope in Scope}
    assert opened == {Scope.DAV: {Door.DAV}, Scope.LDAP: {Door.LDAP}, Scope.ALL: {Door.DAV, Door.LDAP}}
