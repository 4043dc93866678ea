# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from dirserver.config import Config, FieldsSettings
from dirserver.config.about import abouts_of, types_of
from dirserver.model.attribute import find

SECTIONS = [type(getattr(Config(), name)) for name in ("database", "http", "ldap", "security", "metrics", "log")]
PACKAGES = [Path(__file__).parents[2] / name for name in ("dirserver", "plugins/radicale_dirserver")]


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.__name__)
def test_every_setting_is_explained_and_every_number_bounded(section):
    abouts = abouts_of(section)
    assert list(abouts) == [field.name for field in dataclasses.fields(section)]
    for name, about in abouts.items():
        assert about.text.endswith(".")
        if types_of(section)[name] is int:
            assert about.minimum is not None
            assert about.maximum is not None


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.__name__)
def test_every_setting_is_read_by_some_code(section):
    code = "\n".join(
        path.read_text()
        for package in PACKAGES
        for path in package.rglob("*.py")
        if path.parent.name != "config" or path.name == "certificate.py"
    )
    unread = [field.name for field in dataclasses.fields(section) if not re.search(rf"\.{field.name}\b", code)]
    assert unread == []


def test_every_field_of_the_default_classes_is_known():
    assert [name for each in FieldsSettings().classes for name in each.fields if find(name) is None and name != "categories"] == []


def test_a_field_without_a_class_is_private():
    fields = FieldsSettings()
    assert (fields.class_of("MOBILE"), fields.class_of("cn"), fields.class_of("homePhone")) == ("work", "public", "private")
