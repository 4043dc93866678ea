# SPDX-License-Identifier: GPL-3.0-or-later
"""The body of a multiget, parted into what is the same each time and the paths, so that XML is read once for all of a client's.

A phone fetches its cards ten at a time, by bodies that differ in the paths alone. Where paths are elements that stand one behind
the other, spelt alike, with nothing in them that means anything to XML, the same body with one path of ours in their place says
what it all means: if it asks for that one path, then many such elements ask for as many paths. Everything else is read as XML.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from radicale_dirserver.wire.queries import decoded_path
from radicale_dirserver.wire.xml_body import USUAL_BYTES

MOST_PATHS = 10_000
"""Elements of a document are counted; for more paths that is left to the parser."""

_PLAIN = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~/%-"
_OPENING = re.compile(rb"<((?:[A-Za-z][A-Za-z0-9]*:)?href)(?:\s[^<>]*)?>")
_GAP = re.compile(rb"[ \t\r\n]*")
# Every octet that paths may be made of: whatever the encoding says, what comes back unchanged means itself.
_SAMPLE = b"/" + _PLAIN.replace(b"%", b"%41")

SAMPLE_PATH = decoded_path(_SAMPLE.decode())
"""The path that a ``Frame`` asks for when it is put together as it is."""


class Frame(NamedTuple):
    """What stands around the paths of a multiget: before the first one, their opening and closing tags, and after the last one."""

    before: bytes
    opening: bytes
    closing: bytes
    after: bytes

    @property
    def sample(self) -> bytes:
        """A body that asks for ``SAMPLE_PATH`` alone."""
        return b"".join((self.before, self.opening, _SAMPLE, self.closing, self.after))


class Parted(NamedTuple):
    """A body in its frame. ``paths`` are decoded; they count only where the sample of the frame asks for ``SAMPLE_PATH``."""

    frame: Frame
    paths: tuple[str, ...]


def part(body: bytes) -> Parted | None:
    """Part a body; None where it isn't made so plainly."""
    first = _OPENING.search(body, 0, USUAL_BYTES)
    if first is None:
        return None
    closing = b"</" + first[1] + b">"
    end, one = body.rfind(closing), body.find(closing, first.end())
    if one < 0 or first.start() + len(body) - end > USUAL_BYTES:
        return None
    opening, gap = first[0], _GAP.match(body, one + len(closing))
    between = closing + (gap[0] if gap is not None else b"") + opening
    inner = body[first.end() : end]
    paths = inner.split(between)
    if len(paths) > MOST_PATHS or b"".join(paths).translate(None, _PLAIN):
        return None
    decoded = b"\n".join(paths).decode().split("\n")
    if b"%" in inner or b"//" in inner:
        decoded = list(map(decoded_path, decoded))
    return Parted(Frame(body[: first.start()], opening, closing, body[end + len(closing) :]), tuple(decoded))
