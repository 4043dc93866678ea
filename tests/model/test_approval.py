# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.errors import BadInput
from dirserver.model.approval import Approver


@pytest.mark.parametrize("text", ["manager", "stewards", "group:hr", "account:dov"])
def test_an_approver_is_written_as_it_is_read(text: str) -> None:
    assert str(Approver.parse(text)) == text


@pytest.mark.parametrize("text", ["", "boss", "group:", "account", "manager:x"])
def test_who_is_nobody_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        Approver.parse(text)
