# SPDX-License-Identifier: GPL-3.0-or-later
import subprocess
import sys
from pathlib import Path

import pytest

from dirserver.speech.catalogue import known_code, load_languages
from tests.web.messages import speakers

ROOT = Path(__file__).parents[2]
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


def test_what_babel_knows_of_a_language_is_read_when_a_page_is_written_in_it():
    code = (
        "from dirserver.speech.catalogue import load_languages; from babel.localedata import _cache; from pathlib import Path;"
        "load_languages([Path('dirserver/care/messages')]); print(sorted(_cache))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "[]\n"


def test_a_message_that_nobody_has_translated_stays_as_it_is():
    polish = load_languages(FOLDERS)["pl"].translations
    assert (polish.gettext("never said"), polish.ngettext("one", "many", 1), polish.ngettext("one", "many", 5)) == (
        "never said",
        "one",
        "many",
    )
