# SPDX-License-Identifier: GPL-3.0-or-later

import pytest

from dirserver.model.principal import Door, Principal
from dirserver.web.app import make_app
from dirserver.web.books.subjects import meant
from dirserver.wiring import Parts


@pytest.mark.parametrize(
    "typed, logins",
    [("ada", ["ada"]), ("Łukasińska", ["ada"]), ("lukas", ["ada"]), ("printer", ["printer"]), ("finn", []), (" ", []), ("xyzzy", [])],
)
def test_somebody_is_meant_by_login_or_by_a_name_that_fits(parts: Parts, typed: str, logins: list[str]):
    ada = parts.identity.account("ada")
    with make_app(parts).test_request_context(), parts.directory.reading(Principal(Door.WEB, ada.id, ada.login)) as reading:
        assert [one.login for one in meant(reading, typed)] == logins
