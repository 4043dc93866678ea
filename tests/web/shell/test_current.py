# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from flask import Flask

from dirserver.web.shell.current import reading, writing
from dirserver.web.shell.session import SignInNeeded


@pytest.mark.parametrize("opening", [reading, writing])
def test_nothing_is_read_or_written_as_nobody(app: Flask, opening):
    with app.test_request_context("/"), pytest.raises(SignInNeeded), opening():
        pytest.fail("opened for nobody")
