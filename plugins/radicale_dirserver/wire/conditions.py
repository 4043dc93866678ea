# SPDX-License-Identifier: GPL-3.0-or-later
"""If-Match and If-None-Match (RFC 9110 section 13.1)."""

from __future__ import annotations

import re
from typing import NamedTuple

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
