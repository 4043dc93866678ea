# SPDX-License-Identifier: GPL-3.0-or-later
"""Which passwords may be set: long ones that nobody tries first (NIST SP 800-63B-4 section 3.1.1.2, ASVS 5.0 6.2).

Length is what counts: 15 characters where the password is the only factor, 8 beside a second one. No rule asks for digits or signs, and
none expires. Refused are the commonest passwords (a list that comes along, and the operator's own), what is made of the person's own
names, and what repeats or runs along the alphabet or the keyboard. The same at every door; hashes from elsewhere aren't asked.
"""

from __future__ import annotations

import functools
import importlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from dirserver.errors import BadConfig, BadInput
from dirserver.identity.passwords import MAX_LENGTH, is_text, normalise
from dirserver.model.fold import fold

SHORTEST_ALONE = 15
"""In characters, where the password is the only factor."""
SHORTEST_WITH_SECOND = 8
"""In characters, where a second factor is on."""

_PRODUCT = "dirserver"
_MOST_LISTED_BYTES = 64 * 1024 * 1024
_FEWEST_SIGNS = 5
_FEWEST_OF_ONES_OWN = 4
_SHORTEST_WORD = 3
_SHORTEST_RUN = 4
_MOST_IN_RUNS = 0.6
_ROWS = ("1234567890", "qwertyuiop", "qwertzuiop", "azertyuiop", "asdfghjkl", "zxcvbnm", "yxcvbnm")
_ENDS = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_SIGNS = re.compile(r"[\W_]+")
_LEET = str.maketrans("013457@$!", "oleastasi")


class Weakness(StrEnum):
    """Why a password must not be set. The value says what to do, in English."""

    NO_TEXT = "the password holds characters that can't be typed; use letters, digits, signs and spaces"
    SHORT = "the password is too short: it needs at least {shortest} characters; a few words together are easy to remember"
    LONG = "the password is too long: at most {longest} characters"
    COMMON = "the password is one of those that are tried first; take a few words that only you would put together"
    REGULAR = "the password repeats itself, or runs along the alphabet or the keyboard; take a few words instead"
    OWN_NAME = "the password is made of your own name or address, or of the company's; take words that have nothing to do with you"


class WeakPassword(BadInput):
    """A password that must not be set. ``weakness`` is why; ``shortest`` how many characters this account's needs."""

    def __init__(self, weakness: Weakness, shortest: int) -> None:
        super().__init__(weakness.value.format(shortest=shortest, longest=MAX_LENGTH))
        self.weakness = weakness
        self.shortest = shortest


def shortest_for(*, has_second_factor: bool) -> int:
    """Return how many characters a password needs at least.

    One that was chosen beside a second factor may be too short without (``is_short``): it has to grow when the last factor goes.
    """
    return SHORTEST_WITH_SECOND if has_second_factor else SHORTEST_ALONE


def is_short(password: str) -> bool:
    """Tell whether a password is too short to be the only factor."""
    return len(normalise(password)) < SHORTEST_ALONE


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds in one installation: the company's own words, and passwords that the operator has listed (in any case)."""

    company: tuple[str, ...] = ()
    blocked: frozenset[str] = field(default=frozenset(), repr=False)

    def check(self, password: str, about: Sequence[str], *, has_second_factor: bool) -> None:
        """Raise WeakPassword for one that must not be set; ``about`` are the person's names and addresses."""
        shortest = shortest_for(has_second_factor=has_second_factor)
        weakness = self._weakness(password, about, shortest)
        if weakness is not None:
            raise WeakPassword(weakness, shortest)

    def _weakness(self, password: str, about: Sequence[str], shortest: int) -> Weakness | None:
        if not is_text(password):
            return Weakness.NO_TEXT
        text = normalise(password)
        if not shortest <= len(text) <= MAX_LENGTH:
            return Weakness.SHORT if len(text) < shortest else Weakness.LONG
        plain = text.casefold()
        if self._is_common(plain):
            return Weakness.COMMON
        if _is_regular(plain) or ((unit := _repeated(plain)) and (len(unit) < SHORTEST_WITH_SECOND or self._is_common(unit))):
            return Weakness.REGULAR
        return Weakness.OWN_NAME if _is_made_of(plain, (*about, *self.company, _PRODUCT)) else None

    def _is_common(self, plain: str) -> bool:
        core = _ENDS.sub("", plain)
        tried = {plain, core, core.translate(_LEET), _SIGNS.sub("", plain)}
        return any(each in self.blocked or each in commonest() for each in tried if each)


@functools.cache
def commonest() -> frozenset[str]:
    """Return the commonest passwords (30 000, from leaks; zxcvbn's list)."""
    # By name: its lists take 14 MB, which a process that sets no password has no use for.
    lists = importlib.import_module("zxcvbn.frequency_lists").FREQUENCY_LISTS
    return frozenset(str(word).casefold() for word in lists["passwords"])


def read_blocked(path: str) -> frozenset[str]:
    """Read the operator's list: one password a line, UTF-8. Empty path: none. Raises BadConfig."""
    if not path:
        return frozenset()
    try:
        file = Path(path)
        if file.stat().st_size > _MOST_LISTED_BYTES:
            raise BadConfig(f"[security] blocked_passwords_file: {path} is over {_MOST_LISTED_BYTES} bytes; list the commonest ones")
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise BadConfig(f"[security] blocked_passwords_file: {path} can't be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise BadConfig(f"[security] blocked_passwords_file: {path} is not UTF-8") from None
    return frozenset(normalise(line.strip()).casefold() for line in lines if line.strip())


def _is_regular(plain: str) -> bool:
    return len(set(plain)) < _FEWEST_SIGNS or sum(_runs(plain)) > _MOST_IN_RUNS * len(plain)


def _runs(plain: str) -> Iterator[int]:
    """Give the lengths of the pieces that run along the alphabet, the digits or a row of keys, either way."""
    length = 1
    for before, after in zip(plain, (*plain[1:], ""), strict=True):
        if after and _is_next(before, after):
            length += 1
            continue
        if length >= _SHORTEST_RUN:
            yield length
        length = 1


def _is_next(before: str, after: str) -> bool:
    pair = before + after
    return abs(ord(after) - ord(before)) == 1 or any(pair in row or pair[::-1] in row for row in _ROWS)


def _repeated(plain: str) -> str:
    """Return the piece that the whole repeats, at least twice; empty if none."""
    for length in range(1, len(plain) // 2 + 1):
        if all(plain[at] == plain[at - length] for at in range(length, len(plain))):
            return plain[:length]
    return ""


def _is_made_of(plain: str, names: Iterable[str]) -> bool:
    """Tell whether hardly anything but digits and signs is left when somebody's names are taken out."""
    # Folded, so that Łukasińska is lukasinska too.
    left = _SIGNS.sub("", fold(plain))
    words = {word for name in map(fold, names) for word in (*_SIGNS.split(name), _SIGNS.sub("", name))}
    is_taken = False
    for word in sorted((word for word in words if len(word) >= _SHORTEST_WORD), key=lambda word: (-len(word), word)):
        is_taken = is_taken or word in left
        left = left.replace(word, "")
    return is_taken and len(re.sub(r"\d+", "", left)) < _FEWEST_OF_ONES_OWN
