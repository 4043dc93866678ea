# SPDX-License-Identifier: GPL-3.0-or-later
"""Labels as people handle them: named once in a book, put on many contacts, merged. ``labelling`` keeps cards and groups equal."""

from __future__ import annotations

from collections.abc import Sequence

from dirserver.access.require import require_writable
from dirserver.card.card import Card
from dirserver.card.groups import categories_of, member_keys, member_value, with_members
from dirserver.card.packed import unpack
from dirserver.directory.views.asking import Asking
from dirserver.directory.views.entry import BookView, Entry
from dirserver.directory.views.presenting import present
from dirserver.errors import BadInput, Conflict, NotAllowed, NotFound
from dirserver.model.book import Book, BookKind
from dirserver.model.entry import Kind, State
from dirserver.store.entries import entries, labels
from dirserver.store.entries.entries import Stored

_MOST_NAME = 120
_AT_ONCE = 500


def require_name(asking: Asking, book: BookView, name: str) -> str:
    """Return the name of a new label as it is kept. BadInput, Conflict if it is taken, NotAllowed without the right to label."""
    if book.book.kind is BookKind.PEOPLE:
        raise NotAllowed("people are in groups; labels are for shared and personal books")
    require_writable(book.view, ("categories",))
    name = " ".join(name.split())
    if not name or len(name) > _MOST_NAME or not name.isprintable():
        raise BadInput(f"a label needs a name of up to {_MOST_NAME} letters")
    if labels.named(asking.tx, book.book.id, (name,)):
        raise Conflict(f"there is a label '{name}' already")
    return name


def require_mergeable(one: Stored, other: Stored) -> None:
    """Raise BadInput unless these are two labels of one book."""
    is_pair = one.id != other.id and one.row.book_id == other.row.book_id
    if not is_pair or {one.row.kind, other.row.kind} != {Kind.GROUP} or {one.row.state, other.row.state} != {State.ACTIVE}:
        raise BadInput("two different labels of one book can be merged")


def require_not_last(asking: Asking, book: Book, label: Stored) -> None:
    """Raise Conflict where a book wants labels and this one, which is about to go, is the last one of a contact. Other entries may go."""
    if not book.needs_label or label.row.kind != Kind.GROUP or label.row.state != State.ACTIVE:
        return
    namesakes = {one.id for one in labels.named(asking.tx, book.id, (label.row.display,))} - {label.id}
    members = labels.members(asking.tx, (label.id, *namesakes))
    spared = {one.entry_id for label_id in namesakes for one in members.get(label_id, ()) if one.is_member}
    left = [one.entry_id for one in members.get(label.id, ()) if one.is_member and one.is_active and one.entry_id not in spared]
    for start in range(0, len(left), _AT_ONCE):
        for stored in labels.by_ids(asking.tx, left[start : start + _AT_ONCE]):
            if set(categories_of(unpack(stored.row.card))) <= {label.row.display.strip()}:
                raise Conflict(
                    f"some contacts of '{book.name}' have no other label than '{label.row.display}', and each needs one: "
                    "give them another one first"
                )


def joined(into: Card, other: Card) -> Card:
    """Return the card of a group with the members of another one too."""
    keys = (*member_keys(into), *member_keys(other))
    return with_members(into, {key: member_value(key) for key in keys}, ())


def entries_in(asking: Asking, book: BookView, uuids: Sequence[str]) -> tuple[Entry, ...]:
    """Return these contacts of a book. NotFound if one of them isn't there for the asker."""
    wanted = tuple(dict.fromkeys(uuid.lower() for uuid in uuids))
    found = present(asking, entries.many(asking.tx, "uuid", book.book.id, wanted))
    active = tuple(entry for entry in found if entry.state is State.ACTIVE and entry.kind is not Kind.GROUP)
    if len(active) != len(wanted):
        raise NotFound("some of these contacts are gone; look at the list again")
    return active


def relabelled(card: Card, added: Sequence[str], removed: Sequence[str]) -> tuple[str, ...] | None:
    """Return the labels that a card has then; None where that is what it has."""
    now = categories_of(card)
    then = tuple(dict.fromkeys((*(name for name in now if name not in removed), *added)))
    return None if then == now else then
