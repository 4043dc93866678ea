# SPDX-License-Identifier: GPL-3.0-or-later
"""From a row of the outbox to a message (RFC 5322): in the language of the account, plain text, one person's.

Rules of this file: what strangers chose (names, labels) comes into a message as one line of visible characters; a secret is opened here
and nowhere else, and leaves only inside the message.
"""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from pathlib import Path

from babel.dates import format_date, format_time

from dirserver.identity.sealing import Sealer
from dirserver.mail.texts import DAYS, FOOT, GREETING, LINK, OWN_BOOK, PEOPLE_BOOK, SECOND_FACTOR_CHANGES, TEXTS, THE_SERVER_ITSELF, Counted
from dirserver.model.letter import Matter
from dirserver.model.zone import Zone
from dirserver.speech.catalogue import LANGUAGES, Language, known_code, load_languages
from dirserver.store.delivery.outbox import OutboxRow

_LONGEST_WORD = 200
_WIDTH = 76
_PATHS = {
    Matter.INVITATION: "welcome",
    Matter.PASSWORD_LINK: "reset",
    Matter.CONFIRM_OWN: "confirm",
    Matter.CONFIRM_CONTACTS: "confirm",
}
MESSAGES = Path(__file__).parent / "messages"


class Unwritable(Exception):
    """No message can be made of this row, now or later; the text says why and holds no secret."""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What is the same in all letters. ``sender`` is an address, perhaps with a name; ``address`` is that of the pages."""

    sender: str
    domain: str
    address: str
    zone: Zone = Zone()  # noqa: RUF009 # frozen


class Composer:
    """Writes messages. ``sealer`` opens what ``Letter.sealed`` holds."""

    def __init__(self, head: Letterhead, sealer: Sealer) -> None:
        self._head = head
        self._sealer = sealer
        self._languages = load_languages([MESSAGES])

    def compose(self, row: OutboxRow) -> EmailMessage:
        """Return the message of a letter. Raises Unwritable."""
        language = self._languages[known_code(row.language) or LANGUAGES[0]]
        try:
            text = TEXTS[Matter(row.matter)]
        except (KeyError, ValueError):
            raise Unwritable(f"this dirserver knows no letter '{row.matter}'") from None
        words = self._words(row, language)
        subject = _say(text.subject, words, row.count, language)
        parts = [GREETING, *text.paragraphs, "-- \n", FOOT, "%(address)s"]
        message = EmailMessage(policy=SMTP)
        message["From"] = _address(self._head.sender)
        message["To"] = _address(row.recipient, name=words["name"])
        message["Subject"] = subject
        message["Date"] = format_datetime(_time(row.created_us))
        message["Message-ID"] = f"<{row.id}@{self._head.domain}>"
        # RFC 3834: no automatic answers, please.
        message["Auto-Submitted"] = "auto-generated"
        message.set_content("\n\n".join(_wrapped(part, _say(part, words, row.count, language)) for part in parts) + "\n")
        message["Content-Language"] = language.code
        return message

    def _words(self, row: OutboxRow, language: Language) -> Mapping[str, str]:
        said = {key: one_line(word) for key, word in row.said().items()}
        gettext = language.translations.gettext
        for key in DAYS & said.keys():
            said[key] = format_date(date.fromisoformat(said[key]), "medium", locale=language.locale)
        if "what" in said:
            said["what"] = gettext(SECOND_FACTOR_CHANGES.get(said["what"], said["what"]))
        if "slug" in said:
            said["book"] = _book(said["slug"], said["book"], language)
        return {
            # Letters of an earlier version name no address of their book.
            "slug": "",
            **said,
            "where": said.get("where", "") or gettext(THE_SERVER_ITSELF),
            "link": self._link(row),
            "name": one_line(row.name) or row.login,
            "login": row.login,
            "domain": self._head.domain,
            "address": self._head.address,
            "at": _told(self._head.zone.shown(_time(row.created_us)), language),
            "until": _told(self._head.zone.shown(_time(row.expires_us)), language),
            "count": str(row.count),
        }

    def _link(self, row: OutboxRow) -> str:
        if not row.sealed:
            return ""
        secret = self._sealer.open(row.sealed, (row.expires_us - row.created_us) // 1_000_000 + 60)
        if secret is None:
            raise Unwritable("its secret can't be read with this installation's key")
        return f"{self._head.address}/{_PATHS[Matter(row.matter)]}/{secret}"


def _book(slug: str, name: str, language: Language) -> str:
    own = OWN_BOOK if slug.startswith("~") else None
    called = PEOPLE_BOOK if slug == "people" else own
    return language.translations.gettext(called) if called is not None else name


def one_line(text: str) -> str:
    """Return text that strangers chose as one short line without anything invisible that steers (controls, bidi marks)."""
    visible = "".join(" " if char.isspace() else char for char in text if char.isspace() or unicodedata.category(char) not in {"Cc", "Cf"})
    line = " ".join(visible.split())
    return line if len(line) <= _LONGEST_WORD else line[: _LONGEST_WORD - 1] + "…"


def _say(message: str | Counted, words: Mapping[str, str], count: int, language: Language) -> str:
    if isinstance(message, Counted):
        form = str(language.translations.ngettext(message.one, message.many, count))
    else:
        form = language.translations.gettext(message)
    try:
        return form % words
    except KeyError as missing:
        raise Unwritable(f"the letter lacks the word {missing}") from None


def _wrapped(message: str | Counted, said: str) -> str:
    if message in {LINK, "-- \n"}:
        # A signature's separator (RFC 3676 section 4.3), and a link that must stay whole.
        return said.rstrip("\n")
    return textwrap.fill(said, _WIDTH, break_long_words=False, break_on_hyphens=False)


def _address(text: str, *, name: str = "") -> Address:
    given, address = parseaddr(text)
    try:
        return Address(name or given, addr_spec=address)
    except (ValueError, IndexError, HeaderParseError):
        # Which of them it is for the same text differs between versions of Python.
        raise Unwritable("the address can't be written to") from None


def _time(microseconds: int) -> datetime:
    return datetime.fromtimestamp(microseconds / 1_000_000, UTC)


def _told(here: datetime, language: Language) -> str:
    return f"{format_date(here, 'medium', locale=language.locale)}, {format_time(here, 'short', locale=language.locale)} {here:%Z}"
