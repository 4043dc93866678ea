# SPDX-License-Identifier: GPL-3.0-or-later
"""Read vCard 2.1 (versit, 1996) as 3.0, and quoted-printable wherever a device still writes it.

vobject takes each line apart and undoes quoted-printable; everything after that is ours: bare words become TYPE, BASE64
becomes ``b``, CHARSET is applied and goes, and text is escaped as 3.0 wants it (2.1 escapes the semicolon only).
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

import vobject.base

from dirserver.card.card import CONTROL, Card, Parameter, Property, Version, escape, split_raw, unescape
from dirserver.errors import BadCard

_LEGACY = re.compile(
    rb"^VERSION:[ \t]*2\.1|^[A-Za-z0-9_.-]+;(?:[^:\"\n]*;)?(?:ENCODING=)?QUOTED-PRINTABLE[;:]", re.IGNORECASE | re.MULTILINE
)
_CHARSET = re.compile(rb";CHARSET=\"?([A-Za-z0-9._-]+)", re.IGNORECASE)
_QUOTED = re.compile(rb"([;=])QUOTED-PRINTABLE\b", re.IGNORECASE)
_BASE64 = re.compile(rb";(?:ENCODING=)?BASE64[;:]", re.IGNORECASE)
_STRUCTURED = frozenset({"N", "ADR", "ORG", "GEO"})
_NOT_TEXT = frozenset({"URL", "PHOTO", "LOGO", "SOUND", "KEY", "REV", "BDAY", "UID", "TZ"})
_LISTS = frozenset({"CATEGORIES", "NICKNAME"})
_NESTED = re.compile(rb"^[ \t]*BEGIN[ \t]*:", re.IGNORECASE | re.MULTILINE)


def is_legacy(octets: bytes) -> bool:
    """Tell whether the card says 2.1 or uses quoted-printable."""
    return (b"2.1" in octets or b"rintable" in octets or b"RINTABLE" in octets) and _LEGACY.search(octets) is not None


def read_legacy(octets: bytes, *, most_properties: int) -> Card:
    """Read one card; ``octets`` has LF line ends and no BOM. ``BadCard`` names the line."""
    if len(_NESTED.findall(octets)) != 1:
        second = [found.start() for found in _NESTED.finditer(octets)][1:2]
        line = octets.count(b"\n", 0, second[0]) + 1 if second else 1
        raise BadCard("exactly one card is wanted; one can't stand inside another", line)
    lines: list[vobject.base.ContentLine] = []
    for number, line_octets in _logical_lines(octets):
        lines.append(_content_line(number, line_octets))
        if len(lines) > most_properties + 3:
            raise BadCard(f"the card has more than {most_properties} properties", number)
    if not _frames(lines[0], "BEGIN") or not _frames(lines[-1], "END"):
        raise BadCard("a card must begin with BEGIN:VCARD and end with END:VCARD", 1)
    stated = next((str(line.value).strip() for line in lines if line.name == "VERSION"), "")
    version = Version.V4 if stated == "4.0" else Version.V3
    inner = [line for line in lines[1:-1] if line.name != "VERSION"]
    return Card(version, tuple([_property(line, is_old=stated == "2.1") for line in inner]))


def _frames(line: vobject.base.ContentLine, name: str) -> bool:
    return line.name == name and str(line.value).strip().upper() == "VCARD"


def _logical_lines(octets: bytes) -> Iterator[tuple[int, bytes]]:
    """Give each line with what continues it: folded, after the "=" of quoted-printable, or base64 without any indent."""
    first = 0
    parts: list[bytes] = []
    is_quoted = in_base64 = False
    for number, line in enumerate(octets.split(b"\n"), 1):
        if in_base64 and b":" not in line:
            parts.append(line.strip())
            in_base64 = bool(line.strip())
            continue
        if is_quoted and parts and parts[-1][-1:] == b"=":
            parts[-1] = parts[-1][:-1]
            parts.append(line)
            continue
        if line[:1] in {b" ", b"\t"} and parts:
            parts.append(line[1:])
            continue
        if parts:
            yield first, b"".join(parts)
        parts = [line] if line.strip() else []
        first = number
        head = line.partition(b":")[0] + b":"
        is_quoted = _QUOTED.search(head) is not None
        in_base64 = _BASE64.search(head) is not None
    if parts:
        yield first, b"".join(parts)


def _content_line(number: int, octets: bytes) -> vobject.base.ContentLine:
    """Return one content line, decoded. Only vobject's grammar is used: what it builds on it cuts text at a comma and recurses."""
    head, _, value = octets.partition(b":")
    named = _CHARSET.search(head)
    charset = named[1].decode() if named is not None else "utf-8"
    is_base64 = _BASE64.search(head + b":") is not None
    try:
        codecs.lookup(charset)
        text = _QUOTED.sub(rb"\1QUOTED-PRINTABLE", head).decode(charset) + ":" + ("" if is_base64 else value.decode(charset))
        line = vobject.base.textLineToContentLine(text, number)
    except LookupError:
        raise BadCard(f"the charset {charset[:40]!r} is not known", number) from None
    except UnicodeDecodeError:
        raise BadCard(f"this line is not {charset}; save the file as UTF-8 or export vCard 3.0", number) from None
    except vobject.base.ParseError:
        raise BadCard("this line of a 2.1 card can't be read: a property is NAME:value", number) from None
    except (ValueError, AttributeError, TypeError):
        raise BadCard("this line of a 2.1 card can't be decoded; export it as vCard 3.0 or 4.0", number) from None
    if is_base64:
        line.value = value.decode("ascii", "replace")
    return line


