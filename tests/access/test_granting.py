# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.access.granting import may_grant, require_known, require_may_grant
from dirserver.access.rights import Standing, resolve
from dirserver.access.view import FieldClasses, View
from dirserver.errors import BadInput, NotAllowed
from dirserver.model.book import Book, BookKind, Level
from dirserver.model.grant import Grant, Subject
from dirserver.model.names import Slug
from tests.cast import CLASSES

CLIENTS = Book(2, "uuid", Slug("clients"), BookKind.SHARED, "Clients", "", None, 0, "epoch")
CLASSES_OF_FIELDS = FieldClasses.of(CLASSES)
ANYBODY = Subject.parse("authenticated")


def having(level: Level, *fields: str) -> View:
    return View(level, frozenset(fields), frozenset(fields), CLASSES_OF_FIELDS)


def giving(level: Level, reads: str = "", writes: str = "", label: str = "") -> Grant:
    return Grant(CLIENTS.slug, ANYBODY, level, tuple(reads.split()), tuple(writes.split()), label)


@pytest.mark.parametrize(
    "view, given, may",
    [
        (having(Level.DELETE, "*"), giving(Level.VIEW, "public"), False),
        (having(Level.MANAGE, "*"), giving(Level.MANAGE, "*", "*"), True),
        (having(Level.MANAGE, "*"), giving(Level.OWN, "*"), False),
        (having(Level.MANAGE, "public"), giving(Level.VIEW, "public"), True),
        (having(Level.MANAGE, "public"), giving(Level.VIEW, "work"), False),
        (having(Level.MANAGE, "public"), giving(Level.NONE), True),
        (having(Level.MANAGE, "*").but("categories"), giving(Level.EDIT, "*", "*"), False),
        (having(Level.MANAGE, "*").but("categories"), giving(Level.EDIT, "*", "*", "VIP"), True),
    ],
)
def test_nobody_gives_more_than_they_have(view: View, given: Grant, *, may: bool) -> None:
    assert may_grant(view, given) is may
    if may:
        require_may_grant(view, given, "Clients")
    else:
        with pytest.raises(NotAllowed):
            require_may_grant(view, given, "Clients")


def test_a_label_gives_nobody_the_right_to_label_but_takes_none_away() -> None:
    everything = giving(Level.EDIT, "*", "*", "VIP")
    standing = Standing(1, login="ada")
    alone = resolve(standing, CLIENTS, [], CLASSES_OF_FIELDS, {7: [everything]})
    assert not alone.is_any
    assert alone.on("uuid", None, {7}).may_write("mail")
    assert not alone.on("uuid", None, {7}).may_write("categories")
    assert not alone.on("uuid", None, {7}).writes_everything
    assert alone.on("uuid", None, {8}).level is Level.NONE
    both = resolve(standing, CLIENTS, [giving(Level.EDIT, "public", "categories")], CLASSES_OF_FIELDS, {7: [everything]})
    assert both.on("uuid", None, {7}).writes_everything
    assert not both.on("uuid", None).may_write("mail")
    assert both.fingerprint != resolve(standing, CLIENTS, [giving(Level.EDIT, "public", "categories")], CLASSES_OF_FIELDS).fingerprint


def test_the_most_specific_grant_on_a_label_decides_there_too() -> None:
    grants = {7: [giving(Level.VIEW, "*"), Grant(CLIENTS.slug, Subject.parse("account:ada"), Level.NONE, label="VIP")]}
    assert not resolve(Standing(1, login="ada"), CLIENTS, [], CLASSES_OF_FIELDS, grants).labelled
    assert resolve(Standing(2, login="dov"), CLIENTS, [], CLASSES_OF_FIELDS, grants).within(7).view.level is Level.VIEW


@pytest.mark.parametrize("name", ["*", "public", "Private", "mobile", "telephoneNumber", "photo", "x-skype", "HOBBY"])
def test_classes_fields_and_properties_can_be_granted(name: str) -> None:
    require_known(giving(Level.EDIT, name, name), CLASSES_OF_FIELDS)


@pytest.mark.parametrize("reads, writes", [("public contact", ""), ("public", "mobil")])
def test_a_name_that_means_nothing_is_refused_with_those_that_do(reads: str, writes: str) -> None:
    with pytest.raises(BadInput, match=r"'(contact|mobil)' is neither a field, .* classes are .*public"):
        require_known(giving(Level.EDIT, reads, writes), CLASSES_OF_FIELDS)
