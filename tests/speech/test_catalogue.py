# SPDX-License-Identifier: GPL-3.0-or-later
from pathlib import Path

import pytest

from dirserver.speech.catalogue import known_code, load_languages
from tests.web.messages import speakers

FOLDERS = tuple(speaker / "messages" for speaker in speakers())


def test_polish_counts_in_three_forms():
    polish = load_languages(FOLDERS)["pl"].translations
    counted = [polish.ngettext("%(shown)s person", "%(shown)s people", count) for count in (1, 2, 5, 12, 22, 25)]
    assert counted == [f"%(shown)s {word}" for word in ("osoba", "osoby", "osób", "osób", "osoby", "osób")]


def test_every_language_has_a_name_of_its_own():
    assert {code: language.name for code, language in load_languages(FOLDERS).items()} == {
        "en": "English",
        "es": "Español",
        "pl": "Polski",
        "pt": "Português",
        "eo": "Esperanto",
    }


def test_a_language_is_known_in_whatever_country_it_is_spoken():
    assert [known_code(tag) for tag in ("pt-BR", "es_MX", "PL", "en", "de", "")] == ["pt", "es", "pl", "en", "", ""]


def test_a_missing_catalogue_stops_the_start(tmp_path: Path):
    with pytest.raises(FileNotFoundError):
        load_languages([tmp_path])
