# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.model.order import SortKey, is_before, sortable


def test_keys_are_compared_one_after_another():
    by = (SortKey("sn"), SortKey("cn", is_reversed=True))
    assert is_before(("a", "x"), ("b", "x"), by) is True
    assert is_before(("a", "x"), ("a", "y"), by) is False
    assert is_before((None, "x"), ("b", "x"), by) is False
    assert is_before(("a", None), ("a", "x"), by) is True
    assert is_before(("a", "x"), ("a", "x"), by) is None
    assert is_before(("a",), ("a", "x"), by) is None


def test_dns_octets_and_classes_have_no_order():
    assert [name for name in ("manager", "jpegPhoto", "objectClass", "memberOf", "nonsense") if sortable(name)] == []
    found = sortable("SURNAME")
    assert found is not None
    assert found.key == "sn"
