# SPDX-License-Identifier: GPL-3.0-or-later
"""From grants to Views: what one principal may do on one book.

The most specific tier that has a grant decides for entries in general: the account's own grants, else those of its groups
together, else the one for every account, else the one for anonymous. So a group can be given less than everybody has, and a
person other than their group. Grants for ``self`` and ``manager`` add to that on one's own entry and on one's reports'.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from dirserver.access.view import EVERYTHING, FieldClasses, View, field_name, nothing
from dirserver.model.book import Book, BookKind, Level
from dirserver.model.filter import Guard
from dirserver.model.fold import fold
from dirserver.model.grant import Grant, Subject, SubjectKind

_TIERS = (SubjectKind.ACCOUNT, SubjectKind.GROUP, SubjectKind.AUTHENTICATED, SubjectKind.ANONYMOUS)


@dataclass(frozen=True, slots=True)
class Standing:
    """Who the principal is as far as grants care: an account (0 for none), its groups (folded names), its own entry's uuid."""

    account_id: int = 0
    groups: frozenset[str] = frozenset()
    person: str | None = None
    is_admin: bool = False
    is_system: bool = False
    login: str = ""
    stamp: int = 0
    """The account's: it grows when what it signs in with changes."""


@dataclass(frozen=True, slots=True)
class Rights:
    """What a principal may do on a book: ``view`` with any entry, ``own`` with its own, ``managed`` with its reports'."""

    view: View
    own: View
    managed: View
    person: str | None
    fingerprint: str = field(init=False, compare=False)
    """What two principals share who are shown the same; one's own uuid matters only where own entries show more."""

    def __post_init__(self) -> None:
        parts = [self.view.fingerprint, self.own.fingerprint, self.managed.fingerprint]
        is_same_for_all = parts[1] == parts[0] and parts[2] == parts[0]
        told = repr(parts if is_same_for_all else [*parts, self.person])
        object.__setattr__(self, "fingerprint", hashlib.sha256(told.encode()).hexdigest()[:16])

    @property
    def is_any(self) -> bool:
        """True if the book shows at all."""
        return max(self.view.level, self.own.level, self.managed.level) >= Level.VIEW

    def on(self, uuid: str, manager: str | None) -> View:
        """Return the View on the entry with this uuid and manager."""
        if self.person is None:
            return self.view
        if uuid == self.person:
            return self.own
        return self.managed if manager == self.person else self.view

    def guards_for(self, name: str) -> frozenset[Guard] | None:
        """Tell for whose entries an assertion on a field counts: None for all, an empty set for none."""
        if self.view.may_read(name):
            return None
        guards = set()
        if self.person is not None and self.own.may_read(name):
            guards.add(Guard.SELF)
        if self.person is not None and self.managed.may_read(name):
            guards.add(Guard.MANAGED)
        return frozenset(guards)


class Rule(StrEnum):
    """What somebody's rights on a book rest on."""

    OPERATOR = "operator of the machine"
    OWNER = "owner of the book"
    ADMINISTRATOR = "administrator"
    GRANTS = "grants"
    NOTHING = "no grant"


@dataclass(frozen=True, slots=True)
class Basis:
    """What rights rest on: the grants that decide for entries in general, those that add on one's own entry and on one's reports'.

    ``passed_over`` fit too, but a more specific tier has decided before them.
    """

    rule: Rule
    general: tuple[Grant, ...] = ()
    own: tuple[Grant, ...] = ()
    managed: tuple[Grant, ...] = ()
    passed_over: tuple[Grant, ...] = ()


def basis_of(standing: Standing, book: Book, grants: Sequence[Grant]) -> Basis:
    """Return what the principal's rights on ``book`` rest on; ``grants`` are those of this book."""
    if standing.is_system:
        return Basis(Rule.OPERATOR)
    if book.owner_id is not None and book.owner_id == standing.account_id:
        return Basis(Rule.OWNER)
    if standing.is_admin and book.kind is not BookKind.PERSONAL:
        return Basis(Rule.ADMINISTRATOR)
    tiers = [tuple(grant for grant in grants if grant.subject.kind is tier and is_one_of(standing, grant.subject)) for tier in _TIERS]
    general = next((tier for tier in tiers if tier), ())
    passed_over = tuple(grant for tier in tiers if tier is not general for grant in tier)
    own, managed = (
        tuple(grant for grant in grants if grant.subject.kind is kind and standing.person is not None)
        for kind in (SubjectKind.SELF, SubjectKind.MANAGER)
    )
    return Basis(Rule.GRANTS if general or own or managed else Rule.NOTHING, general, own, managed, passed_over)


def resolve(standing: Standing, book: Book, grants: Sequence[Grant], classes: FieldClasses) -> Rights:
    """Return what the principal may do on ``book``; ``grants`` are those of this book."""
    basis = basis_of(standing, book, grants)
    if basis.rule not in {Rule.GRANTS, Rule.NOTHING}:
        return _same(_everything(classes), standing)
    view = together(basis.general, classes)
    if standing.person is None:
        return _same(view, standing)
    own, managed = view.joined(together(basis.own, classes)), view.joined(together(basis.managed, classes))
    return Rights(view, own, managed, standing.person)


def is_one_of(standing: Standing, subject: Subject) -> bool:
    """Tell whether a subject means the principal, relations to an entry apart."""
    match subject.kind:
        case SubjectKind.ACCOUNT:
            return standing.account_id > 0 and fold(subject.name) == fold(standing.login)
        case SubjectKind.GROUP:
            return fold(subject.name) in standing.groups
        case SubjectKind.AUTHENTICATED:
            return standing.account_id > 0
        case SubjectKind.ANONYMOUS:
            return True
        case _:
            return False


def together(grants: Iterable[Grant], classes: FieldClasses) -> View:
    """Return what grants allow that hold at once."""
    view = nothing(classes)
    for grant in grants:
        view = view.joined(View(grant.level, _names(grant.reads), _names(grant.writes), classes))
    return view


def _names(items: Iterable[str]) -> frozenset[str]:
    # An item may be a class or a field; a class has no attribute of its name, so it stands for itself.
    return frozenset(field_name(item) for item in items)


def _everything(classes: FieldClasses) -> View:
    return View(Level.OWN, frozenset({EVERYTHING}), frozenset({EVERYTHING}), classes)


def _same(view: View, standing: Standing) -> Rights:
    return Rights(view, view, view, standing.person)
