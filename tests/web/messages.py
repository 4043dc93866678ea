# SPDX-License-Identifier: GPL-3.0-or-later
"""The messages of the pages, as the code and the templates have them.

``python -m tests.web.messages`` brings the .po files up to date: new messages come in empty, the others are kept, and
``test_catalogue.py`` fails until somebody has translated them.
"""

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from dirserver.web.catalogue import FOLDER, LANGUAGES

WEB = FOLDER.parent
_KEYWORDS = {"_": None, "gettext": None, "mark": None, "ngettext": (1, 2)}
_PLURALS = {
    "es": "nplurals=2; plural=(n != 1);",
    "pl": "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);",
    "pt": "nplurals=2; plural=(n != 1);",
    "eo": "nplurals=2; plural=(n != 1);",
}


def extracted() -> Catalog:
    """Every message in the code and the templates, with the files that have it."""
    template = Catalog(fuzzy=False)
    methods = [("**.py", "python"), ("templates/**.html", "jinja2")]
    for filename, _, message, _, context in extract_from_dir(WEB, methods, keywords=_KEYWORDS):
        template.add(message, locations=[(Path(filename).as_posix(), None)], context=context)
    return template


def translated(language: str) -> Catalog:
    """What the catalogue of a language holds."""
    with (FOLDER / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


def update(language: str) -> None:
    """Write the catalogue of a language anew, with what it has."""
    catalogue = translated(language)
    catalogue.update(extracted(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    write(language, catalogue)


def write(language: str, catalogue: Catalog) -> None:
    """Write a catalogue with a header that changes only when the messages do."""
    made = Catalog(locale=language, fuzzy=False)
    for message in sorted(catalogue, key=lambda each: each.id if isinstance(each.id, str) else each.id[0]):
        if message.id:
            made.add(message.id, message.string, locations=sorted({(name, None) for name, _ in message.locations}))
    path = FOLDER / f"{language}.po"
    with path.open("wb") as file:
        file.write(f"# SPDX-License-Identifier: GPL-3.0-or-later\n# The pages in {made.locale.english_name}.\n".encode())
        file.write(b'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n')
        file.write(f'"Language: {language}\\n"\n"Plural-Forms: {_PLURALS[language]}\\n"\n\n'.encode())
        write_po(file, made, width=120, omit_header=True, include_lineno=False)


if __name__ == "__main__":
    for each in sys.argv[1:] or LANGUAGES[1:]:
        update(each)
