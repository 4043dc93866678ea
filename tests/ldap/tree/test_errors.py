# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import importlib
import pkgutil

import pytest

import dirserver
from dirserver.errors import BadInput, DirserverError, NotFound
from dirserver.ldap.tree.errors import CODES, result_of
from dirserver.ldap.wire.message import Code


def tree(root: type[DirserverError]) -> list[type[DirserverError]]:
    return [root, *(found for child in root.__subclasses__() for found in tree(child))]


# Loading a door's web framework or a command line only to look for errors is not worth it, and migrations run when imported.
_LEFT_OUT = ("dirserver.web", "dirserver.cli", "dirserver.serve", "dirserver.store.migrations", "dirserver.demo")


def import_everything() -> None:
    for module in pkgutil.walk_packages(dirserver.__path__, "dirserver."):
        if not module.name.startswith(_LEFT_OUT):
            importlib.import_module(module.name)


def test_each_error_of_the_tree_has_a_code() -> None:
    import_everything()
    ours = [error for error in tree(DirserverError) if error.__module__.startswith(("dirserver.errors", "dirserver.ldap"))]
    assert [error.__name__ for error in ours if error not in CODES] == []


def test_errors_of_other_rooms_are_told_as_what_they_are() -> None:
    class Special(NotFound):
        pass

    outcome = result_of(Special("there is no such thing"))
    assert (outcome.code, outcome.message) == (Code.NO_SUCH_OBJECT, "there is no such thing")


@pytest.mark.parametrize("error", [RuntimeError("password=x"), KeyError("secret"), None])
def test_what_is_not_ours_is_told_without_a_word_of_it(error: BaseException | None) -> None:
    outcome = result_of(error)
    assert outcome.code is Code.OTHER
    assert "password" not in outcome.message
    assert "secret" not in outcome.message


def test_a_message_that_may_be_shown_is_shown() -> None:
    assert result_of(BadInput("line 3: bad")).message == "line 3: bad"
