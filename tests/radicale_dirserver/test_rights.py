# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from radicale_dirserver.configuration import radicale_configuration
from radicale_dirserver.current import bound
from radicale_dirserver.rights import Rights
from tests.cast import principal, uuid_of
from tests.parts import CoreParts


@pytest.mark.parametrize(
    "login, path, letters",
    [
        ("ada", "/", "R"),
        ("ada", "/ada/", "Rl"),
        ("ada", "/ada/contacts/", "rlw"),
        ("ada", "/ada/contacts/new.vcf", "rlw"),
        ("ada", "/ada/people/", "rl"),
        ("ada", f"/ada/people/{uuid_of('dov')}.vcf", "rl"),
        ("chika", "/chika/people/", "rlw"),
        ("ada", "/ada/none/", ""),
        ("ada", "/ada/directory/", ""),
        ("ada", "/bruno/", ""),
        ("ada", "/bruno/contacts/", ""),
        ("esme", "/esme/clients/", ""),
        ("ada", "/a/b/c/d", ""),
    ],
)
def test_levels_are_said_in_radicales_letters(core: CoreParts, login: str, path: str, letters: str):
    rights = Rights(radicale_configuration(core.directory, core.identity), core.directory)
    with bound(principal(core.identity, login)):
        assert rights.authorization(login, set(), path) == letters


def test_nobody_has_none_and_nobody_has_anothers(core: CoreParts):
    rights = Rights(radicale_configuration(core.directory, core.identity), core.directory)
    with bound(principal(core.identity, "ada")):
        assert rights.authorization("", set(), "/") == ""
        assert rights.authorization("bruno", set(), "/bruno/") == ""
