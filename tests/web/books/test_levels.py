# SPDX-License-Identifier: GPL-3.0-or-later

from flask import Flask

from dirserver.model.book import Level
from dirserver.model.grant import Subject
from dirserver.web.books.levels import LEVELS, class_name, classes, level_name, part_names, subject_name


def test_everything_one_may_be_given_has_a_name(app: Flask):
    with app.test_request_context():
        assert set(LEVELS) == set(Level)
        assert level_name(Level.OWN) == "owner"
        names = {text: subject_name(Subject.parse(text)) for text in ("account:ada", "account:nobody", "group:hr", "authenticated", "self")}
        assert names["account:ada"] == "Ada Łukasińska"
        assert names["account:nobody"] == "nobody"
        assert names["group:hr"] == "hr"
        assert names["authenticated"] == "Everybody with an account"
        assert classes()[-1] == "private"


def test_built_in_classes_are_called_in_each_language_and_those_of_the_settings_file_as_they_are_there(app: Flask):
    with app.test_request_context(headers={"Accept-Language": "pl"}):
        assert (class_name("hr"), class_name("union")) == ("kadrowe", "union")
        assert part_names(("public", "*", "mobile")) == ("publiczne", "wszystkie pola", "Komórka")
