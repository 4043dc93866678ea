# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.store.entries import renderings
from dirserver.store.entries.renderings import Rendered
from tests.cast import Company
from tests.parts import CoreParts


def of(number: int, view: str = "v", format_: str = "3.0", etag: str = "e") -> Rendered:
    return Rendered(number, view, format_, etag, f"body {number} {view} {format_} {etag}".encode())


def test_a_rendering_is_kept_by_entry_view_and_format(parts: CoreParts, company: Company) -> None:
    with parts.store.writing() as tx:
        renderings.keep(tx, [of(1), of(2), of(1, view="w"), of(1, format_="4.0")])
        assert renderings.fetch(tx, "v", "3.0", [1, 2, 3]) == {1: of(1), 2: of(2)}
        assert renderings.fetch(tx, "w", "3.0", [1, 2]) == {1: of(1, view="w")}
        assert renderings.fetch(tx, "v", "4.0", []) == {}


def test_a_newer_one_takes_its_place_also_within_one_keeping(parts: CoreParts, company: Company) -> None:
    with parts.store.writing() as tx:
        renderings.keep(tx, [of(1, etag="a")])
        renderings.keep(tx, [of(1, etag="b"), of(1, etag="c")])
        assert renderings.fetch(tx, "v", "3.0", [1]) == {1: of(1, etag="c")}


def test_forgetting_drops_every_view_and_format_of_an_entry(parts: CoreParts, company: Company) -> None:
    with parts.store.writing() as tx:
        renderings.keep(tx, [of(1), of(1, view="w"), of(2)])
        renderings.forget(tx, [1])
        assert renderings.fetch(tx, "v", "3.0", [1, 2]) == {2: of(2)}
        assert renderings.fetch(tx, "w", "3.0", [1]) == {}


def test_many_at_once(parts: CoreParts, company: Company) -> None:
    kept = [of(1 + number % 8, view=f"v{number // 8}") for number in range(1000)]
    with parts.store.writing() as tx:
        renderings.keep(tx, kept)
        renderings.keep(tx, kept)
        assert sum(len(renderings.fetch(tx, f"v{number}", "3.0", list(range(9)))) for number in range(125)) == 1000
