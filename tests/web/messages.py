# SPDX-License-Identifier: GPL-3.0-or-later
"""The messages of the pages and of letters, as the code and the templates of each area have them.

``python -m tests.web.messages`` brings the .po files up to date: new messages come in empty, the others are kept, and
``test_catalogue.py`` fails until somebody has translated them.
"""

import sys
from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from dirserver.care import preface
from dirserver.mail import composing
from dirserver.speech.catalogue import LANGUAGES
from dirserver.web.shell.assets import areas

KEYWORDS = {"_": None, "gettext": None, "mark": None, "ngettext": (1, 2), "mark_counted": (1, 2)}
_PLURALS = {
    "es": "nplurals=2; plural=(n != 1);",
    "pl": "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);",
    "pt": "nplurals=2; plural=(n != 1);",
    "eo": "nplurals=2; plural=(n != 1);",
}


def speakers() -> tuple[Path, ...]:
    """Every folder that says something to people: the areas of the pages, the room of letters, and the one of what is taken along."""
    return (*areas(), Path(composing.__file__).parent, Path(preface.__file__).parent)


def templates() -> list[Path]:
    """Every template of the pages, area by area."""
    return [path for area in areas() for path in sorted((area / "templates").glob("*.html"))]


def template_name(path: Path) -> str:
    """How Jinja calls a template: ``AREA/NAME.html``."""
    return f"{path.parent.parent.name}/{path.name}"


@cache
def extracted(area: Path) -> Catalog:
    """Every message in the code and the templates of an area, with the files that have it."""
    template = Catalog(fuzzy=False)
    methods = [("**.py", "python"), ("templates/**.html", "jinja2")]
    for filename, _, message, _, context in extract_from_dir(area, methods, keywords=KEYWORDS):
        template.add(message, locations=[(Path(filename).as_posix(), None)], context=context)
    return template


def translated(area: Path, language: str) -> Catalog:
    """What the catalogue of an area holds in a language; nothing when there is none."""
    path = _path(area, language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def update(area: Path, language: str) -> None:
    """Write the catalogue of an area anew: with what it has, and with what another area says already."""
    catalogue = translated(area, language)
    # A copy: what a message says in one language must not stay in it for the next.
    catalogue.update(deepcopy(extracted(area)), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    for message in catalogue:
        if message.id and not any(message.string if isinstance(message.string, tuple) else (message.string,)):
            message.string = _said(language).get(_key(message), message.string)
    write(area, language, catalogue)


@cache
def _said(language: str) -> Mapping[object, str | tuple[str, ...]]:
    messages = (message for area in speakers() for message in translated(area, language) if message.id)
    return {_key(message): message.string for message in messages if message.string and all(message.string)}


def _key(message: Message) -> object:
    return message.id if isinstance(message.id, str) else tuple(message.id)


def _path(area: Path, language: str) -> Path:
    return area / "messages" / f"{language}.po"


def write(area: Path, language: str, catalogue: Catalog) -> None:
    """Write a catalogue with a header that changes only when the messages do."""
    made = Catalog(locale=language, fuzzy=False)
    for message in sorted(catalogue, key=lambda each: each.id if isinstance(each.id, str) else each.id[0]):
        if message.id:
            made.add(message.id, message.string, locations=sorted({(name, None) for name, _ in message.locations}))
    path = _path(area, language)
    path.parent.mkdir(exist_ok=True)
    with path.open("wb") as file:
        file.write(
            f"# SPDX-License-Identifier: GPL-3.0-or-later\n# The area {area.name} of the pages in {made.locale.english_name}.\n".encode()
        )
        file.write(b'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n')
        file.write(f'"Language: {language}\\n"\n"Plural-Forms: {_PLURALS[language]}\\n"\n\n'.encode())
        write_po(file, made, width=120, omit_header=True, include_lineno=False)


if __name__ == "__main__":
    for each in sys.argv[1:] or LANGUAGES[1:]:
        for part in speakers():
            update(part, each)
