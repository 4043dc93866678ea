# SPDX-License-Identifier: GPL-3.0-or-later
"""CVE-2021-46823 (python-ldap): a pattern that takes exponential time for what strangers send. None of ours can be one of those."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from re import _constants as signs  # type: ignore[attr-defined]  # what the compiler itself calls its signs
from re import _parser as parser  # type: ignore[attr-defined]

import dirserver
import radicale_dirserver

REPEATS = (signs.MAX_REPEAT, signs.MIN_REPEAT)
LOOKED_AT = {
    "dirserver.card.faults._PLAIN_MAIL": "dots, which no part holds, stand between the parts",
    "dirserver.config.lines._HEADER": "the same, in the operator's own file",
    "dirserver.config.lines._PAIR": "the same",
    "dirserver.config.lines._INLINE": "the same",
    "dirserver.model.dn._TYPE": "dots stand between the numbers",
    "radicale_dirserver.tree.rows._LINE": "each line ends with what no line holds",
}
"""Patterns that repeat what repeats, and why there is only one way to match them all the same."""


def patterns() -> Iterator[tuple[str, str]]:
    """Every pattern that a module of ours holds, with where it is."""
    for package in (dirserver, radicale_dirserver):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations" not in found.name and not found.name.endswith("__main__"):
                for name, value in vars(importlib.import_module(found.name)).items():
                    if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                        yield f"{found.name}.{name}", value.pattern


def repeats_in_repeats(tree: object, *, is_inside: bool = False) -> bool:
    """Tell whether something repeats without end within something that does."""
    if not isinstance(tree, (list, tuple, parser.SubPattern)):
        return False
    items = list(tree)
    if len(items) == 2 and any(items[0] is each for each in REPEATS):
        is_endless = items[1][1] is signs.MAXREPEAT
        return (is_endless and is_inside) or repeats_in_repeats(items[1][2], is_inside=is_inside or is_endless)
    return any(repeats_in_repeats(item, is_inside=is_inside) for item in items)


def test_cve_2021_46823_no_pattern_repeats_without_end_what_repeats_without_end() -> None:
    assert repeats_in_repeats(parser.parse("x(a+b?)+$"))
    found = dict(patterns())
    assert len(found) > 40
    assert {where for where, pattern in found.items() if repeats_in_repeats(parser.parse(pattern))} == set(LOOKED_AT)
