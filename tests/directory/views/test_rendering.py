# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.directory.views.rendering import Cards, Rendering
from dirserver.model.names import ETag, Href


def test_renderings_by_column_are_the_same_renderings() -> None:
    shown = [Rendering(Href(name), ETag(name + "+"), name.encode(), 7, ETag(name)) for name in ("a", "b")]
    cards = Cards.of(shown)
    assert (cards.hrefs, cards.bodies, cards.listed) == (("a", "b"), (b"a", b"b"), ("a", "b"))
    assert list(map(Rendering, *cards)) == shown
    assert list(map(Rendering, *Cards.of([]))) == []
