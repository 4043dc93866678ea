# SPDX-License-Identifier: GPL-3.0-or-later
"""Translations, read from the .po files of each area when the application starts: there is no build step to forget."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from dirserver.web.shell.assets import areas

LANGUAGES = ("en", "es", "pl", "pt", "eo")
"""Language codes (BCP 47), the one that the code is written in first."""


@dataclass(frozen=True, slots=True)
class Language:
    """One language of the pages: its code, Babel's locale, its own name, and its translations."""

    code: str
    locale: Locale
    name: str
    translations: NullTranslations

    @property
    def direction(self) -> str:
        """``ltr`` or ``rtl``, for the ``dir`` attribute."""
        return str(self.locale.text_direction)


def load_languages() -> dict[str, Language]:
    """Return all languages by code; a broken .po file stops the start, because half a translation is a bug."""
    return {code: _load(code) for code in LANGUAGES}


def _load(code: str) -> Language:
    locale = Locale.parse(code)
    name = (locale.get_display_name() or code).capitalize()
    if code == LANGUAGES[0]:
        return Language(code, locale, name, NullTranslations())
    catalogue = Catalog(locale=code)
    for area in areas():
        # An area may repeat what another says; a test holds their translations equal.
        with (area / "messages" / f"{code}.po").open("rb") as file:
            for message in read_po(file, locale=code, abort_invalid=True):
                catalogue[message.id] = message
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Language(code, locale, name, Translations(compiled))
