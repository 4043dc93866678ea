# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from dirserver.model.modification import Modification, Operation
from dirserver.web.entry.fields import Look
from dirserver.web.profile.form import checked, make_form

STORED = {"mobile": ("+49 151 5550101",), "title": ("Account  Manager",), "telephonenumber": ("ext 4711", "+493055512345")}


@pytest.fixture
def form(app: Flask):
    with app.test_request_context():
        yield lambda sent=None, names=("mobile", "title", "telephoneNumber"): make_form(names, STORED, MultiDict(sent) if sent else None)


def replace(attribute: str, *values: str) -> Modification:
    return Modification(attribute, Operation.REPLACE, values)


def test_what_comes_back_as_it_was_shown_changes_nothing(form):
    shown = [(field.name, each.text) for field in form().fields for each in field.shown_inputs]
    assert ("mobile", "+49 1515550101") in shown
    again = form(shown)
    assert again.is_good
    assert again.modifications() == ()


def test_what_is_not_sent_stays(form):
    assert form([("title", "Boss")]).modifications() == (replace("title", "Boss"),)


def test_an_odd_number_that_was_not_touched_is_never_refused(form):
    changed = form([("telephoneNumber", "ext 4711"), ("telephoneNumber", "030 555 99 99")])
    assert changed.is_good
    assert changed.modifications() == (replace("telephoneNumber", "ext 4711", "+49305559999"),)


def test_emptied_fields_lose_their_values(form):
    assert form([("mobile", "  ")]).modifications() == (replace("mobile"),)


def test_a_value_typed_twice_is_stored_once(form):
    assert form([("mobile", "+34912483574"), ("mobile", "+34 912 48 35 74")]).modifications() == (replace("mobile", "+34912483574"),)


def test_bad_values_are_named_and_kept_as_typed(form):
    bad = form([("mobile", "ask me"), ("mobile", "+34912483574")])
    assert not bad.is_good
    field = next(field for field in bad.fields if field.name == "mobile")
    assert [(each.text, bool(each.problem)) for each in field.inputs] == [("ask me", True), ("+34 912 48 35 74", False)]


def test_fields_that_were_not_offered_are_not_taken(form):
    assert form([("sn", "Evil"), ("cn", "Evil"), ("uid", "root"), ("title", "Boss")], names=("title",)).modifications() == (
        replace("title", "Boss"),
    )


def test_too_many_values_are_refused(form):
    many = form([("mobile", f"+3491248{number:04}") for number in range(40)])
    assert not many.is_good


def test_a_name_can_not_be_emptied(app: Flask):
    with app.test_request_context():
        assert not make_form(["cn"], {"cn": ("Ada",)}, MultiDict([("cn", "")])).is_good


def test_changes_of_others_join_where_they_do_not_clash(form):
    mine = form([("title", "Boss"), ("mobile", "+49 1515550101")])
    assert not mine.join({**STORED, "mobile": ("+34912483574",)})
    assert mine.modifications() == (replace("title", "Boss"),)


def test_the_same_change_twice_is_no_clash(form):
    mine = form([("title", "Boss")])
    assert not mine.join({**STORED, "title": ("Boss",)})
    assert mine.modifications() == ()


def test_a_clash_shows_both(form):
    mine = form([("title", "Boss")])
    assert mine.join({**STORED, "title": ("Chief",)})
    field = next(field for field in mine.fields if field.name == "title")
    assert (field.theirs, field.inputs[0].text) == (("Chief",), "Boss")


@pytest.mark.parametrize(
    "look, text, stored",
    [
        (Look.MAIL, "Ada@Example.COM", "Ada@example.com"),
        (Look.MAIL, "ło@example.com", "ło@example.com"),
        (Look.WEB, "example.com/x", "https://example.com/x"),
        (Look.WEB, "http://example.com", "http://example.com"),
        (Look.WEB, "https://social.example/@ada", "https://social.example/@ada"),
        (Look.CHAT, "xmpp:ada@example.com", "xmpp:ada@example.com"),
        (Look.CHAT, "sip:12", "sip:12"),
        (Look.CHAT, "chat.example/ada", "https://chat.example/ada"),
        (Look.DATE, "1985-04-12", "1985-04-12"),
        (Look.DATE, "--02-29", "--02-29"),
        (Look.LANGUAGE, "pt-BR", "pt-BR"),
        (Look.LINE, "  two   words ", "two words"),
        (Look.TEXT, "one\ntwo", "one\ntwo"),
    ],
)
def test_good_text_is_brought_into_one_form(look, text, stored):
    assert checked(look, text, None) == (stored, "")


@pytest.mark.parametrize(
    "look, text",
    [
        (Look.MAIL, "ada"),
        (Look.MAIL, "a@b\nc"),
        (Look.WEB, "javascript:alert(1)"),
        (Look.WEB, "https://exa mple.com"),
        (Look.WEB, "nonsense"),
        (Look.WEB, "ada@example.com"),
        (Look.WEB, "@ada@social.example"),
        (Look.WEB, "https://bank.example@evil.example/"),
        (Look.CHAT, "ada@example.com"),
        (Look.CHAT, "javascript:alert(1)"),
        (Look.CHAT, "ada on signal"),
        (Look.DATE, "12.4.85"),
        (Look.DATE, "2025-02-30"),
        (Look.LANGUAGE, "Spanish!"),
        (Look.PHONE, "ask me"),
        (Look.LINE, "x" * 300),
        (Look.LINE, "bell\x07"),
        (Look.TEXT, "x" * 9000),
    ],
)
def test_bad_text_is_told(look, text):
    assert checked(look, text, None)[1]


@pytest.mark.parametrize(
    "typed, stored",
    [
        ("1985-04-12", "1985-04-12"),
        ("12.4.1985", "1985-04-12"),
        ("13/4/1985", "1985-04-13"),
        ("--4-12", ""),
        ("--04-12", "--04-12"),
        ("4/3/1985", ""),
    ],
)
def test_a_day_is_taken_as_people_write_it_where_it_can_be_one_only(typed: str, stored: str):
    told, problem = checked(Look.DATE, typed, "")
    assert (told, bool(problem)) == (stored or typed, not stored)
