# SPDX-License-Identifier: GPL-3.0-or-later
"""Translations, read from .po files when a program starts: there is no build step to forget."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from gettext import c2py
from pathlib import Path

from babel import Locale
from babel.messages.pofile import read_po

# Babel knows these names as well, but would read a megabyte about each language for them (``Language.locale`` reads it when a page
# is written in it).
_NAMES = {"en": "English", "es": "Español", "pl": "Polski", "pt": "Português", "eo": "Esperanto"}
LANGUAGES = tuple(_NAMES)
"""Language codes (BCP 47), the one that the code is written in first."""


@dataclass(frozen=True, slots=True)
class Translations:
    """What the messages of the code are in one language; a message that isn't known stays as it is.

    ``forms`` are those of messages that count something, by the singular; ``form_of`` tells which of them fits a count.
    """

    messages: Mapping[str, str]
    forms: Mapping[str, tuple[str, ...]]
    form_of: Callable[[int], int]

    def gettext(self, message: str) -> str:
        """Return a message in this language."""
        return self.messages.get(message, message)

    def ngettext(self, singular: str, plural: str, count: int) -> str:
        """Return the form of a message that fits a count."""
        forms = self.forms.get(singular)
        if forms is None:
            return singular if count == 1 else plural
        return forms[self.form_of(count)]


@dataclass(frozen=True, slots=True)
class Language:
    """One language: its code, Babel's locale, its own name, and its translations."""

    code: str
    locale: Locale
    name: str
    translations: Translations

    @property
    def direction(self) -> str:
        """``ltr`` or ``rtl``, for the ``dir`` attribute."""
        return str(self.locale.text_direction)


def load_languages(folders: Iterable[Path]) -> dict[str, Language]:
    """Return all languages by code, with the messages of these folders (``CODE.po`` each).

    A broken or missing file stops the start, because half a translation is a bug.
    """
    places = tuple(folders)
    return {code: _load(code, places) for code in LANGUAGES}


def known_code(tag: str) -> str:
    """Return which of our languages a tag means (``pt-BR`` or ``es_MX`` are spoken too); empty for one that we don't speak."""
    plain = tag.replace("_", "-").split("-")[0].lower()
    return plain if plain in LANGUAGES else ""


@cache
def _load(code: str, folders: tuple[Path, ...]) -> Language:
    # Once per process, however many applications it makes: reading all of them takes a quarter of a second.
    messages: dict[str, str] = {}
    forms: dict[str, tuple[str, ...]] = {}
    form_of = c2py("n != 1")
    # What is written in the code needs no translation.
    for folder in folders if code != LANGUAGES[0] else ():
        # One folder may repeat what another says; a test holds their translations equal.
        with (folder / f"{code}.po").open("rb") as file:
            catalogue = read_po(file, locale=code, abort_invalid=True)
        form_of = c2py(catalogue.plural_expr)
        for message in catalogue:
            if message.id and message.string and not message.fuzzy:
                if isinstance(message.id, str):
                    messages[message.id] = str(message.string)
                else:
                    forms[message.id[0]] = tuple(message.string)
    return Language(code, Locale.parse(code), _NAMES[code], Translations(messages, forms, form_of))
