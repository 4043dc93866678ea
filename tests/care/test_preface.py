# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dirserver.care.preface import Prefaces
from dirserver.model.entry import State
from dirserver.model.zone import Zone

AT = datetime(2026, 11, 28, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "tag, said",
    [
        ("en", "as of November 28, 2026"),
        ("es-MX", "a 28 de noviembre de 2026"),
        ("pl", "stan na 28 listopada 2026"),
        ("pt-BR", "em 28 de novembro de 2026"),
        ("eo", "je 2026-Novembro-28"),
        ("xx", "as of November 28, 2026"),
    ],
)
def test_the_page_speaks_the_language_of_its_reader_and_writes_days_so(tag: str, said: str) -> None:
    page = Prefaces(Zone()).write(tag, AT, State.ACTIVE, ["entry.json", "photos/1.jpeg"])
    assert said in page
    assert max(map(len, page.splitlines())) <= 100


def test_only_what_is_there_is_explained_and_what_became_of_the_entry() -> None:
    page = Prefaces(Zone()).write("en", AT, State.TRASHED, ["account.json", "photos/1.jpeg"])
    assert "in the trash" in page
    assert ("account.json" in page, "photos/" in page, "entry.vcf" in page) == (True, True, False)
    assert "Your entry" not in Prefaces(Zone()).write("en", AT, None, [])
