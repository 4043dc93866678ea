# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of one row: a new entry, a change of one that is there, nothing, or a refusal with its reason.

Plan and apply both ask here, each within its own transaction, so that what is written was decided on what is stored then.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum

from dirserver.card.card import Card
from dirserver.card.fields import attributes, from_attributes
from dirserver.card.groups import categories_of
from dirserver.card.media import photo_digest
from dirserver.card.photo import normalise_photo
from dirserver.card.validate import validate
from dirserver.directory.views.entry import BookView, Draft, Entry
from dirserver.errors import BadInput
from dirserver.exchange.blending import blend
from dirserver.exchange.checking import check, with_small_photos
from dirserver.exchange.keys import By, Keys
from dirserver.exchange.lookup import Lookup
from dirserver.exchange.problem import Problem, Severity
from dirserver.exchange.referring import REFERENCES, meant
from dirserver.exchange.row import Row, Values
from dirserver.model.attribute import Syntax, find
from dirserver.model.entry import State
from dirserver.model.modification import Modification, Operation

_PHOTO = "jpegPhoto"
_NAMES = ("cn", "sn", "givenName", "displayName", "o", "mail")


class Action(StrEnum):
    """What becomes of a row."""

    ADD = "add"
    CHANGE = "change"
    UNCHANGED = "unchanged"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a row, with what it takes: ``draft`` to add, ``entry`` and ``modifications`` or ``card`` to change."""

    row: Row
    action: Action
    problems: tuple[Problem, ...] = ()
    draft: Draft | None = None
    entry: Entry | None = None
    modifications: tuple[Modification, ...] = ()
    card: Card | None = None


class Stage(Enum):
    """PLAN looks at every value and builds no new cards; APPLY builds them from values that were looked at already."""

    PLAN = "plan"
    APPLY = "apply"


class Judge:
    """Decides over rows, one after the other; ``lookup`` must be prepared for them.

    ``refused_lines``: rows that a reference must not lead to.
    """

    def __init__(
        self, lookup: Lookup, book: BookView, keys: Keys, *, stage: Stage = Stage.PLAN, refused_lines: frozenset[int] = frozenset()
    ) -> None:
        self._lookup = lookup
        self._book = book
        self._keys = keys
        self._stage = stage
        self._refused_lines = refused_lines

    def decide(self, row: Row) -> Decision:
        """Return what becomes of ``row``; its own problems come along."""
        problems = [*row.problems, *(check(row) if self._stage is Stage.PLAN else ())]
        if _refuses(problems):
            return Decision(row, Action.REFUSE, tuple(problems))
        entry = self._entry_for(row, problems)
        if _refuses(problems):
            return Decision(row, Action.REFUSE, tuple(problems))
        try:
            if row.card is not None:
                return self._decide_card(row, row.card, entry, problems)
            values = self._resolved(row, problems)
            return self._changed(row, values, entry, problems) if entry is not None else self._new(row, values, problems)
        except BadInput as error:
            problems.append(Problem(row.line, "", error.public_message, "mend the row, or take it out"))
            return Decision(row, Action.REFUSE, tuple(problems))

    # Which entry is meant

    def _entry_for(self, row: Row, problems: list[Problem]) -> Entry | None:
        entry = self._lookup.by_uuid(row.uuid) if row.uuid is not None else None
        if entry is not None and entry.book != self._book.slug:
            if row.card is None:
                problems.append(
                    Problem(
                        row.line,
                        "uuid",
                        f"an entry of the book '{entry.book}' has this UUID",
                        "import into that book, or leave the uuid out",
                    )
                )
            entry = None
        if entry is None and row.card is not None and row.card.uid:
            entry = self._lookup.by_uid(row.card.uid)
        if row.name is not None:
            entry = self._by_name(row, row.name, entry, problems)
        if entry is not None and entry.state is not State.ACTIVE:
            problems.append(Problem(row.line, "", "the archive of this book holds this entry", "restore it first, or take the row out"))
        return entry

    def _by_name(self, row: Row, name: str, entry: Entry | None, problems: list[Problem]) -> Entry | None:
        named = self._lookup.by_name(name)
        if entry is None:
            if named is not None and row.uuid is not None:
                reason = f"the uid '{name[:60]}' belongs to an entry with another UUID ({named.uuid})"
                problems.append(Problem(row.line, "uid", reason, "leave the uuid out to change that entry, or give another uid"))
            return named
        if named is None and entry.name != name:
            reason = f"the entry is called '{entry.name}', not '{name[:60]}'"
            problems.append(Problem(row.line, "uid", reason, "it keeps its uid: an import doesn't rename", Severity.DOUBTFUL))
        elif named is not None and named.uuid != entry.uuid:
            problems.append(Problem(row.line, "uid", f"the uid '{name[:60]}' belongs to another entry", "correct uid or uuid"))
        return entry

    # References

    def _resolved(self, row: Row, problems: list[Problem]) -> Values:
        """Return the row's values with each reference turned into a UUID; what leads nowhere is left out and told."""
        if row.values.keys().isdisjoint(REFERENCES):
            return row.values
        values: dict[str, tuple[str | bytes, ...]] = {}
        for name, given in row.values.items():
            if name not in REFERENCES or not given:
                values[name] = given
                continue
            uuids: list[str] = []
            for text in map(str, given):
                uuid = self._referred(text)
                if uuid is not None:
                    uuids.append(f"urn:uuid:{uuid}")
                    continue
                reason = f"nobody is called '{text[:60]}', neither here nor in the file"
                remedy = "give a uid, a UUID, a mail address or a DN; it is left out"
                problems.append(Problem(row.line, name, reason, remedy, Severity.DOUBTFUL))
            if uuids:
                values[name] = tuple(uuids)
        return values

    def _referred(self, text: str) -> str | None:
        reference = meant(text)
        if reference.by is By.UUID:
            is_known = self._line_of(By.UUID, reference.key) is not None or self._lookup.by_uuid(reference.key) is not None
            return reference.key if is_known else None
        is_name = reference.by is By.NAME
        # First what stands in the book, then the file's own rows, then the people: the same in whatever order rows go in.
        found = self._lookup.referred(reference.key) if is_name else None
        for by in (By.NAME, By.MAIL) if is_name else (By.DN,):
            line = self._line_of(by, reference.key) if found is None else None
            found = self._keys.uuid_at(line) if line is not None else found
        return self._lookup.referred_elsewhere(reference.key) if found is None and is_name else found

    def _line_of(self, by: By, key: str) -> int | None:
        line = self._keys.line_of(by, key)
        return None if line in self._refused_lines else line

    # New and changed

    def _new(self, row: Row, values: Values, problems: list[Problem]) -> Decision:
        if not any(_says(value) for name in _NAMES for value in values.get(name, ())):
            problems.append(Problem(row.line, "cn", "the name is missing", "give cn, or givenName and sn"))
            return Decision(row, Action.REFUSE, tuple(problems))
        if not any(_says(value) for value in values.get("categories", ())) and self._lacks_label(row, problems):
            return Decision(row, Action.REFUSE, tuple(problems))
        if self._stage is Stage.PLAN:
            return Decision(row, Action.ADD, tuple(problems))
        uuid = self._keys.uuid_for(row)
        card = from_attributes(with_small_photos(values), uid=uuid)
        return Decision(row, Action.ADD, tuple(problems), draft=Draft(card, row.name, uuid))

    def _lacks_label(self, row: Row, problems: list[Problem]) -> bool:
        """Tell whether the book wants a label, which a new row lacks, and note that."""
        if self._book.book.needs_label:
            problems.append(Problem(row.line, "categories", "each contact of this book needs a label", "give categories"))
        return self._book.book.needs_label

    def _changed(self, row: Row, values: Values, entry: Entry, problems: list[Problem]) -> Decision:
        changes = tuple(_differences(with_small_photos(values), entry))
        forbidden = (change.attribute for change in changes if not entry.view.may_write(change.attribute))
        remedy = "take the column out, or ask who manages the book"
        problems.extend(Problem(row.line, name, "you may not change this", remedy) for name in forbidden)
        if _refuses(problems):
            return Decision(row, Action.REFUSE, tuple(problems))
        return Decision(row, Action.CHANGE if changes else Action.UNCHANGED, tuple(problems), entry=entry, modifications=changes)

    def _decide_card(self, row: Row, card: Card, entry: Entry | None, problems: list[Problem]) -> Decision:
        validate(card)
        if entry is None and card.kind != "group" and not categories_of(card) and self._lacks_label(row, problems):
            return Decision(row, Action.REFUSE, tuple(problems))
        if entry is None and self._stage is Stage.PLAN:
            return Decision(row, Action.ADD, tuple(problems))
        if entry is None:
            uuid = row.uuid if card.uid else self._keys.uuid_for(row)
            return Decision(row, Action.ADD, tuple(problems), draft=Draft(card if card.uid else card.with_uid(str(uuid)), None, uuid))
        blended = blend(entry.card, card)
        action = Action.UNCHANGED if blended == entry.card else Action.CHANGE
        return Decision(row, action, tuple(problems), entry=entry, card=blended)


def _refuses(problems: Iterable[Problem]) -> bool:
    return any(problem.severity is Severity.REFUSED for problem in problems)


def _says(value: str | bytes) -> bool:
    return bool(value.strip())


def _differences(values: Values, entry: Entry) -> Iterable[Modification]:
    """Yield a replacement for each attribute whose values aren't those that are stored, in whatever order."""
    stored: Mapping[str, tuple[str, ...]] = attributes(entry.card)
    for name, given in values.items():
        attribute = find(name)
        if attribute is not None and attribute.syntax is Syntax.BINARY:
            if name != _PHOTO or not _is_same_photo(given, entry.card):
                yield Modification(name, Operation.REPLACE, given)
        elif sorted(dict.fromkeys(given), key=str) != sorted(stored.get(name, ())):
            yield Modification(name, Operation.REPLACE, given)


def _is_same_photo(given: tuple[str | bytes, ...], card: Card) -> bool:
    stored = photo_digest(card)
    if len(given) != 1 or stored is None:
        return not given and stored is None
    data = given[0]
    return isinstance(data, bytes) and stored in (hashlib.sha256(data).hexdigest(), hashlib.sha256(normalise_photo(data)).hexdigest())
