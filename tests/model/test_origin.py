# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import contextvars

from dirserver.model.origin import Origin, come_from, current_origin
from dirserver.model.principal import Principal


def test_the_origin_is_what_was_said_last_in_this_context() -> None:
    come_from(Principal.system(), "192.0.2.1")
    assert current_origin() == Origin(Principal.system(), "192.0.2.1")
    assert contextvars.Context().run(current_origin) == Origin()
