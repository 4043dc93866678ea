# SPDX-License-Identifier: GPL-3.0-or-later
"""Labels that are granted to somebody: giving and taking back, and who may put one on or take it off.

What carries such a label is shown to others for that alone, so putting it on is sharing an entry: it takes what giving the label's
grants on the whole book would take. See ``docs/decisions/0033``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from dirserver.access.granting import may_grant, require_known, require_may_grant
from dirserver.access.require import require_level
from dirserver.card.card import Card
from dirserver.card.groups import categories_of, with_categories
from dirserver.directory.ledger.ledger import Ledger
from dirserver.directory.views.asking import Asking
from dirserver.directory.views.entry import BookView
from dirserver.errors import BadInput, NotAllowed
from dirserver.model.audit import Action, Event
from dirserver.model.book import Book, BookKind, Level
from dirserver.model.fold import fold
from dirserver.model.grant import Grant, Subject, SubjectKind
from dirserver.store.entries import labels
from dirserver.store.rights import label_grants, permissions

_RELATIONS = frozenset({SubjectKind.SELF, SubjectKind.MANAGER})


@dataclass(frozen=True, slots=True)
class LabelKeeper:
    """Who asks, as far as labels that are granted to somebody are concerned."""

    asking: Asking

    def may_keep(self, book: Book, label_id: int) -> bool:
        """Tell whether the asker may put a label of a book on entries, and take it off; one that is granted to nobody is no matter here."""
        given = self.asking.on_labels(book).get(label_id)
        if not given:
            return True
        # What rests on labels doesn't count: else one who sees a part of the book could give away the rest.
        view = self.asking.rights_on(book).view
        return all(may_grant(view, each) for each in given)

    def require(self, book: Book, label_id: int, name: str) -> None:
        """Raise NotAllowed unless the asker may put a label on entries, and take it off."""
        if not self.may_keep(book, label_id):
            raise NotAllowed(f"'{name}' is shared: who puts it on an entry, or takes it off, must be allowed to share the entry as far")

    def out_of_reach(self, book: Book) -> tuple[int, ...]:
        """Return the labels of a book that the asker may not put on or take off."""
        return tuple(label_id for label_id in self.asking.on_labels(book) if not self.may_keep(book, label_id))

    def names_out_of_reach(self, book: Book) -> frozenset[str]:
        """Return what those are called."""
        return frozenset(stored.row.display for stored in labels.by_ids(self.asking.tx, self.out_of_reach(book)))

    def with_kept(self, book: Book, before: Card | None, card: Card) -> Card:
        """Return a card with those of them as they were: a program that sends whole cards isn't refused the rest."""
        kept = self.names_out_of_reach(book) if self.asking.on_labels(book) else frozenset[str]()
        if not kept:
            return card
        had = () if before is None else categories_of(before)
        has = categories_of(card)
        lost = [name for name in had if name in kept and name not in has]
        new = [name for name in has if name in kept and name not in had]
        return with_categories(card, added=lost, removed=new) if lost or new else card


def grants_on(asking: Asking, view: BookView) -> tuple[Grant, ...]:
    """Return the grants on a label, or on all labels of a book, for those who may share it. They name their label as it is called now."""
    require_level(view.view, Level.MANAGE, view.name)
    on_labels = asking.on_labels(view.book)
    wanted = tuple(on_labels) if view.label is None else (view.label.id,)
    called = {stored.id: stored.row.display for stored in labels.by_ids(asking.tx, wanted)}
    return tuple(replace(each, label=called[label_id]) for label_id in wanted if label_id in called for each in on_labels.get(label_id, ()))


def grant(asking: Asking, ledger: Ledger, view: BookView, given: Grant) -> None:
    """Give a grant on a label; as on a book nobody gives more than they have. BadInput for what a label can't have, NotAllowed."""
    if view.label is None or view.book.kind is not BookKind.SHARED:
        raise BadInput("labels of shared books can be granted, no others")
    if given.subject.kind in _RELATIONS:
        raise BadInput(f"'{given.subject}' is who an entry is about or leads them; give that on the whole book")
    if given.level > Level.MANAGE:
        raise BadInput("a label has no owner of its own; give 'manage' at most")
    given = replace(given, book=view.book.slug, label=view.label.name)
    require_known(given, view.view.classes)
    require_may_grant(view.view, given, view.name)
    _require_over(asking, view, given.subject)
    label_grants.put(ledger.tx, view.label.id, given)
    allowed = (f"level={given.level.name.lower()}", f"reads={','.join(given.reads)}", f"writes={','.join(given.writes)}")
    ledger.record(Event(Action.GRANT_GIVEN, f"book:{view.slug}", permissions.target_of(ledger.tx, given.subject), allowed))


def revoke(asking: Asking, ledger: Ledger, view: BookView, subject: Subject) -> None:
    """Take a grant on a label back; only one that the asker could have given."""
    require_level(view.view, Level.MANAGE, view.name)
    _require_over(asking, view, subject)
    if view.label is not None:
        label_grants.revoke(ledger.tx, view.label.id, subject)
        ledger.record(Event(Action.GRANT_REVOKED, f"book:{view.slug}", permissions.target_of(ledger.tx, subject)))


def _require_over(asking: Asking, view: BookView, subject: Subject) -> None:
    for present in _present(asking, view):
        if present.subject.kind is subject.kind and fold(present.subject.name) == fold(subject.name):
            require_may_grant(view.view, present, view.name)


def _present(asking: Asking, view: BookView) -> Iterable[Grant]:
    # As it stands in this transaction: somebody else may have given meanwhile.
    return (each.grant for each in label_grants.listed(asking.tx) if view.label is not None and each.label_id == view.label.id)
