# SPDX-License-Identifier: GPL-3.0-or-later

import ast
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from jinja2 import Environment, nodes

from dirserver.speech.catalogue import LANGUAGES
from tests.web.messages import KEYWORDS, extracted, speakers, template_name, templates, translated

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
OTHERS = LANGUAGES[1:]
# Said the same in every language: names, and signs between texts.
SAME = {"LDAP"}


@pytest.fixture(scope="module", params=speakers(), ids=lambda area: area.name)
def area(request) -> Path:
    return request.param


@pytest.fixture(scope="module")
def messages(area) -> Catalog:
    return extracted(area)


def texts(message) -> tuple[str, ...]:
    return message if isinstance(message, tuple) else (message,)


@pytest.mark.parametrize("language", OTHERS)
def test_every_message_is_translated(area, messages: Catalog, language):
    catalogue = translated(area, language)
    for message in messages:
        if not message.id:
            continue
        found = catalogue.get(message.id)
        assert found is not None, f"{language} lacks {message.id!r}; run python -m tests.web.messages"
        assert all(texts(found.string)), f"{language} has no translation of {message.id!r}"
        assert not found.fuzzy
        if message.pluralizable:
            assert len(found.string) == catalogue.num_plurals


def test_nothing_is_said_inside_an_f_string(area):
    """Babel reads what is inside only from Python 3.12 on: before, such a message is in no catalogue, and no other test notices."""
    for path in area.rglob("*.py"):
        for text in filter(lambda node: isinstance(node, ast.JoinedStr), ast.walk(ast.parse(path.read_text()))):
            called = {node.func.id for node in ast.walk(text) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
            assert not called & KEYWORDS.keys(), f"{path.name}:{text.lineno}"


@pytest.mark.parametrize("language", OTHERS)
def test_no_catalogue_keeps_messages_that_nobody_says(area, messages: Catalog, language):
    said = {message.id if isinstance(message.id, str) else tuple(message.id) for message in messages}
    kept = {message.id if isinstance(message.id, str) else tuple(message.id) for message in translated(area, language)}
    assert kept <= said


@pytest.mark.parametrize("language", OTHERS)
def test_translations_fill_in_the_same_places(area, language):
    for message in filter(lambda each: each.id, translated(area, language)):
        wanted = {place for text in texts(message.id) for place in PLACEHOLDER.findall(text)}
        for text in texts(message.string):
            assert set(PLACEHOLDER.findall(text)) == wanted, message.id
            assert text.count("%") == len(PLACEHOLDER.findall(text)), f"a bare % breaks {message.id!r}"


@pytest.mark.parametrize("language", OTHERS)
def test_translations_are_not_just_the_english(area, language):
    same = {message.id for message in translated(area, language) if message.id and message.id == message.string}
    # Some words are the same (Fax, Error); whole sentences are not.
    assert {text for text in same if " " in text} == set(), same
    assert len(same - SAME) < 12


@pytest.mark.parametrize("language", OTHERS)
def test_areas_say_the_same_message_in_the_same_words(language):
    said: dict[object, object] = {}
    for message in (message for area in speakers() for message in translated(area, language) if message.id):
        assert said.setdefault(message.id, message.string) == message.string


TAG = re.compile(r"<[^>]*>", re.DOTALL)
SPOKEN_ATTRIBUTE = re.compile(r'\b(?:alt|title|placeholder|aria-label)="([^"]*)"')
WORD = re.compile(r"[^\W\d_]{2,}")


@pytest.mark.parametrize("template", templates(), ids=template_name)
def test_no_template_says_anything_by_itself(template):
    """Whatever stands in a template outside of an expression is markup: words come from the catalogues."""
    tree = Environment(extensions=["jinja2.ext.i18n"], autoescape=True).parse(template.read_text())
    markup = "".join(data.data if isinstance(data, nodes.TemplateData) else "¤" for data in pieces(tree))
    spoken = [text for text in SPOKEN_ATTRIBUTE.findall(markup) if text != "1985-04-12"]
    spoken.append(TAG.sub(" ", markup.replace("<!doctype html>", "")))
    assert WORD.findall(" ".join(spoken)) == []


def pieces(tree: nodes.Template):
    for output in tree.find_all(nodes.Output):
        yield from output.nodes
