# SPDX-License-Identifier: GPL-3.0-or-later
"""What a text must be to be the value of an attribute: hard faults only, each with what to do. What is odd: ``card.oddities``."""

from __future__ import annotations

import re
from collections.abc import Callable

from email_validator import EmailNotValidError, validate_email

from dirserver.card.reader import LIMITS
from dirserver.card.validate import check_link
from dirserver.errors import BadCard
from dirserver.model.attribute import Attribute, Syntax
from dirserver.model.fold import digits

_PLAIN_MAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{1,62}"
)
_DATE = re.compile(r"(?:\d{4}|-)-?(?:0[1-9]|1[0-2])-?(?:0[1-9]|[12]\d|3[01])|\d{4}(?:-(?:0[1-9]|1[0-2]))?")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LINE_END = re.compile(r"[\r\n]")
_MOST_DIGITS = 15
"""E.164 section 6.1."""
_FEWEST_DIGITS = 7
"""Country code and number, in the smallest countries."""


def text_fault(attribute: Attribute, text: str) -> tuple[str, str] | None:
    """Return why a text can't be a value of an attribute, and what to do about it; None if it can."""
    found = _CONTROL.search(text)
    if found is not None:
        return _control_fault(found[0])
    if len(text) > LIMITS.text_octets:
        return f"it is longer than {LIMITS.text_octets} characters", "shorten it"
    checker = _CHECKERS.get(attribute.syntax)
    return checker(text) if checker is not None else None


def _control_fault(letter: str) -> tuple[str, str]:
    return f"it holds the control character U+{ord(letter):04X}", "remove it"


def _mail_fault(text: str) -> tuple[str, str] | None:
    if _PLAIN_MAIL.fullmatch(text) is not None and len(text) <= 254:
        return None
    try:
        validate_email(text, check_deliverability=False, allow_quoted_local=True, test_environment=True)
    except EmailNotValidError:
        return f"'{_shown(text)}' is no mail address", "write it as name@example.com"
    return None


def _phone_fault(text: str) -> tuple[str, str] | None:
    if ":" in text and not text[:4].lower().startswith("tel:"):
        return _link_fault(text)
    number = digits(text)
    if not number:
        return f"'{_shown(text)}' holds no number", "write digits, as in +34 912 345 678, or move the text to the notes"
    if len(number) > _MOST_DIGITS:
        return (
            f"'{_shown(text)}' has {len(number)} digits, and a number has at most {_MOST_DIGITS}",
            "look whether two numbers ran together",
        )
    if text.lstrip().startswith("+") and len(number) < _FEWEST_DIGITS:
        return (
            f"'{_shown(text)}' has too few digits for an international number",
            "write the whole number, or an extension without the plus",
        )
    if len(number) >= _FEWEST_DIGITS and len(set(number)) == 1:
        return f"'{_shown(text)}' is nobody's number", "write the number, or leave it empty"
    return None


def _date_fault(text: str) -> tuple[str, str] | None:
    if _DATE.fullmatch(text.partition("T")[0].strip()) is not None:
        return None
    return f"'{_shown(text)}' is no date", "write 1985-04-12, or --04-12 without the year"


def _link_fault(text: str) -> tuple[str, str] | None:
    found = _LINE_END.search(text)
    if found is not None:
        # Links aren't escaped in a card: it would end there.
        return _control_fault(found[0])
    try:
        check_link("the value", text)
    except BadCard as error:
        return error.reason, "write a link that begins with https://"
    return None


_CHECKERS: dict[Syntax, Callable[[str], tuple[str, str] | None]] = {
    Syntax.MAIL: _mail_fault,
    Syntax.PHONE: _phone_fault,
    Syntax.DATE: _date_fault,
    Syntax.URI: _link_fault,
}


def _shown(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."
