# SPDX-License-Identifier: GPL-3.0-or-later
"""How a finding would be put right: another spelling of the same thing, never a guess at what somebody meant to say.

A capital name is written as names usually are, which is a guess at spelling; that is why every mending is shown before it is done.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import phonenumbers

from dirserver.card.oddities import Odd, oddities
from dirserver.care.checks import PHONES, Code
from dirserver.model.fold import fold

_BLANKS = re.compile(r"\s+")


def mended(code: Code, attribute: str, values: tuple[str, ...], *, region: str, spellings: Mapping[str, str]) -> tuple[str, ...]:
    """Return the values of an attribute as they would be; the same where nobody knows better.

    ``region`` is the country (two letters) of numbers without one, "" for none; ``spellings`` as ``checks.departments`` gives them.
    """
    mend = _MENDERS.get(code)
    if code is Code.DEPARTMENT:
        made = [spellings.get(fold(text)) or text for text in values]
    elif code is Code.SPELLING and attribute in PHONES:
        made = [_international(text, region) for text in values]
    elif mend is not None:
        made = [mend(attribute, text) for text in values]
    else:
        return values
    return tuple(dict.fromkeys(text for text in made if text))


def _trimmed(_attribute: str, text: str) -> str:
    return _BLANKS.sub(" ", text).strip()


def _better(odd: Odd) -> Callable[[str, str], str]:
    def mend(attribute: str, text: str) -> str:
        # A name is looked at under a name of its own: other names don't count here.
        return next((one.better for one in oddities({attribute: (text,)}) if one.odd is odd and one.better), text)

    return mend


_MENDERS: dict[Code, Callable[[str, str], str]] = {
    Code.SPACE: _trimmed,
    Code.UNSEEN: _better(Odd.UNSEEN),
    Code.MOJIBAKE: _better(Odd.MOJIBAKE),
    Code.CAPITALS: _better(Odd.CAPITALS),
}
MENDABLE = frozenset({*_MENDERS, Code.DEPARTMENT, Code.SPELLING})
"""What can be put right in many entries at once."""


def _international(text: str, region: str) -> str:
    try:
        number = phonenumbers.parse(text, region.upper() or None)
    except phonenumbers.NumberParseException:
        return text
    if not phonenumbers.is_possible_number(number):
        return text
    plain = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"{plain} ext. {number.extension}" if number.extension else plain