def _property(line: vobject.base.ContentLine, *, is_old: bool) -> Property:
    name = str(line.name)
    params, is_base64 = _parameters(line)
    value = str(line.value).replace("\r\n", "\n").replace("\r", "\n")
    if is_base64:
        value = "".join(value.split())
    elif name in _NOT_TEXT:
        value = escape(unescape(value)) if "\n" in value else value
    elif is_old or "\n" in value:
        value = _escape_as_3(name, value)
    value = value.replace("\x0b", "\\n")
    bad = CONTROL.search(value)
    if bad is not None:
        raise BadCard(f"the value of {name} holds the control character 0x{ord(bad[0]):02X}; remove it", line.lineNumber)
    try:
        return Property(name, value, str(line.group) if line.group else None, params)
    except BadCard as error:
        raise BadCard(error.reason, line.lineNumber) from None


def _escape_as_3(name: str, value: str) -> str:
    if name in _STRUCTURED:
        parts = [escape(unescape(part)) for part in split_raw(value, ";")]
        return ";".join(parts)
    if name in _LISTS:
        return ",".join([escape(unescape(part).strip()) for part in re.split(r"[,;]", value)])
    return escape(unescape(value))


def _parameters(line: vobject.base.ContentLine) -> tuple[tuple[Parameter, ...], bool]:
    types = [str(word) for word in line.singletonparams]
    rest: list[Parameter] = []
    is_base64 = False
    for key, values in line.params.items():
        if key == "TYPE":
            types = [str(value) for value in values] + types
        elif key == "ENCODING":
            is_base64 = any(str(value).upper() in {"BASE64", "B"} for value in values)
        elif key != "CHARSET":
            rest.append(Parameter(str(key), tuple([str(value) for value in values])))
    if any(word.upper() == "BASE64" for word in types):
        is_base64 = True
    types = [word for word in types if word.upper() not in {"BASE64", "8BIT", "7BIT", "QUOTED-PRINTABLE"}]
    if types:
        rest.insert(0, Parameter("TYPE", tuple(types)))
    if is_base64:
        rest.insert(0, Parameter("ENCODING", ("b",)))
    return tuple(rest), is_base64
