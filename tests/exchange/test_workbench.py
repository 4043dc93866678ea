# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import io
from pathlib import Path

import pytest

from dirserver.errors import BadInput, NotFound
from dirserver.exchange.mapping import ColumnMapping
from dirserver.exchange.workbench import Upload, Workbench
from tests.cast import Company
from tests.companies import company, copied_url, parts, prepared
from tests.parts import CoreParts

__all__ = ["company", "copied_url", "parts", "prepared"]


def closed(found: Upload) -> Upload:
    assert not isinstance(found.source.place, Path)
    found.close()
    assert found.source.place.closed
    return found


def test_a_file_waits_for_its_account_alone_and_not_for_ever(parts: CoreParts, company: Company) -> None:
    bench = Workbench(parts.store, clock=parts.clock)
    ada, bruno = company.ada.account_id or 0, company.bruno.account_id or 0
    content = bytes(range(256)) * 9000
    upload_id = bench.keep(ada, "clients", "list.csv", io.BytesIO(content))
    found = bench.upload(ada, upload_id)
    assert (found.slug, found.source.name, found.source.size) == ("clients", "list.csv", len(content))
    with found.source.open() as stream:
        assert stream.buffered().read() == content
    closed(found)
    with pytest.raises(NotFound):
        bench.upload(bruno, upload_id)
    bench.drop(bruno, upload_id)
    assert closed(bench.upload(ada, upload_id)).id == upload_id
    for _ in range(3):
        parts.clock.pass_s(1)
        last = bench.keep(ada, "clients", "other.csv", io.BytesIO(b"x"))
    with pytest.raises(NotFound):
        bench.upload(ada, upload_id)
    parts.clock.pass_s(25 * 3600)
    with pytest.raises(NotFound):
        bench.upload(ada, last)
    with pytest.raises(BadInput):
        bench.keep(ada, "clients", "empty.csv", io.BytesIO(b""))


def test_columns_are_kept_under_a_name(parts: CoreParts, company: Company) -> None:
    bench = Workbench(parts.store, clock=parts.clock)
    ada, bruno = company.ada.account_id or 0, company.bruno.account_id or 0
    bench.keep_mapping(ada, " Our  list ", ColumnMapping(columns={"Foo": "sn", "Bar": ""}))
    bench.keep_mapping(ada, "Our list", ColumnMapping(columns={"Foo": "cn"}, clears=True))
    assert dict(bench.mappings(ada)) == {"Our list": ColumnMapping(columns={"Foo": "cn"}, clears=True)}
    assert dict(bench.mappings(bruno)) == {}
    with pytest.raises(BadInput):
        bench.keep_mapping(ada, " ", ColumnMapping())
    bench.drop_mapping(ada, "Our list")
    assert dict(bench.mappings(ada)) == {}
