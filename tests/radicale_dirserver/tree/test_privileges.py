# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.model.book import Level
from dirserver.model.grant import Grant, Subject
from dirserver.model.names import Slug
from dirserver.model.principal import Principal
from radicale_dirserver.tree.privileges import book_privileges, entry_privileges, may_rename
from tests.parts import CoreParts


@pytest.mark.parametrize(
    "level, privileges",
    [
        (Level.VIEW, {"read"}),
        (Level.EDIT, {"read", "write-content", "bind"}),
        (Level.DELETE, {"read", "write-content", "bind", "unbind", "write"}),
        (Level.MANAGE, {"read", "write-content", "bind", "unbind", "write"}),
        (Level.OWN, {"read", "write-content", "bind", "unbind", "write", "write-properties"}),
    ],
)
def test_each_level_has_its_privileges(core: CoreParts, ada: Principal, level: Level, privileges: set[str]):
    with core.directory.writing(Principal.system()) as writing:
        writing.grant(Grant(Slug("clients"), Subject.parse("account:ada"), level, ("*",), ("*",)))
    with core.directory.reading(ada) as reading:
        view = reading.book("clients")
    found = {name.removeprefix("{DAV:}") for name in book_privileges(view)}
    assert found - {"read-current-user-privilege-set", "read-acl"} == privileges
    assert may_rename(view) is (level is Level.OWN)


def test_an_entry_may_be_written_from_edit_on():
    assert "{DAV:}write-content" not in entry_privileges(Level.VIEW)
    assert "{DAV:}write-content" in entry_privileges(Level.EDIT)
