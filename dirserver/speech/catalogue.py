# SPDX-License-Identifier: GPL-3.0-or-later
"""Translations, read from .po files when a program starts: there is no build step to forget."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

LANGUAGES = ("en", "es", "pl", "pt", "eo")
"""Language codes (BCP 47), the one that the code is written in first."""


@dataclass(frozen=True, slots=True)
class Language:
    """One language: its code, Babel's locale, its own name, and its translations."""

    code: str
    locale: Locale
    name: str
    translations: NullTranslations

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
    locale = Locale.parse(code)
    name = (locale.get_display_name() or code).capitalize()
    if code == LANGUAGES[0]:
        return Language(code, locale, name, NullTranslations())
    catalogue = Catalog(locale=code)
    for folder in folders:
        # One folder may repeat what another says; a test holds their translations equal.
        with (folder / f"{code}.po").open("rb") as file:
            for message in read_po(file, locale=code, abort_invalid=True):
                catalogue[message.id] = message
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Language(code, locale, name, Translations(compiled))
