# SPDX-License-Identifier: GPL-3.0-or-later
"""From grants to Views: what one principal may do on one book.

The most specific tier that has a grant decides for entries in general: the account's own grants, else those of its groups
together, else the one for every account, else the one for anonymous. So a group can be given less than everybody has, and a
person other than their group. Grants for ``self`` and ``manager`` add to that on one's own entry and on one's reports', grants on
a label on the entries that carry it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from dirserver.access.view import EVERYTHING, FieldClasses, View, field_name, nothing
from dirserver.model.book import Book, BookKind, Level
from dirserver.model.filter import Guard
from dirserver.model.fold import fold
from dirserver.model.grant import Grant, Subject, SubjectKind

OnLabels = Mapping[int, Sequence[Grant]]
"""Grants on labels of a book, by the id of the label's group."""
NO_LABELS: OnLabels = MappingProxyType({})
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
    """What a principal may do on a book: ``view`` with any entry, ``own`` with its own, ``managed`` with its reports'.

    ``labelled`` comes to that on the entries that carry a label (the id of its group); which those are is looked up where there are
    any.
    """

    view: View
    own: View
    managed: View
    person: str | None
    labelled: Mapping[int, View] = field(default_factory=lambda: MappingProxyType({}))
    fingerprint: str = field(init=False, compare=False)
    """What two principals share who are shown the same; one's own uuid matters only where own entries show more."""

    def __post_init__(self) -> None:
        parts = [self.view.fingerprint, self.own.fingerprint, self.managed.fingerprint]
        is_same_for_all = parts[1] == parts[0] and parts[2] == parts[0]
        told = repr(parts if is_same_for_all else [*parts, self.person])
        if self.labelled:
            # By the levels too: they say which of the entries show at all.
            told += repr([(label, self.labelled[label].level, self.labelled[label].fingerprint) for label in sorted(self.labelled)])
        object.__setattr__(self, "fingerprint", hashlib.sha256(told.encode()).hexdigest()[:16])

    @property
    def is_any(self) -> bool:
        """True if the book shows at all; what a label alone shows is shown as a book of its own."""
        return max(self.view.level, self.own.level, self.managed.level) >= Level.VIEW

    def on(self, uuid: str, manager: str | None, carried: Collection[int] = ()) -> View:
        """Return the View on the entry with this uuid and manager that carries these of the ``labelled``."""
        view = self.on_unlabelled(uuid, manager)
        for label in carried:
            granted = self.labelled.get(label)
            view = view if granted is None else view.joined(granted)
        return view

    def on_unlabelled(self, uuid: str, manager: str | None) -> View:
        """Return what of it doesn't rest on a label."""
        if self.person is None:
            return self.view
        if uuid == self.person:
            return self.own
        return self.managed if manager == self.person else self.view

    def within(self, label: int) -> Rights:
        """Return the rights on what carries a label, seen by itself."""
        granted = self.labelled.get(label)
        if granted is None:
            return self
        others = {other: view for other, view in self.labelled.items() if other != label}
        return Rights(self.view.joined(granted), self.own.joined(granted), self.managed.joined(granted), self.person, others)

    def guards_for(self, name: str) -> frozenset[Guard | int] | None:
        """Tell for whose entries an assertion on a field counts: None for all, an empty set for none; a number is that label's."""
        if self.view.may_read(name):
            return None
        guards: set[Guard | int] = {label for label, view in self.labelled.items() if view.may_read(name)}
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
    labelled: Mapping[int, Basis] = field(default_factory=lambda: MappingProxyType({}))
    """What the rights on what carries a label rest on besides."""


def basis_of(standing: Standing, book: Book, grants: Sequence[Grant], on_labels: OnLabels = NO_LABELS) -> Basis:
    """Return what the principal's rights on ``book`` rest on; ``grants`` are those of this book, and of labels in it."""
    if standing.is_system:
        return Basis(Rule.OPERATOR)
    if book.owner_id is not None and book.owner_id == standing.account_id:
        return Basis(Rule.OWNER)
    if standing.is_admin and book.kind is not BookKind.PERSONAL:
        return Basis(Rule.ADMINISTRATOR)
    general, passed_over = _deciding(standing, grants)
    own, managed = (
        tuple(grant for grant in grants if grant.subject.kind is kind and standing.person is not None)
        for kind in (SubjectKind.SELF, SubjectKind.MANAGER)
    )
    labelled = {}
    for label, given in on_labels.items():
        deciding, others = _deciding(standing, given)
        if deciding:
            labelled[label] = Basis(Rule.GRANTS, deciding, passed_over=others)
    return Basis(Rule.GRANTS if general or own or managed or labelled else Rule.NOTHING, general, own, managed, passed_over, labelled)


def _deciding(standing: Standing, grants: Sequence[Grant]) -> tuple[tuple[Grant, ...], tuple[Grant, ...]]:
    """Return the grants of the most specific tier that has any, and those of the others."""
    tiers = [tuple(grant for grant in grants if grant.subject.kind is tier and is_one_of(standing, grant.subject)) for tier in _TIERS]
    first = next((tier for tier in tiers if tier), ())
    return first, tuple(grant for tier in tiers if tier is not first for grant in tier)


def resolve(standing: Standing, book: Book, grants: Sequence[Grant], classes: FieldClasses, on_labels: OnLabels = NO_LABELS) -> Rights:
    """Return what the principal may do on ``book``; ``grants`` are those of this book, and of labels in it."""
    basis = basis_of(standing, book, grants, on_labels)
    if basis.rule not in {Rule.GRANTS, Rule.NOTHING}:
        return _same(_everything(classes), standing)
    view = together(basis.general, classes)
    # Who could label through a label could share, and take away, what isn't theirs.
    labelled = {label: together(each.general, classes).but("categories") for label, each in basis.labelled.items()}
    labelled = {label: granted for label, granted in labelled.items() if granted.level >= Level.VIEW}
    if standing.person is None:
        return Rights(view, view, view, None, labelled)
    own, managed = view.joined(together(basis.own, classes)), view.joined(together(basis.managed, classes))
    return Rights(view, own, managed, standing.person, labelled)


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
