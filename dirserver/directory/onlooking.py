# SPDX-License-Identifier: GPL-3.0-or-later
"""My entry as others see it: asked of the same rules that decide when they ask, and never more than I may see of it myself."""

from __future__ import annotations

import sys
from dataclasses import replace

from dirserver.access.rights import Rights, Standing, resolve
from dirserver.access.view import View
from dirserver.card.merge import redact
from dirserver.directory.asking import Asking
from dirserver.directory.entry import Entry, ShownCard
from dirserver.errors import NotAllowed, NotFound
from dirserver.model.book import Book, Level
from dirserver.model.fold import fold
from dirserver.model.grant import Subject, SubjectKind
from dirserver.store import books

_SOMEBODY = sys.maxsize
"""The number of an account that nobody has: a colleague in no group."""


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

    def audience(self, entry: Entry, name: str) -> tuple[Subject, ...]:
        """Return which of the kinds see a field (in any spelling)."""
        book = self._own_book(entry)
        return tuple(kind for kind in self.kinds(entry) if self._view(book, kind).may_read(name))

    def _view(self, book: Book, onlooker: Subject) -> View:
        rights = self._rights(book, onlooker)
        return rights.managed if onlooker.kind is SubjectKind.MANAGER else rights.view

    def _rights(self, book: Book, onlooker: Subject) -> Rights:
        match onlooker.kind:
            case SubjectKind.GROUP:
                standing = Standing(_SOMEBODY, frozenset({fold(onlooker.name)}))
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
