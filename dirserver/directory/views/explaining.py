# SPDX-License-Identifier: GPL-3.0-or-later
"""Why somebody may do something: the same resolution that decides, with the grants that it rests on.

Nothing is worked out a second time: the Views are those of ``access.rights.resolve``, and a grant is named for a field exactly
if what it allows by itself holds that field.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from dirserver.access.rights import Basis, Rights, Rule, basis_of, resolve, together
from dirserver.access.view import FieldClasses, View, field_name
from dirserver.directory.views.asking import Asking, standing_of
from dirserver.directory.views.entry import BookView, Entry
from dirserver.model.attribute import FIELDS
from dirserver.model.book import Level
from dirserver.model.grant import Grant
from dirserver.model.principal import Door, Principal
from dirserver.store.rights import label_grants


@dataclass(frozen=True, slots=True)
class FieldAnswer:
    """Whether a field may be read and written, and by which grants (their subjects); both empty where none is needed."""

    field: str
    of_class: str
    may_read: bool
    may_write: bool
    read_by: tuple[str, ...]
    write_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody may do with entries, and why. ``relation`` is ``self``, ``manager``, ``label`` or empty."""

    relation: str
    level: Level
    rule: str
    decided_by: tuple[Grant, ...]
    added_by: tuple[Grant, ...]
    passed_over: tuple[Grant, ...]
    fields: tuple[FieldAnswer, ...]


@dataclass(frozen=True, slots=True)
class May:
    """What one account may do on one book, or on what carries the ``label`` that one is asked about."""

    rights: Rights
    basis: Basis
    classes: FieldClasses
    carried: Callable[[str], Collection[int]]
    label: int | None = None

    @property
    def is_any(self) -> bool:
        """True if the book shows at all."""
        return self.rights.is_any

    def in_general(self, fields: Iterable[str] = ()) -> Answer:
        """Return what holds on entries that are neither one's own nor a report's; ``fields`` none: all that are known."""
        return self._answer("", self.rights.view, self._on((self.label,)), fields)

    def on_labels(self, fields: Iterable[str] = ()) -> tuple[Answer, ...]:
        """Return what holds on what carries a label that gives more, label by label."""
        return tuple(self._answer("label", self.rights.within(label).view, self._on((label,)), fields) for label in self.rights.labelled)

    def on_own(self, fields: Iterable[str] = ()) -> Answer:
        """Return what holds on one's own entry."""
        return self._answer("self", self.rights.own, self.basis.own, fields)

    def on_reports(self, fields: Iterable[str] = ()) -> Answer:
        """Return what holds on the entries of one's reports."""
        return self._answer("manager", self.rights.managed, self.basis.managed, fields)

    def on(self, entry: Entry, fields: Iterable[str] = ()) -> Answer:
        """Return what holds on this entry, as the operator sees it."""
        person, manager = self.rights.person, entry.manager.uuid if entry.manager is not None else None
        carried = [label for label in self.carried(entry.uuid) if label in self.basis.labelled]
        view = self.rights.on(entry.uuid, manager, carried)
        added = self._on((*carried, self.label))
        if person is not None and entry.uuid == person:
            return self._answer("self", view, (*self.basis.own, *added), fields)
        if person is not None and manager == person:
            return self._answer("manager", view, (*self.basis.managed, *added), fields)
        return self._answer("label" if added else "", view, added, fields)

    def _on(self, labels: Iterable[int | None]) -> tuple[Grant, ...]:
        known = dict.fromkeys(label for label in labels if label is not None and label in self.basis.labelled)
        return tuple(grant for label in known for grant in self.basis.labelled[label].general)

    def _answer(self, relation: str, view: View, added: tuple[Grant, ...], fields: Iterable[str]) -> Answer:
        grants = (*self.basis.general, *added)
        names = sorted({field_name(name) for name in fields} or _known_fields())
        found = tuple(self._field(name, view, grants) for name in names)
        return Answer(relation, view.level, self.basis.rule, self.basis.general, added, self.basis.passed_over, found)

    def _field(self, name: str, view: View, grants: tuple[Grant, ...]) -> FieldAnswer:
        alone = [(grant.named, _alone(grant, self.classes)) for grant in grants]
        return FieldAnswer(
            _spelled(name),
            self.classes.class_of(name),
            view.may_read(name),
            view.may_write(name),
            tuple(subject for subject, its in alone if its.may_read(name)),
            tuple(subject for subject, its in alone if its.may_write(name)),
        )


def may(asking: Asking, account_id: int | None, view: BookView) -> May:
    """Return what an account may do on a book, or on what carries the label that it shows. NotAuthenticated for a closed account."""
    standing, book = standing_of(asking.tx, Principal(Door.CLI, account_id)), view.book
    grants, on_labels = asking.grants.get(book.slug, ()), asking.on_labels(book)
    rights = resolve(standing, book, grants, asking.classes, on_labels)
    basis = basis_of(standing, book, grants, on_labels)

    def carried(uuid: str) -> Collection[int]:
        return label_grants.carried(asking.tx, rights.labelled, (uuid,)).get(uuid, ())

    if view.label is None:
        return May(rights, basis, asking.classes, carried)
    return May(rights.within(view.label.id), basis, asking.classes, carried, view.label.id)


def _alone(grant: Grant, classes: FieldClasses) -> View:
    view = together((grant,), classes)
    return view.but("categories") if grant.label else view


def because(answer: Answer) -> str:
    """Say in a sentence what an answer rests on."""
    if answer.rule not in {Rule.GRANTS, Rule.NOTHING}:
        return f"{answer.rule}: may do everything"
    if not answer.decided_by and not answer.added_by:
        return "no grant fits: nothing shows"
    told = ", ".join(f"{grant.named} ({grant.level.name.lower()})" for grant in answer.decided_by) or "no grant for entries in general"
    if answer.added_by:
        told += "; on this entry also " + ", ".join(f"{grant.named} ({grant.level.name.lower()})" for grant in answer.added_by)
    if answer.passed_over:
        told += "; less specific and so passed over: " + ", ".join(grant.named for grant in answer.passed_over)
    return told


_SPELLED = {field.lower(): field for field in FIELDS}


def _known_fields() -> set[str]:
    return set(_SPELLED)


def _spelled(name: str) -> str:
    return _SPELLED.get(name, name)
