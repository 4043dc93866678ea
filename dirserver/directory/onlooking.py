# SPDX-License-Identifier: GPL-3.0-or-later
"""My entry as others see it: asked of the same rules that decide when they ask, and never more than I may see of it myself."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from dirserver.access.rights import Rights, Standing, resolve
from dirserver.access.view import View
from dirserver.card.merge import redact
from dirserver.directory.views.asking import Asking
from dirserver.directory.views.entry import Entry, ShownCard
from dirserver.errors import NotAllowed, NotFound
from dirserver.model.book import Book, Level
from dirserver.model.fold import fold
from dirserver.model.grant import Subject, SubjectKind
from dirserver.store.entries import books

_SOMEBODY = sys.maxsize
"""The number of an account that nobody has: a colleague in no group."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Who sees a field: anybody at all, everybody with an account who is in no group with a grant of its own, one's manager.

    ``seeing`` and ``blind`` are the groups and single accounts with grants of their own that do and don't, whatever the others see.
    """

    anybody: bool
    everybody: bool
    manager: bool
    seeing: tuple[Subject, ...]
    blind: tuple[Subject, ...]


def _audience(sees: Mapping[Subject, bool]) -> Audience:
    def of(*kinds: SubjectKind) -> dict[Subject, bool]:
        return {subject: does for subject, does in sees.items() if subject.kind in kinds}

    special = of(SubjectKind.GROUP, SubjectKind.ACCOUNT)
    return Audience(
        anybody=any(of(SubjectKind.ANONYMOUS).values()),
        everybody=any(of(SubjectKind.AUTHENTICATED).values()),
        manager=any(of(SubjectKind.MANAGER).values()),
        seeing=tuple(subject for subject, does in special.items() if does),
        blind=tuple(subject for subject, does in special.items() if not does),
    )


class Onlookers:
    """Who may look at an entry of the asker's own, and what they see."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    def kinds(self, entry: Entry) -> tuple[Subject, ...]:
        """Return those who may see something else than others: colleagues, the manager, groups with a grant, anybody at all."""
        book = self._own_book(entry)
        grants = self._asking.grants.get(book.slug, ())
        kinds = [Subject(SubjectKind.AUTHENTICATED)]
        if any(grant.subject.kind is SubjectKind.MANAGER for grant in grants) and entry.manager is not None:
            kinds.append(Subject(SubjectKind.MANAGER))
        kinds += sorted((grant.subject for grant in grants if grant.subject.kind is SubjectKind.GROUP), key=lambda one: fold(one.name))
        return (*kinds, Subject(SubjectKind.ANONYMOUS))

    def shown_to(self, entry: Entry, onlooker: Subject) -> Entry | None:
        """Return the entry as somebody of that kind sees it, None if they don't. NotFound for a kind that isn't among ``kinds``."""
        if onlooker not in self.kinds(entry):
            raise NotFound("nobody of that kind looks at this")
        view = self._view(self._own_book(entry), onlooker)
        if view.level < Level.VIEW:
            return None
        return replace(
            entry,
            shown=ShownCard(lambda: redact(entry.card, view.may_read)),
            view=view,
            is_self=False,
            manager=entry.manager if view.may_read("manager") else None,
        )

    def audiences(self, entry: Entry, names: Iterable[str]) -> dict[str, Audience]:
        """Return who sees each of these fields (in any spelling), oneself and administrators apart, who see all of them."""
        book = self._own_book(entry)
        grants = self._asking.grants.get(book.slug, ())
        single = [grant.subject for grant in grants if grant.subject.kind is SubjectKind.ACCOUNT]
        views = {kind: self._view(book, kind) for kind in (*self.kinds(entry), *single) if not self._is_me(kind)}
        return {name: _audience({kind: view.may_read(name) for kind, view in views.items()}) for name in names}

    def _is_me(self, kind: Subject) -> bool:
        return kind.kind is SubjectKind.ACCOUNT and fold(kind.name) == fold(self._asking.standing.login)

    def _view(self, book: Book, onlooker: Subject) -> View:
        rights = self._rights(book, onlooker)
        return rights.managed if onlooker.kind is SubjectKind.MANAGER else rights.view

    def _rights(self, book: Book, onlooker: Subject) -> Rights:
        match onlooker.kind:
            case SubjectKind.GROUP:
                standing = Standing(_SOMEBODY, frozenset({fold(onlooker.name)}))
            case SubjectKind.ACCOUNT:
                standing = Standing(_SOMEBODY, login=onlooker.name)
            case SubjectKind.MANAGER:
                standing = Standing(_SOMEBODY, person="-")
            case SubjectKind.ANONYMOUS:
                standing = Standing()
            case _:
                standing = Standing(_SOMEBODY)
        return resolve(standing, book, self._asking.grants.get(book.slug, ()), self._asking.classes)

    def _own_book(self, entry: Entry) -> Book:
        book = books.by_slug(self._asking.tx, entry.book)
        if book is None or self._asking.standing.person != entry.uuid:
            raise NotAllowed("who sees an entry is told to the one whose it is")
        return book
