# SPDX-License-Identifier: GPL-3.0-or-later
"""Which encoding a text file has, and its lines, decoded strictly: a wrong encoding is an error with a line, never mojibake.

UTF-8 (with or without BOM) and UTF-16 with BOM are seen by themselves. Eight-bit encodings can't be told apart by
looking, so they count only when somebody says which one it is; what is guessed is shown to somebody first.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator

from dirserver.errors import BadInput, TooLarge
from dirserver.exchange.seeming import refuse_octets

MAX_LINE = 16 * 1024 * 1024
"""Characters of one physical line; a photo in base64 fits."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UNDECODED = re.compile("[\ud800-\udfff]")
_UNICODE = {"utf-8", "utf-16", "utf-32", "utf-7", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"}


EIGHT_BIT = ("cp1252", "cp1250", "iso8859-2", "iso8859-3", "cp1251", "cp1253", "cp1254", "mac_roman", "cp850", "cp852")
"""What lists that aren't Unicode are written in, the likeliest first, by Python's names."""

_LETTERS = {
    "cp1250": frozenset("ąćęłńóśźżĄĆĘŁŃÓŚŹŻáčďéěíňřšťúůýžÁČĎÉĚÍŇŘŠŤÚŮÝŽőűŐŰäöüÄÖÜß"),
    "cp1252": frozenset("áàâãäåæçéèêëíìîïñóòôõöøúùûüßœÁÀÂÃÄÅÆÇÉÈÊËÍÌÎÏÑÓÒÔÕÖØÚÙÛÜŒªº€’"),
    "iso8859-2": frozenset("ąćęłńóśźżĄĆĘŁŃÓŚŹŻáčďéěíňřšťúůýžÁČĎÉĚÍŇŘŠŤÚŮÝŽőűŐŰäöüÄÖÜß"),
    "iso8859-3": frozenset("ĉĝĥĵŝŭĈĜĤĴŜŬ"),
}
_ARCHIVES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_PIECE = 65_536
_MOST_LOOKED_AT = 1_000_000


def guess_encoding(octets: bytes) -> str:
    """Return which eight-bit encoding octets that are no UTF-8 seem to have. A guess: somebody looks at the letters before it counts."""
    high = bytes(octet for octet in octets[:_MOST_LOOKED_AT] if octet >= 0x80)
    fitting = {name: sum(_weight(letter, letters) for letter in high.decode(name, "replace")) for name, letters in _LETTERS.items()}
    # The most usual one is the first of equals.
    return max(("cp1252", "cp1250", "iso8859-2", "iso8859-3"), key=lambda name: fitting[name])


def _weight(letter: str, letters: frozenset[str]) -> int:
    # What stands for no letter at all there speaks against it more than a letter speaks for it.
    return 1 if letter in letters else -2 if letter == "\ufffd" else 0


def is_eight_bit(stream: io.BufferedReader) -> bool:
    """Tell whether a text is no Unicode, so that somebody has to say what it is written in. Reads all of it."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    piece = stream.read(_PIECE)
    if b"\x00" in piece or piece.startswith((*_ARCHIVES, *(mark for mark, _ in _BOMS))):
        return False
    refuse_octets(piece)
    try:
        while piece:
            decoder.decode(piece)
            piece = stream.read(_PIECE)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return True
    return False


def choose_encoding(head: bytes, told: str | None) -> str:
    """Return the name of the encoding for a file that begins with ``head``; ``told`` is what somebody said it is, or None.

    BadInput when the name is not known, when the file is no text, or when it is UTF-8 though told otherwise.
    """
    if head.startswith(_ARCHIVES):
        raise BadInput("the file is a workbook or an archive, not text; save the sheet as CSV (UTF-8) and import that")
    refuse_octets(head)
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    if told is not None:
        name = _known(told)
        if name not in _UNICODE and not head.isascii() and _is_utf8(head):
            raise BadInput(f"the file is UTF-8, though it was said to be {told}; leave out the encoding")
        return "utf-8-sig" if name == "utf-8" else name
    if b"\x00" in head:
        raise BadInput("the file looks like UTF-16 without a byte order mark, or is no text at all; save it as UTF-8")
    return "utf-8-sig"


def decoded_lines(stream: io.BufferedReader, encoding: str) -> Iterator[tuple[int, str]]:
    """Yield (number from 1, line with its ending) for each physical line, ended by LF, CR LF or CR.

    BadInput, with the line and what to do, at the first octets that don't fit the encoding; TooLarge over MAX_LINE characters.
    """
    text = io.TextIOWrapper(stream, encoding, errors="surrogateescape", newline="")
    try:
        number = 0
        while line := text.readline(MAX_LINE + 1):
            number += 1
            if len(line) > MAX_LINE:
                raise TooLarge(f"line {number} has more than {MAX_LINE} characters; is a quote missing?", MAX_LINE)
            if not line.isascii() and (found := _UNDECODED.search(line)):
                raise _not_decodable(number, line, found.start(), encoding)
            yield number, line
    except UnicodeError as error:
        # UTF-16 and UTF-32 can end in half a character, which no error handler sees.
        raise BadInput(f"the file is not {_spoken(encoding)}: {error.args[-1]}; save it as UTF-8") from None
    finally:
        text.detach()


def _known(told: str) -> str:
    try:
        info = codecs.lookup(told)
        "x".encode(info.name)
    except (LookupError, UnicodeError):
        raise BadInput(f"'{told}' is no encoding; use utf-8, utf-16, cp1252, cp1250, iso-8859-1 or the like") from None
    return info.name


def _is_utf8(head: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True


def _not_decodable(number: int, line: str, column: int, encoding: str) -> BadInput:
    octet = ord(line[column]) & 0xFF
    before = line[max(0, column - 20) : column]
    place = f'after "{before.strip()}"' if before.strip() and not _UNDECODED.search(before) else f"at character {column + 1}"
    remedy = (
        "save the file as UTF-8, or say which encoding it has, such as cp1252 (Western Windows) or cp1250 (Central European Windows)"
        if encoding == "utf-8-sig"
        else "say another encoding, or save the file as UTF-8"
    )
    return BadInput(f"line {number}: the octet 0x{octet:02X} {place} is not {_spoken(encoding)}; {remedy}")


def _spoken(encoding: str) -> str:
    return "UTF-8" if encoding == "utf-8-sig" else encoding.upper() if encoding.startswith("utf") else encoding
