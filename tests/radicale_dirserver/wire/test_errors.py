# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

import pytest
from defusedxml.ElementTree import fromstring

from dirserver import errors
from dirserver.errors import (
    BadCard,
    BadInput,
    DirserverError,
    NoRoom,
    NotAllowed,
    NotFound,
    Stale,
    Throttled,
    TooLarge,
    UidTaken,
    Unavailable,
)
from radicale_dirserver.wire.errors import MEANINGS, Refused, Subject, challenge, error_response, meaning_of, refusal_response
from radicale_dirserver.wire.names import carddav, dav

SUBJECT = Subject("/dav/ada/people/x y.vcf", "/dav/ada/people/", (dav("write-content"),))


def tree(cls: type[DirserverError] = DirserverError) -> Iterator[type[DirserverError]]:
    yield cls
    for child in cls.__subclasses__():
        if child.__module__ == errors.__name__:
            yield from tree(child)


def test_the_table_knows_every_error_of_the_tree():
    assert set(MEANINGS) == set(tree())


@pytest.mark.parametrize("cls", list(tree()))
def test_a_child_that_the_table_does_not_know_means_what_its_parent_means(cls):
    class Unknown(cls):  # type: ignore[misc, valid-type]
        def __init__(self) -> None:
            DirserverError.__init__(self, "x")

    assert meaning_of(Unknown()) == MEANINGS[cls]


def preconditions(response) -> list[str]:
    root = fromstring(response.body)
    assert root.tag == dav("error")
    return [each.tag for each in root]


@pytest.mark.parametrize(
    "error, status, precondition",
    [
        (BadCard("no FN", 3), 403, carddav("valid-address-data")),
        (TooLarge("too large", 10), 403, carddav("max-resource-size")),
        (NotAllowed("no"), 403, dav("need-privileges")),
        (UidTaken("taken", "other.vcf"), 409, carddav("no-uid-conflict")),
    ],
)
def test_an_error_with_a_precondition_names_it(error, status, precondition):
    response = error_response(error, SUBJECT)
    assert response.status == status
    assert preconditions(response)[0] == precondition
    assert error.public_message in response.body.decode()


def test_need_privileges_says_which_privilege_is_missing_where():
    root = fromstring(error_response(NotAllowed("no"), SUBJECT).body)
    assert root.findtext(f".//{dav('href')}") == "/dav/ada/people/x%20y.vcf"
    assert root.find(f".//{dav('privilege')}/{dav('write-content')}") is not None


def test_a_taken_uid_names_the_card_that_has_it():
    root = fromstring(error_response(UidTaken("taken", "a b.vcf"), SUBJECT).body)
    assert root.findtext(f".//{dav('href')}") == "/dav/ada/people/a%20b.vcf"


def test_a_precondition_that_failed_says_so_in_xml():
    response = error_response(Stale("old"), SUBJECT)
    root = fromstring(response.body)
    assert (response.status, root.tag) == (412, dav("error"))
    assert [(each.tag.partition("}")[2], each.text) for each in root] == [("entry-has-changed", None), ("message", "old")]


def test_plain_errors_are_plain_sentences():
    for error, status in ((NotFound("gone"), 404), (BadInput("odd"), 400)):
        response = error_response(error, SUBJECT)
        assert (response.status, response.body) == (status, f"{error.public_message}\n".encode())


def test_who_failed_too_often_is_told_how_long_to_wait_and_not_asked_again():
    response = error_response(Throttled("slow down", 17), SUBJECT)
    assert response.status == 429
    assert dict(response.headers)["Retry-After"] == "17"
    assert "WWW-Authenticate" not in dict(response.headers)


def test_a_store_that_is_busy_asks_for_patience():
    response = error_response(Unavailable("busy"), SUBJECT)
    assert response.status == 503
    assert int(dict(response.headers)["Retry-After"]) > 0


def test_a_full_disk_is_told_as_such_and_nobody_is_asked_to_try_again_soon():
    response = error_response(NoRoom("full"), SUBJECT)
    assert response.status == 507
    assert preconditions(response)[0] == dav("sufficient-disk-space")
    assert "Retry-After" not in dict(response.headers)


def test_what_nobody_foresaw_says_nothing():
    response = error_response(DirserverError("table account has no column x"), SUBJECT)
    assert response.status == 500
    assert b"column" not in response.body


def test_the_realm_is_the_same_on_every_host():
    assert dict(challenge().headers)["WWW-Authenticate"] == 'Basic realm="dirserver", charset="UTF-8"'


def test_a_refusal_of_the_door_carries_its_precondition():
    response = refusal_response(Refused(HTTPStatus.FORBIDDEN, "no such report", dav("supported-report")))
    assert preconditions(response)[0] == dav("supported-report")


def test_messages_are_escaped():
    response = error_response(NotAllowed('<script>"&'), SUBJECT)
    assert b"<script>" not in response.body
    fromstring(response.body)
