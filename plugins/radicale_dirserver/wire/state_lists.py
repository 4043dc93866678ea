# SPDX-License-Identifier: GPL-3.0-or-later
"""WebDAV's If header (RFC 4918 section 10.4), as far as it speaks of ETags. Nothing is locked here, so no state token is anybody's."""

from __future__ import annotations

import re
from functools import lru_cache
from http import HTTPStatus
from typing import NamedTuple

from dirserver.errors import Stale
from dirserver.model.names import ETag
from radicale_dirserver.wire.errors import Refused
from radicale_dirserver.wire.queries import decoded_path

_TOKEN = re.compile(r'\s*(?:<(?P<uri>[^<>]*)>|\[\s*(?:W/)?"(?P<etag>[^"]*)"\s*\]|(?P<word>[()]|Not(?=[\s<\[])))', re.IGNORECASE)


class Condition(NamedTuple):
    """One condition: an ETag that the resource has, or not; None stands for a state token, which none has."""

    etag: ETag | None
    is_negated: bool


class StateList(NamedTuple):
    """Conditions that must hold together, on the resource at ``path``, or, where that is empty, on the one that is asked."""

    path: str
    conditions: tuple[Condition, ...]


def require_state(text: str, path: str, etag: ETag | None) -> None:
    """Raise Stale unless one of the lists holds for what is at ``path`` (None: nothing), Refused for what is no such header.

    Of other resources no list holds that wants something of them: who names one is refused rather than believed.
    """
    for each in read_state_lists(text):
        current = etag if each.path in {"", path} else None
        if all((one.etag is not None and one.etag == current) is not one.is_negated for one in each.conditions):
            return
    raise Stale("Not one of the states that you named is that of the entry now.")


@lru_cache(maxsize=64)
def read_state_lists(text: str) -> tuple[StateList, ...]:
    """Read the header; there is one list at least. Raises Refused (400)."""
    lists: list[StateList] = []
    path, at, is_negated = "", 0, False
    conditions: list[Condition] | None = None
    text = text.strip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise _unread()
        at = found.end()
        uri, etag, word = found["uri"], found["etag"], found["word"]
        if conditions is None:
            if uri is not None:
                path = decoded_path(uri)
            elif word == "(":
                conditions = []
            else:
                raise _unread()
        elif word == ")" and conditions and not is_negated:
            lists.append(StateList(path, tuple(conditions)))
            conditions = None
        elif word is None:
            conditions.append(Condition(ETag(etag) if etag is not None else None, is_negated))
            is_negated = False
        elif word.lower() == "not" and not is_negated:
            is_negated = True
        else:
            raise _unread()
    if conditions is not None or not lists:
        raise _unread()
    return tuple(lists)


def _unread() -> Refused:
    return Refused(HTTPStatus.BAD_REQUEST, "The If header is not as RFC 4918 section 10.4 has it.")
