# SPDX-License-Identifier: GPL-3.0-or-later
"""Errors: each of our tree has a status, and none tells anything from inside."""

import pytest

from dirserver import errors
from dirserver.api.problems import STATUSES
from tests.api.caller import Caller


def _subclasses(cls):
    return {cls} | {below for each in cls.__subclasses__() for below in _subclasses(each)}


def test_every_error_of_the_tree_has_a_status_of_its_own_kind():
    for each in _subclasses(errors.DirserverError):
        first = next(cls for cls, *_ in STATUSES if issubclass(each, cls))
        assert first is not errors.DirserverError or each is errors.DirserverError or not each.__module__.startswith("dirserver.errors"), (
            each
        )


def test_a_fault_tells_nothing(ada, parts, monkeypatch):
    monkeypatch.setattr(type(parts.directory), "reading", lambda *_: 1 / 0)
    told = ada.refused("GET", "/people", 500)
    assert "ZeroDivision" not in str(told)


@pytest.mark.parametrize("path", ["/", "/nothing", "/people/1/2/3", "/people/%00", "/people/~"])
def test_what_is_not_there_is_a_problem_too(ada, path):
    ada.refused("GET", path, 404)


def test_a_wrong_method_says_which_are_right(ada):
    answer = ada("PUT", "/people")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_a_member_that_nobody_knows_is_named(chika):
    told = chika.refused("PATCH", "/people/ada", 422, json={"attributes": {"shoeSize": "44"}})
    assert told["mistakes"][0]["where"] == "/attributes/shoeSize"
    assert chika.refused("PATCH", "/people/ada", 422, json={"atributes": {}})["mistakes"][0]["where"] == "/atributes"


@pytest.mark.parametrize("body", ["", "{", "[]", '"x"', "null"])
def test_a_body_that_is_no_change_is_refused(chika, body):
    chika.refused("PATCH", "/people/ada", 422, data=body, content_type="application/json")


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "text/csv; charset=utf-8", None])
def test_a_body_that_is_not_sent_as_json_is_refused_in_words(chika, media_type):
    told = chika.refused("PATCH", "/people/ada", 415, data='{"attributes": {}}', content_type=media_type)
    assert "application/json" in told["detail"]
    assert "EntryPatch" not in str(told)
    assert chika("PATCH", "/people/ada", data='{"attributes": {}}', content_type="application/merge-patch+json").status_code == 200


@pytest.mark.parametrize(
    "body, words", [("", "is empty"), ("{", "isn't JSON"), ("[]", "a JSON object"), ("null", "a JSON object"), ("5", "a JSON object")]
)
def test_what_a_body_is_instead_of_an_object_is_said_without_our_names(chika, body, words):
    told = chika.refused("PATCH", "/people/ada", 422, data=body, content_type="application/json")
    assert words in told["detail"]
    assert "EntryPatch" not in str(told)


def test_a_value_of_a_wrong_type_is_named_once_by_its_pointer(chika):
    told = chika.refused("PATCH", "/people/ada", 422, json={"attributes": {"mail": 5, "title": ["x", 7]}})
    assert [each["where"] for each in told["mistakes"]] == ["/attributes/mail", "/attributes/title/1", "/attributes/title"]


@pytest.mark.parametrize("name", ["uid", "entryUUID", "objectClass", "jpegPhoto", "memberOf"])
def test_what_the_directory_keeps_itself_is_not_written(chika, name):
    chika.refused("PATCH", "/people/ada", 422, json={"attributes": {name: "x"}})


@pytest.mark.parametrize("cursor", ["x", "AAAA", "b2ZmZmZmZmZmZmZm", "YTEyMw", "%ff"])
def test_a_cursor_that_is_not_ours_is_refused(ada, cursor):
    ada.refused("GET", f"/people?cursor={cursor}", 422)


def test_what_nobody_knows_in_a_body_or_a_query_is_said_in_words(chika):
    (told,) = chika.refused("PATCH", "/people/ada", 422, json={"title": ["Boss"]})["mistakes"]
    assert told == {"where": "/title", "message": 'nobody knows it here; values of an entry stand inside "attributes"'}
    (told,) = chika.refused("GET", "/people?sort=sn", 422)["mistakes"]
    assert told == {"where": "sort", "message": "there is no such parameter here"}
    (told,) = chika.refused("GET", "/people?limit=0", 422)["mistakes"]
    assert told["message"].startswith("it should be")
    (told,) = chika.refused("POST", "/contacts", 422, json={"attributes": {"cn": "x"}})["mistakes"]
    assert told == {"where": "/book", "message": "it is missing"}


def test_a_token_that_is_not_good_is_told_from_none(app):
    assert Caller(app)("GET", "/people").headers["WWW-Authenticate"] == 'Bearer realm="dirserver"'
    assert Caller(app, "dirserver_nothing")("GET", "/people").headers["WWW-Authenticate"].endswith('error="invalid_token"')
