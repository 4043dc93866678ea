# SPDX-License-Identifier: GPL-3.0-or-later
"""Distinguished names (RFC 4514): reading, writing, comparing.

Only what an address book needs: multi-valued RDNs are read and compared as sets, ``#`` hex values are refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from dirserver.errors import BadInput
from dirserver.model.fold import fold

_TYPE = re.compile(r"[A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)+")
_HEX = re.compile(r"[0-9A-Fa-f]{2}")
_SPECIAL = '"+,;<>\\'
_PLAIN = re.compile(r"[A-Za-z0-9._-]+")
_MAX_RDNS = 64


@dataclass(frozen=True, slots=True)
class Ava:
    """One ``attribute=value`` of an RDN; the attribute is lower-case."""

    attribute: str
    value: str

    def __str__(self) -> str:
        return f"{self.attribute}={escape(self.value)}"

    @property
    def key(self) -> tuple[str, str]:
        """What two equal AVAs share: lower-case type, folded value."""
        return (self.attribute, fold(self.value))


@dataclass(frozen=True, slots=True)
class DN:
    """A name in the tree; ``rdns`` from the entry upwards to the suffix. The empty DN is the root."""

    rdns: tuple[tuple[Ava, ...], ...] = ()

    def __str__(self) -> str:
        return ",".join("+".join(str(ava) for ava in rdn) for rdn in self.rdns)

    @property
    def key(self) -> tuple[frozenset[tuple[str, str]], ...]:
        """What equal names share (RFC 4517 section 4.2.15): case, accents and spacing don't count."""
        return tuple(frozenset(ava.key for ava in rdn) for rdn in self.rdns)

    @property
    def parent(self) -> DN:
        """The name one step up; the root's parent is the root."""
        return DN(self.rdns[1:])

    def child(self, attribute: str, value: str) -> DN:
        """Return the name of a direct child with a single-valued RDN."""
        return DN(((Ava(attribute.lower(), value),), *self.rdns))

    def is_within(self, base: DN) -> bool:
        """Tell whether this name is ``base`` or below it."""
        depth = len(base.rdns)
        return depth == 0 or self.key[-depth:] == base.key

    @classmethod
    def parse(cls, text: str) -> DN:
        """Read RFC 4514 text, also with spaces around separators and ``;`` as LDAPv2 clients write.

        Raises BadInput naming the position.
        """
        position, rdns = _skip(text, 0), []
        if position == len(text):
            return cls()
        while True:
            avas = []
            while True:
                ava, position = _read_ava(text, position)
                avas.append(ava)
                if position >= len(text) or text[position] != "+":
                    break
                position += 1
            rdns.append(tuple(avas))
            if len(rdns) > _MAX_RDNS:
                raise BadInput(f"the name has more than {_MAX_RDNS} parts")
            if position >= len(text):
                return cls(tuple(rdns))
            position += 1

    @classmethod
    def of_domain(cls, domain: str) -> DN:
        """Return the suffix of a DNS domain (RFC 2247): ``example.com`` is ``dc=example,dc=com``."""
        return cls(tuple((Ava("dc", label),) for label in domain.strip(".").split(".")))


def escape(value: str) -> str:
    """Escape a value for a DN's text (RFC 4514 section 2.4)."""
    if _PLAIN.fullmatch(value):
        return value
    out = []
    last = len(value) - 1
    for index, char in enumerate(value):
        if char == "\0":
            out.append("\\00")
        elif char in _SPECIAL or (char == " " and index in (0, last)) or (char == "#" and index == 0):
            out.append("\\" + char)
        elif ord(char) < 0x20 or ord(char) == 0x7F:
            out.append(f"\\{ord(char):02X}")
        else:
            out.append(char)
    return "".join(out)


def _skip(text: str, position: int) -> int:
    while position < len(text) and text[position] == " ":
        position += 1
    return position


def _read_ava(text: str, position: int) -> tuple[Ava, int]:
    position = _skip(text, position)
    found = _TYPE.match(text, position)
    if found is None:
        raise BadInput(f"no attribute name at position {position + 1} of the name")
    position = _skip(text, found.end())
    if position >= len(text) or text[position] != "=":
        raise BadInput(f"'=' expected at position {position + 1} of the name")
    position = _skip(text, position + 1)
    if text[position : position + 1] == "#":
        raise BadInput(f"hexadecimal values are not supported (position {position + 1} of the name)")
    value, position = _read_quoted(text, position) if text[position : position + 1] == '"' else _read_value(text, position)
    return Ava(found.group().lower(), value), position


def _read_value(text: str, position: int) -> tuple[str, int]:
    out = bytearray()
    trimmed = 0
    while position < len(text) and text[position] not in ",;+":
        char = text[position]
        if char == "\\":
            octets, position = _read_escape(text, position)
            out += octets
            trimmed = len(out)
            continue
        if char in '"<>\0':
            raise BadInput(f"unescaped {char!r} at position {position + 1} of the name")
        out += char.encode("utf-8", "surrogatepass")
        if char != " ":
            trimmed = len(out)
        position += 1
    return _decode(bytes(out[:trimmed])), position


def _read_quoted(text: str, position: int) -> tuple[str, int]:
    start, position, out = position, position + 1, bytearray()
    while position < len(text) and text[position] != '"':
        if text[position] == "\\":
            octets, position = _read_escape(text, position)
            out += octets
        else:
            out += text[position].encode("utf-8", "surrogatepass")
            position += 1
    if position >= len(text):
        raise BadInput(f"the quote at position {start + 1} of the name is not closed")
    position = _skip(text, position + 1)
    if position < len(text) and text[position] not in ",;+":
        raise BadInput(f"',' expected at position {position + 1} of the name")
    return _decode(bytes(out)), position


def _read_escape(text: str, position: int) -> tuple[bytes, int]:
    pair = _HEX.match(text, position + 1)
    if pair is not None:
        return bytes.fromhex(pair.group()), pair.end()
    if position + 1 >= len(text):
        raise BadInput("the name ends in a backslash")
    char = text[position + 1]
    if char not in _SPECIAL + " #=":
        raise BadInput(f"bad escape at position {position + 1} of the name")
    return char.encode(), position + 2


def _decode(octets: bytes) -> str:
    try:
        return octets.decode()
    except UnicodeDecodeError:
        raise BadInput("the name is not valid UTF-8") from None
