# SPDX-License-Identifier: GPL-3.0-or-later
"""What a file that is no list of people seems to be: who took the wrong one is told which kind it is, and nothing of what it says."""

from __future__ import annotations

import re

from dirserver.errors import BadInput

_OCTETS = (
    (b"\x7fELF", "ELF"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a", "RAR"),
    (b"SQLite format 3\x00", "SQLite"),
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"{\\rtf", "RTF"),
)
_HTML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html\b)", re.IGNORECASE)
# How texts of these kinds begin. A list's header may begin like some of them: they are looked for where nothing in it is known.
_TEXTS = tuple(
    (re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:" + begins + rb")", re.IGNORECASE), name)
    for begins, name in (
        (rb"-----BEGIN ", "PEM"),
        (rb"begin[ \t]*:[ \t]*vcalendar", "iCalendar"),
        (rb"begin[ \t]*:[ \t]*vcard", "vCard"),
        (rb"version[ \t]*:[ \t]*\d|dn::?[ \t]*\S", "LDIF"),
        (rb"<", "XML"),
        (rb"\{\s*[\"}]|\[\s*[\[{\"\d\]]", "JSON"),
        (rb"#!", "script (#!)"),
        (rb"-- |(?:create|insert|pragma|begin|drop|set)\s+\w[^\n]*;", "SQL"),
        (rb"\[[\w.\"-]+\]\s*\n|[\w.-]+\s*=\s*\S", "TOML, INI"),
        (rb"(?:from|received|return-path|delivered-to|subject|message-id|mime-version|date|to):\s", "e-mail (EML)"),
        (rb"[\w.-]+:[^:\n]*:[^:\n]*:", "passwd"),
    )
)


def refuse_octets(head: bytes) -> None:
    """Raise BadInput, with its kind, for a file that can't be text of any list by its first octets."""
    kind = next((name for begins, name in _OCTETS if head.startswith(begins)), "HTML" if _HTML.match(head) else "")
    if kind:
        raise _not_a_list(kind)


def refuse_text(head: bytes, *expected: str) -> None:
    """Raise BadInput, with its kind, for a text that begins as another kind of file than those that are ``expected``."""
    for begins, name in _TEXTS:
        if begins.match(head):
            if name not in expected:
                raise _not_a_list(name)
            return


def _not_a_list(kind: str) -> BadInput:
    return BadInput(f"the file looks like {kind}, not like a list of people; send CSV, XLSX, vCard or LDIF")
