# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.card.faults import text_fault
from dirserver.model.attribute import find


@pytest.mark.parametrize(
    "name, good, bad",
    [
        ("mail", "ada@example.com", "ada@@example.com"),
        ("mobile", "+34 600 111 222", "call reception"),
        ("birthDate", "1985-04-12", "last spring"),
        ("labeledURI", "https://example.com", "javascript:alert(1)"),
        ("title", "Lead", "Le\x01ad"),
    ],
)
def test_a_fault_is_told_with_what_to_do(name, good, bad):
    attribute = find(name)
    assert text_fault(attribute, good) is None
    reason, remedy = text_fault(attribute, bad)
    assert reason
    assert remedy
