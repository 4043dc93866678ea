# SPDX-License-Identifier: GPL-3.0-or-later
"""The XML names that CardDAV speaks, in Clark notation: ``{namespace}local``."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

DAV = "DAV:"
CARDDAV = "urn:ietf:params:xml:ns:carddav"
CALENDARSERVER = "http://calendarserver.org/ns/"
DIRSERVER = "urn:dirserver:dav"
PUSH = "https://bitfire.at/webdav-push"

PREFIXES: Mapping[str, str] = MappingProxyType({DAV: "", CARDDAV: "C:", CALENDARSERVER: "S:"})
"""How a namespace is written in our answers; DAV is the default namespace of every document."""

DECLARATIONS = f'xmlns="{DAV}" xmlns:C="{CARDDAV}" xmlns:S="{CALENDARSERVER}"'


def dav(local: str) -> str:
    """Return the Clark name of an element of WebDAV."""
    return f"{{{DAV}}}{local}"


def carddav(local: str) -> str:
    """Return the Clark name of an element of CardDAV (RFC 6352)."""
    return f"{{{CARDDAV}}}{local}"


def calendarserver(local: str) -> str:
    """Return the Clark name of one of Apple's extensions."""
    return f"{{{CALENDARSERVER}}}{local}"


def push(local: str) -> str:
    """Return the Clark name of an element of WebDAV-Push (draft-bitfire-webdav-push)."""
    return f"{{{PUSH}}}{local}"


def split(clark: str) -> tuple[str, str]:
    """Part a Clark name into namespace (may be empty) and local name."""
    if clark.startswith("{"):
        namespace, _, local = clark[1:].partition("}")
        return namespace, local
    return "", clark
