# SPDX-License-Identifier: GPL-3.0-or-later
"""The active entries of a book in bulk, for whom sees them alike: what a listing needs, and what was rendered before.

Every question here is one statement that streams; nothing grows with the book but the time it takes. Whole books come in the
order in which entries were made (``book_order``): any other takes twice the time and more.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Integer, Select, and_, bindparam, case, exists, func, literal, literal_column, or_, select, true, type_coerce
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import NullType

from dirserver.store.engine.counters import is_access
from dirserver.store.engine.opening import ReadTx
from dirserver.store.engine.prepared import Prepared, Values, among
from dirserver.store.engine.texts import storable
from dirserver.store.entries.book_order import ACTIVE, BOOK, all_of_book, few_of_book
from dirserver.store.entries.changes import was_in
from dirserver.store.entries.entries import Reach
from dirserver.store.schema.tables import change, counter, entry, labelled, rendering

_CHUNK = 500
_FEW = 50
_SIZES = (1, 10, 50)
"""How many names a statement is written for; fewer are filled up."""
_LINES = 256
"""Lines that come at once: some tens of kilobytes, which a processor has at hand while they are worked on."""
_SCANNED = 4
"""Entries there may be for each one of a book: up to here, reading all that lies there is quicker than finding each."""
OWN = "\x0e"
MANAGED = "\x0f"
"""Stand behind a digest in ``whole_lines``."""
_CARDS = Prepared(select(entry.c.id, entry.c.card).where(among(entry.c.id, "ids")), "ids")


class Shown(NamedTuple):
    """What a listing needs of an entry."""

    href: str
    digest: str
    modified_us: int
    uuid: str
    manager: str | None


class Kept(NamedTuple):
    """An entry with what is kept of it for one View and form; ``card`` (packed) is there only where nothing is."""

    href: str
    digest: str
    modified_us: int
    uuid: str
    manager: str | None
    id: int
    etag: str | None
    body: bytes | None
    card: str | None


class KeptColumns(NamedTuple):
    """Some of these, by column."""

    hrefs: tuple[str, ...]
    digests: tuple[str, ...]
    modified_us: tuple[int, ...]
    uuids: tuple[str, ...]
    managers: tuple[str | None, ...]
    ids: tuple[int, ...]
    etags: tuple[str | None, ...]
    bodies: tuple[bytes | None, ...]
    cards: tuple[str | None, ...]

    @classmethod
    def of(cls, rows: Sequence[Kept]) -> KeptColumns:
        """Return the columns of these, at least one."""
        return cls(*zip(*rows, strict=True))

    def rows(self) -> list[Kept]:
        """Return them one by one."""
        return list(map(Kept, *self))


_SHOWN = (entry.c.href, entry.c.digest, entry.c.modified_us, entry.c.uuid, entry.c.manager)
# The driver gives octets as they are; SQLAlchemy's type would look at each row again.
_KEPT = (*_SHOWN, entry.c.id, rendering.c.etag, type_coerce(rendering.c.body, NullType()), case((rendering.c.etag.is_(None), entry.c.card)))
_PERSON = bindparam("person", type_=entry.c.uuid.type)
_AFTER = bindparam("after", type_=entry.c.href.type)
_LABEL = bindparam("label", type_=Integer)
# Put so, the index on it isn't walked through for a few.
_HREF: ColumnElement[str] = entry.c.href.concat(literal_column("''"))
_NUMBER = bindparam("number", type_=change.c.number.type)
# Written out, not as parameters: the planners must see that these are the conditions of the indexes.
_TRASHED: ColumnElement[str] = literal_column("'trashed'")
_GROUP: ColumnElement[str] = literal_column("'group'")


class Stretch(NamedTuple):
    """What lies behind an entry (its id) in the database: ``most`` entries, each of no more ``octets``."""

    behind: int
    most: int
    octets: int


class _Kind(NamedTuple):
    """For whom a statement is written."""

    is_whole: bool
    with_own: bool
    with_managed: bool
    with_groups: bool
    with_label: bool
    is_sqlite: bool

    @property
    def is_by_person(self) -> bool:
        return self.with_own or self.with_managed


class _Lines(NamedTuple):
    """For whom a statement for lines is written."""

    with_groups: bool
    with_whose: bool
    is_sqlite: bool


def whole(tx: ReadTx, book_id: int, reach: Reach) -> Iterator[Shown]:
    """Stream what is in reach, by id."""
    return map(Shown._make, _asked(tx, _whole, reach, book_id))


def whole_lines(tx: ReadTx, book_id: int, reach: Reach, *, with_whose: bool = False) -> Iterator[str]:
    """Stream a book that is in reach as a whole, in blocks of lines: href, tab, digest, line feed; by id. No name holds one.

    ``with_whose``: ``OWN`` stands behind the digest of the person's own entry, ``MANAGED`` behind those whom they manage.
    """
    kind = _Lines(reach.with_groups, with_whose, tx.is_sqlite)
    values = (book_id, *((reach.person,) if with_whose else ()))
    count, last = (_EXTENT.one(tx, book_id) if tx.is_sqlite else None) or (0, None)
    if last is None or count * _SCANNED < last:
        lines = (row[0] for row in _lines(kind).stream(tx, *values))
        while chunk := tuple(itertools.islice(lines, _LINES)):
            yield "".join(chunk)
        return
    for after in range(0, last, _LINES):
        found = _lines_after(kind).one(tx, *values, after, after + _LINES)
        if found is not None and found[0] is not None:
            yield found[0]


def whole_kept(tx: ReadTx, book_id: int, reach: Reach, view: str, form: str) -> Iterator[Kept]:
    """Stream what is in reach with what is kept of it for a View (its fingerprint) in a form, by id."""
    return map(Kept._make, _asked(tx, _whole_kept, reach, book_id, view, form))


def page(tx: ReadTx, book_id: int, reach: Reach, after: str, most: int) -> Iterator[Shown]:
    """Stream the first of what is in reach and stands after an href, by href."""
    return map(Shown._make, _asked(tx, _page, reach, book_id, after, most))


def gone_page(tx: ReadTx, book_id: int, reach: Reach, after: str, most: int) -> Iterator[str]:
    """Stream the first of the hrefs that ever were, stand after an href and are not in reach now, by href."""
    return (row[0] for row in _asked(tx, _gone_page, reach, book_id, after, most))


def named(tx: ReadTx, book_id: int, reach: Reach, hrefs: Sequence[str]) -> Iterator[Shown]:
    """Stream those of ``hrefs`` that are in reach, by href for each 500 of them."""
    hrefs = storable(hrefs)
    for start in range(0, len(hrefs), _CHUNK):
        chunk = hrefs[start : start + _CHUNK]
        filled = _filled(tx, chunk)
        made, asked = (_named, (chunk,)) if filled is None else (functools.partial(_few, len(filled)), filled)
        yield from map(Shown._make, _asked(tx, made, reach, book_id, *asked, most=len(chunk)))


def named_kept(tx: ReadTx, book_id: int, reach: Reach, view: str, form: str, hrefs: Sequence[str]) -> Iterator[Kept]:
    """Stream those of ``hrefs`` that are in reach with what is kept of them, by href for each 500 of them."""
    hrefs = storable(hrefs)
    for start in range(0, len(hrefs), _CHUNK):
        chunk = hrefs[start : start + _CHUNK]
        yield from map(Kept._make, _asked(tx, _named_kept, reach, book_id, view, form, chunk, most=len(chunk)))


def named_kept_now(tx: ReadTx, book_id: int, reach: Reach, view: str, form: str, hrefs: Sequence[str]) -> tuple[int, KeptColumns] | None:
    """Return those of a few ``hrefs`` that are in reach with what is kept of them, and the access number of the same moment.

    None where there are none of them.
    """
    hrefs = storable(hrefs)
    filled = _filled(tx, hrefs)
    if filled is not None:
        rows = list(_asked(tx, functools.partial(_few_kept_now, len(filled)), reach, book_id, view, form, *filled, most=1))
    else:
        rows = list(_asked(tx, _named_kept_now, reach, book_id, view, form, hrefs, most=1))
    return _in_columns(rows)


def next_kept_now(tx: ReadTx, book_id: int, reach: Reach, view: str, form: str, stretch: Stretch) -> tuple[int, KeptColumns] | None:
    """Return as ``named_kept_now`` does what is kept of a stretch of a book: the next in a listing, mostly."""
    behind, most, octets = stretch
    until = behind + _SCANNED * most
    return _in_columns(list(_asked(tx, _next_kept_now, reach, book_id, view, form, behind, until, octets, most, most=1)))


def _in_columns(rows: Sequence[Values]) -> tuple[int, KeptColumns] | None:
    if not rows:
        return None
    *columns, numbers = zip(*rows, strict=True)
    return numbers[0], KeptColumns._make(columns)


def cards(tx: ReadTx, entry_ids: Sequence[int]) -> dict[int, str]:
    """Return the (packed) cards of some entries, by id."""
    return dict(_CARDS.all(tx, entry_ids)) if entry_ids else {}


def gone(tx: ReadTx, book_id: int, reach: Reach, number: int) -> Iterator[str]:
    """Stream the hrefs that something happened to after ``number`` (-1: ever) and that are not in reach now, each once, by href."""
    return (row[0] for row in _asked(tx, _gone, reach, book_id, number))


def _filled(tx: ReadTx, hrefs: Sequence[str]) -> tuple[str, ...] | None:
    """Return a few names filled up to how many a statement is written for: SQLite finds them in half the time of a list in JSON."""
    size = next((size for size in _SIZES if size >= len(hrefs)), None)
    if not tx.is_sqlite or not hrefs or size is None:
        return None
    return (*hrefs, *[hrefs[-1]] * (size - len(hrefs)))


def _asked(
    tx: ReadTx, made: Callable[[_Kind], Prepared], reach: Reach, *values: object, most: int | None = None
) -> Iterator[Values] | list[Values]:
    by_person = not reach.is_whole and reach.person is not None
    own, managed, with_label = by_person and reach.with_own, by_person and reach.with_managed, reach.label is not None
    kind = _Kind(reach.is_whole, own, managed, reach.with_groups, with_label, tx.is_sqlite)
    values = (*values, *((reach.person,) if kind.is_by_person else ()), *((reach.label,) if with_label else ()))
    # A stream has to be begun and ended, on PostgreSQL by three questions; so a card or ten come at once.
    return made(kind).all(tx, *values) if most is not None and most <= _FEW else made(kind).stream(tx, *values)


def _prepared(kind: _Kind, question: Select[tuple[object, ...]], *names: str) -> Prepared:
    return Prepared(question, *names, *(("person",) if kind.is_by_person else ()), *(("label",) if kind.with_label else ()))


def _but_groups(with_groups: bool) -> tuple[ColumnElement[bool], ...]:  # noqa: FBT001
    return () if with_groups else (entry.c.kind != _GROUP,)


def _within(kind: _Kind) -> tuple[ColumnElement[bool], ...]:
    also = _but_groups(kind.with_groups)
    if kind.with_label:
        also = (*also, entry.c.id.in_(select(labelled.c.entry_id).where(labelled.c.label_id == _LABEL, labelled.c.is_member.is_(true()))))
    if kind.is_whole:
        return also
    by = ((kind.with_own, entry.c.uuid), (kind.with_managed, entry.c.manager))
    parts = [column == _PERSON for is_wanted, column in by if is_wanted]
    return (or_(*parts) if parts else entry.c.id < 0, *also)


def _by_href(kind: _Kind) -> ColumnElement[bool]:
    # "Not trashed" says nothing new, but leads SQLite to the index on href, which holds no trash.
    return and_(entry.c.book_id == BOOK, entry.c.state == ACTIVE, entry.c.state != _TRASHED, *_within(kind))


def _in_book(asked: Select[Any], kind: _Kind) -> Select[Any]:
    if kind.is_whole and not kind.with_label:
        return all_of_book(asked, *_within(kind), is_sqlite=kind.is_sqlite)
    return few_of_book(asked, *_within(kind))


_COUNTED = select(func.count()).where(entry.c.book_id == BOOK, entry.c.state == ACTIVE).scalar_subquery()
_EXTENT = Prepared(select(_COUNTED, select(func.max(entry.c.id)).scalar_subquery()), "book")
_WITH_KEPT = entry.outerjoin(
    rendering,
    and_(rendering.c.entry_id == entry.c.id, rendering.c.view == bindparam("view"), rendering.c.format == bindparam("form")),
)


def _was_there(kind: _Kind) -> tuple[ColumnElement[bool], ...]:
    # Who follows a label is told of nothing but what was in it once.
    return (was_in(_LABEL),) if kind.with_label else ()


def _is_seen(kind: _Kind) -> ColumnElement[bool]:
    seen = select(literal(1)).select_from(entry).where(entry.c.book_id == change.c.book_id, entry.c.href == change.c.href)
    return exists(seen.where(entry.c.state == ACTIVE, entry.c.state != _TRASHED, *_within(kind)).correlate(change))


@functools.cache
def _whole(kind: _Kind) -> Prepared:
    return _prepared(kind, _in_book(select(*_SHOWN), kind), "book")


@functools.cache
def _lines(kind: _Lines) -> Prepared:
    question = all_of_book(select(_line(kind)), *_but_groups(kind.with_groups), is_sqlite=kind.is_sqlite)
    return Prepared(question, "book", *(("person",) if kind.with_whose else ()))


@functools.cache
def _lines_after(kind: _Lines) -> Prepared:
    # The sum leaves the indexes out: entries are read in the order in which they lie there, whosever they are.
    here = and_(entry.c.id > bindparam("after"), entry.c.id <= bindparam("until"), entry.c.book_id + literal_column("0") == BOOK)
    question: Select[Any] = select(func.group_concat(_line(kind), literal_column("''"))).where(here, entry.c.state == ACTIVE)
    question = question.where(*_but_groups(kind.with_groups))
    return Prepared(question, "book", *(("person",) if kind.with_whose else ()), "after", "until")


def _line(kind: _Lines) -> ColumnElement[str]:
    line = entry.c.href.concat(literal_column("'\t'")).concat(entry.c.digest)
    if kind.with_whose:
        whose: list[tuple[ColumnElement[bool], ColumnElement[str]]] = [
            (column == _PERSON, literal_column(f"'{mark}'")) for column, mark in ((entry.c.uuid, OWN), (entry.c.manager, MANAGED))
        ]
        line = line.concat(case(*whose, else_=literal_column("''")))
    return line.concat(literal_column("'\n'"))


@functools.cache
def _page(kind: _Kind) -> Prepared:
    question = select(*_SHOWN).where(_by_href(kind), entry.c.href > _AFTER).order_by(entry.c.href).limit(bindparam("most"))
    return _prepared(kind, question, "book", "after", "most")


@functools.cache
def _gone_page(kind: _Kind) -> Prepared:
    question = select(change.c.href).where(change.c.book_id == BOOK, change.c.href > _AFTER, ~_is_seen(kind), *_was_there(kind)).distinct()
    return _prepared(kind, question.order_by(change.c.href).limit(bindparam("most")), "book", "after", "most")


@functools.cache
def _named(kind: _Kind) -> Prepared:
    return _prepared(kind, select(*_SHOWN).where(_by_href(kind), among(entry.c.href, "hrefs")).order_by(_HREF), "book", "hrefs")


@functools.cache
def _whole_kept(kind: _Kind) -> Prepared:
    return _prepared(kind, _in_book(select(*_KEPT).select_from(_WITH_KEPT), kind), "book", "view", "form")


@functools.cache
def _named_kept(kind: _Kind) -> Prepared:
    question = select(*_KEPT).select_from(_WITH_KEPT).where(_by_href(kind), among(entry.c.href, "hrefs")).order_by(_HREF)
    return _prepared(kind, question, "book", "view", "form", "hrefs")


@functools.cache
def _named_kept_now(kind: _Kind) -> Prepared:
    return _prepared(kind, _kept_now(_by_href(kind), among(entry.c.href, "hrefs")), "book", "view", "form", "hrefs")


@functools.cache
def _few_kept_now(size: int, kind: _Kind) -> Prepared:
    wanted, names = _written_out(size)
    return _prepared(kind, _kept_now(_by_href(kind), wanted), "book", "view", "form", *names)


@functools.cache
def _next_kept_now(kind: _Kind) -> Prepared:
    near = and_(entry.c.id > bindparam("behind"), entry.c.id <= bindparam("until"))
    # The sum leaves the indexes out, as in ``_lines_after``.
    here = and_(near, entry.c.book_id + literal_column("0") == BOOK, entry.c.state == ACTIVE, *_within(kind))
    is_short = func.length(rendering.c.body) <= bindparam("octets", type_=Integer)
    question = _kept_now(here, is_short).order_by(entry.c.id).limit(bindparam("most"))
    return _prepared(kind, question, "book", "view", "form", "behind", "until", "octets", "most")


@functools.cache
def _few(size: int, kind: _Kind) -> Prepared:
    wanted, names = _written_out(size)
    return _prepared(kind, select(*_SHOWN).where(_by_href(kind), wanted), "book", *names)


def _written_out(size: int) -> tuple[ColumnElement[bool], list[str]]:
    names = [f"href_{number}" for number in range(size)]
    return entry.c.href.in_([bindparam(name, type_=entry.c.href.type) for name in names]), names


def _kept_now(*wanted: ColumnElement[bool]) -> Select[Any]:
    now = select(counter.c.number).where(is_access).scalar_subquery()
    return select(*_KEPT, now).select_from(_WITH_KEPT).where(*wanted)


@functools.cache
def _gone(kind: _Kind) -> Prepared:
    question = (
        select(change.c.href).where(change.c.book_id == BOOK, change.c.number > _NUMBER, ~_is_seen(kind), *_was_there(kind)).distinct()
    )
    return _prepared(kind, question.order_by(change.c.href), "book", "number")
