# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.store.uploads import uploads
from dirserver.store.uploads.uploads import UploadRow
from tests.cast import Company
from tests.companies import company, copied_url, parts, prepared
from tests.parts import CoreParts

__all__ = ["company", "copied_url", "parts", "prepared"]


def test_a_file_comes_back_in_its_order_and_goes_with_all_its_pieces(parts: CoreParts, company: Company) -> None:
    ada, bruno = company.ada.account_id or 0, company.bruno.account_id or 0
    row = UploadRow("one", ada, "clients", "list.csv", 10)
    with parts.store.writing() as tx:
        uploads.add(tx, row, iter([b"a" * 10, b"b", b""]))
        uploads.add(tx, UploadRow("two", ada, "clients", "x", 20), iter([b"x"]))
    with parts.store.reading() as tx:
        assert uploads.fetch(tx, "one", ada) == row
        assert uploads.fetch(tx, "one", bruno) is None
        assert b"".join(uploads.parts(tx, "one")) == b"a" * 10 + b"b"
        assert [each.id for each in uploads.of_account(tx, ada)] == ["two", "one"]
        assert [each.id for each in uploads.before(tx, 20)] == ["one"]
    with parts.store.writing() as tx:
        uploads.drop(tx, "one")
    with parts.store.reading() as tx:
        assert (uploads.fetch(tx, "one", ada), list(uploads.parts(tx, "one"))) == (None, [])
