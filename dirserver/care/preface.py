# SPDX-License-Identifier: GPL-3.0-or-later
"""The page that lies on top of what somebody takes along of themselves: what the file holds, in their language."""

from __future__ import annotations

import textwrap
from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from babel.dates import format_date, format_time

from dirserver.model.entry import State
from dirserver.model.zone import Zone
from dirserver.speech.catalogue import LANGUAGES, Language, known_code, load_languages

MESSAGES = Path(__file__).parent / "messages"
_WIDTH = 100


def mark(message: str) -> str:
    """Mark a message for the catalogues."""
    return message


_HEAD = mark("What the address book stores about you, as of %(at)s.")
_STATES = {
    State.ARCHIVED: mark("Your entry is archived: it is in no list and on no phone, but it is kept."),
    State.TRASHED: mark("Your entry is in the trash: it is in no list and on no phone, and will be removed for good."),
}
_FILES = {
    "entry.json": mark("your entry: values by LDAP attribute name"),
    "entry.vcf": mark("the same as a contact card (vCard 3.0), with your photo"),
    "history.json": mark("every earlier state of it, with who changed it when"),
    "photos/": mark("the photos that its history and your proposals name, the newest first, up to 50 MB"),
    "comments.json": mark("what you noted about others, and what is shared about you"),
    "proposals.json": mark("changes of yours that waited for approval"),
    "groups.json": mark("the groups that you are in"),
    "account.json": mark(
        "your account, sessions, devices, passkeys, tokens and notices; passwords are stored as hashes only and aren't in here"
    ),
    "audit.json": mark("what the audit trail says about your account and what you did"),
}
_OF_OTHERS = mark(
    "Private comments of others are theirs and not in here. Contacts of your own book are not about you: take them along under "
    "My contacts, Import and export."
)


class Prefaces:
    """Writes such pages, with moments as they are in ``zone``. Safe for threads."""

    def __init__(self, zone: Zone) -> None:
        self._zone = zone
        self._languages = load_languages([MESSAGES])

    def write(self, tag: str, at: datetime, state: State | None, files: Collection[str]) -> str:
        """Return the page in the language of a tag (English where it isn't ours), in lines of plain text.

        ``state`` is that of the entry, None where there is none; ``files`` are those that are there.
        """
        language = self._languages[known_code(tag) or LANGUAGES[0]]
        gettext = language.translations.gettext
        parts = [_wrapped(gettext(_HEAD) % {"at": _told(self._zone.shown(at), language)})]
        if state in _STATES:
            parts.append(_wrapped(gettext(_STATES[state])))
        column = max(map(len, _FILES)) + 2
        there = [name for name in _FILES if any(file.startswith(name) for file in files)]
        parts.append("\n".join(_wrapped(gettext(_FILES[name]), name.ljust(column)) for name in there))
        parts.append(_wrapped(gettext(_OF_OTHERS)))
        return "\n\n".join(parts) + "\n"


def _wrapped(text: str, head: str = "") -> str:
    return textwrap.fill(text, _WIDTH, initial_indent=head, subsequent_indent=" " * len(head), break_long_words=False)


def _told(here: datetime, language: Language) -> str:
    return f"{format_date(here, 'long', locale=language.locale)}, {format_time(here, 'short', locale=language.locale)} {here:%Z}"
