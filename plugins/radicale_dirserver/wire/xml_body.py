# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading XML that strangers send: bounded in bytes, depth and number of elements; no DTD, no entities."""

from __future__ import annotations

from http import HTTPStatus
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from radicale_dirserver.wire.errors import Refused

MAX_XML_BYTES = 8 * 1024 * 1024
"""A multiget of 50 000 entries fits."""
USUAL_BYTES = 1024
"""What programs ask all day, in the same octets each time, is shorter."""
MAX_DEPTH = 32
MAX_ELEMENTS = 200_000


class _TooDeep(Exception):
    """The document has more levels or elements than any request needs."""


class _Bounded:
    """A builder of trees that stops while it reads, before a hostile document costs memory."""

    def __init__(self) -> None:
        self._tree = TreeBuilder()
        self._depth = 0
        self._elements = 0

    def start(self, tag: str, attributes: dict[str, str]) -> Element:
        self._depth += 1
        self._elements += 1
        if self._depth > MAX_DEPTH or self._elements > MAX_ELEMENTS:
            raise _TooDeep
        return self._tree.start(tag, attributes)

    def end(self, tag: str) -> Element:
        self._depth -= 1
        return self._tree.end(tag)

    def data(self, data: str) -> None:
        self._tree.data(data)

    def close(self) -> Element:
        return self._tree.close()


def read_xml(body: bytes) -> Element | None:
    """Return the root of an XML body, None for an empty one. Raises Refused (400) for anything that isn't plain XML."""
    if not body.strip():
        return None
    parser = DefusedXMLParser(target=_Bounded(), forbid_dtd=True)
    try:
        parser.feed(body)
        root: Element = parser.close()
    except (ParseError, DefusedXmlException, _TooDeep, LookupError, ValueError, AssertionError):
        # LookupError: an encoding that nobody knows. The parser's own words may repeat the body, so they stay here.
        raise Refused(
            HTTPStatus.BAD_REQUEST, "The body is not XML that can be used: it must be well-formed, without DTD, not too deep."
        ) from None
    return root
