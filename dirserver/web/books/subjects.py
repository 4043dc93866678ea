# SPDX-License-Identifier: GPL-3.0-or-later
"""Whom somebody means who types a name: an account, by login or by the name in the list of people."""

from __future__ import annotations

from dataclasses import dataclass

from dirserver.directory.reading import Reading
from dirserver.errors import NotFound
from dirserver.model.book import BookKind
from dirserver.web.shell.current import identity

_MOST = 8


@dataclass(frozen=True, slots=True)
class Meant:
    """Somebody with an account who may be meant."""

    login: str
    name: str


def meant(opened: Reading, typed: str) -> tuple[Meant, ...]:
    """Return who is meant: one for a login, all that a search finds for anything else; nobody without an open account."""
    typed = " ".join(typed.split())[:200]
    if not typed:
        return ()
    try:
        account = identity().account(typed)
    except NotFound:
        account = None
    if account is not None and account.is_active:
        return (Meant(account.login, account.name or account.login),)
    people = tuple(view.slug for view in opened.books() if view.book.kind is BookKind.PEOPLE)
    found = opened.suggest(typed, books=people, limit=_MOST).entries if people else ()
    accounts = identity().accounts_of([entry.uuid for entry in found])
    return tuple(
        Meant(accounts[entry.uuid].login, entry.display) for entry in found if entry.uuid in accounts and accounts[entry.uuid].is_active
    )
