# SPDX-License-Identifier: GPL-3.0-or-later
"""If-Match, If-None-Match and If-Unmodified-Since (RFC 9110 section 13.1).

If-Modified-Since is not looked at: what somebody may see of a card changes without a new date.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import NamedTuple

from dirserver.errors import Stale
from dirserver.model.names import ETag

_TAG = re.compile(r'\s*(?:W/)?"([^"]*)"\s*|\s*([^\s",]+)\s*')


class Tags(NamedTuple):
    """The tags of one header; ``is_any`` stands for "*"."""

    tags: tuple[ETag, ...] = ()
    is_any: bool = False

    def __bool__(self) -> bool:
        return self.is_any or bool(self.tags)

    def covers(self, etag: ETag | None) -> bool:
        """Tell whether the current representation (None: there is none) is among them."""
        return etag is not None and (self.is_any or etag in self.tags)


_NONE = Tags()
_NOBODYS = ETag("")


def read_tags(text: str) -> Tags:
    """Read a header's list of tags.

    We give out strong tags only. One that comes back weak went through a proxy that compresses, and is taken for what it was;
    one without quotes comes from a client that doesn't know better. A header in which there is no tag is a condition all the same,
    one that nothing meets: the opposite would be to write over what the client wanted to spare.
    """
    if not text:
        return _NONE
    if text.strip() == "*":
        return Tags(is_any=True)
    tags = tuple(ETag(quoted or bare) for quoted, bare in (found.groups() for found in _TAG.finditer(text)) if quoted or bare)
    return Tags(tags or (_NOBODYS,))


def require_unchanged(if_match: str, unmodified_since: str, etags: Iterable[ETag], modified_at: int) -> None:
    """Raise Stale unless what is there meets If-Match, or without that If-Unmodified-Since (RFC 9110 section 13.2.2).

    ``etags`` are those by which it may be known; ``modified_at`` in seconds since 1970.
    """
    if if_match:
        wanted = read_tags(if_match)
        if not any(wanted.covers(each) for each in etags):
            raise Stale("The entry is not the one that you have any more.")
        return
    since = read_date(unmodified_since)
    if since is not None and modified_at > since:
        raise Stale("The entry has changed since then.")


def require_other(if_none_match: str, etag: ETag) -> None:
    """Raise Stale where what is there is what If-None-Match says that it must not be."""
    if read_tags(if_none_match).covers(etag):
        raise Stale("The entry is the one that you said it must not be.")


@lru_cache(maxsize=256)
def read_date(text: str) -> int | None:
    """Read an HTTP-date (section 5.6.7) as seconds since 1970; None for what is none, which is no condition."""
    if not text:
        return None
    try:
        found = parsedate_to_datetime(text)
        # The oldest of the three spellings has no zone.
        return int((found if found.tzinfo is not None else found.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError):
        return None
