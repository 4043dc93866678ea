# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.ldap.kept.shape import Shape
from dirserver.ldap.wire.ber import element
from dirserver.ldap.wire.message import Scope, SearchRequest

HEAD, TAIL = b"before", b"behind"


@pytest.fixture
def shape() -> Shape:
    return Shape(HEAD, TAIL, SearchRequest("", Scope.SUBTREE, None), 1, None)  # type: ignore[arg-type]


def test_what_stands_between_is_the_filter_however_the_length_is_written(shape: Shape) -> None:
    for wanted in (b"x", b"x" * 200, b"x" * 800):
        assert shape.filter_of(element(b"\x63", HEAD + wanted + TAIL)) == wanted
    contents = HEAD + b"x" + TAIL
    assert shape.filter_of(b"\x63\x84" + len(contents).to_bytes(4, "big") + contents) == b"x"


def test_anything_else_is_no_search_of_this_shape(shape: Shape) -> None:
    whole = element(b"\x63", HEAD + b"x" + TAIL)
    for other in (whole + b"\xa0\x00", whole[:-1], element(b"\x63", b"Before" + b"x" + TAIL), element(b"\x63", HEAD + b"x" + b"Behind")):
        assert shape.filter_of(other) is None


def test_another_plan_forgets_what_could_be_answered(shape: Shape) -> None:
    shape.exact[b"mail"] = "mail"
    shape.follow(None)  # type: ignore[arg-type]
    assert shape.exact == {}
