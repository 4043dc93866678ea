# SPDX-License-Identifier: GPL-3.0-or-later
"""Writing whole cards, as CardDAV clients do (RFC 6352 section 6.3.2): made, or laid over what is stored.

Rules of this file: the book is claimed, so nothing that is read here changes meanwhile. The entry is read once, its card
unpacked once; what is stored is what was checked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from dirserver.access.require import require_level, require_writable
from dirserver.access.view import View
from dirserver.card.card import Card, Version
from dirserver.card.convert import convert
from dirserver.card.groups import categories_of, with_categories
from dirserver.card.media import REFERENCE, Media, digests
from dirserver.card.merge import merge_hidden, redact, with_stored_photo
from dirserver.card.packed import unpack
from dirserver.card.respelling import respelled
from dirserver.directory.changes.confirming import vouches
from dirserver.directory.changes.holding import Gate
from dirserver.directory.changes.losing import with_what_was_lost
from dirserver.directory.groups.label_sharing import LabelKeeper
from dirserver.directory.ledger.adding import add, require_add, require_label_left
from dirserver.directory.ledger.drafting import as_href, checked, next_row
from dirserver.directory.ledger.ledger import Ledger
from dirserver.directory.views.asking import Asking
from dirserver.directory.views.entry import Draft, Form, Put
from dirserver.directory.views.presenting import etag_of, formed, present_one, shown_card, shows
from dirserver.directory.views.spelling import SHOWING_CATEGORIES, in_dialect, spelled_out
from dirserver.errors import NotAllowed, NotFound, Stale, UidTaken
from dirserver.model.book import Book, Level
from dirserver.model.change import What
from dirserver.model.entry import Kind, State
from dirserver.model.names import ETag, Href
from dirserver.model.profile import GroupDialect, PhotoSize
from dirserver.store.entries import blobs, books, entries
from dirserver.store.entries.blobs import Blob
from dirserver.store.entries.entries import Stored


class Laid(NamedTuple):
    """An entry after a whole card was laid over it, and what the writer sees of it."""

    stored: Stored
    shown: Card


class Conditions(NamedTuple):
    """What must hold for a PUT: the ETag that the entry still has, or that there is none yet."""

    if_match: ETag | None = None
    must_be_new: bool = False


def put(gate: Gate, book: Book, href: Href, card: Card, conditions: Conditions) -> Put:
    """Make or change the entry at ``href``; see ``Writing.put``."""
    asking, ledger = gate.asking, gate.ledger
    stored = ledger.claim_entry(book, href)
    if stored is None:
        if conditions.if_match is not None:
            raise Stale(f"there is no entry '{href}' any more")
        wanted = LabelKeeper(asking).with_kept(book, None, card)
        require_add(asking, book, wanted)
        made, prepared = add(ledger, book, Draft(wanted, href=href))
        view = asking.view_on(book, made.row)
        # A group that waited for it may have put its name into it.
        kept = prepared.card if made.row.card == prepared.row.card else unpack(made.row.card)
        return _put(asking, book, Laid(made, kept if view.reads_everything else redact(kept, view.may_read)), card, is_new=True)
    stored = spelled_out(asking.tx, (stored,))[0]
    view = asking.view_on(book, stored.row)
    if view.level < Level.VIEW or stored.row.state != State.ACTIVE:
        raise NotAllowed(f"you may not write '{href}'")
    if conditions.must_be_new:
        raise Stale(f"there is an entry '{href}' already")
    check_match(asking, stored, view, conditions.if_match)
    require_level(view, Level.EDIT, stored.row.display)
    require_its_uid(stored, card)
    given = _with_stored_photo(asking, stored, view, card)
    laid = lay_over(gate, stored, view, given, dialect=asking.served.form.groups)
    if laid.stored is stored and gate.held:
        # Nothing is changed by now: without a word in the change log the program would go on showing what it has sent.
        ledger.tell_again(book, stored.row.href, stored.id)
    return _put(asking, book, laid, card)


def require_its_uid(stored: Stored, card: Card) -> None:
    """Raise UidTaken where a card says to be another than the one that is stored under its name (RFC 6352 section 6.3.2.1).

    One without a UID is taken for the one that is there. Programs differ in ``urn:uuid:`` and in case for one and the same.
    """
    uid = card.uid
    if uid is None or uid == stored.row.uid or _bare(uid) in {_bare(stored.row.uid), _bare(unpack(stored.row.card).uid or "")}:
        # What the card itself says is what its reader has got, whatever the row is found by.
        return
    raise UidTaken(f"the entry '{stored.row.href}' has the UID '{stored.row.uid}', which never changes", stored.row.href)


def _bare(uid: str) -> str:
    return uid.lower().removeprefix("urn:uuid:")


def _with_stored_photo(asking: Asking, stored: Stored, view: View, card: Card) -> Card:
    form = asking.served.form
    if form.photo is PhotoSize.STORED or REFERENCE not in stored.row.card:
        return card
    shown = shown_card(view, stored.row.card)
    return with_stored_photo(shown, formed(asking.tx, shown, form.in_version(card.version)), card)


def _put(asking: Asking, book: Book, laid: Laid, card: Card, *, is_new: bool = False) -> Put:
    row, shown, form = laid.stored.row, laid.shown, asking.served.form
    # Who sends one version and is served the other gets other bytes anyway: nothing is converted to see that.
    is_as_given = form.version in {None, card.version} and formed(asking.tx, shown, form) == card
    etag = etag_of(row.digest, asking.view_on(book, row).fingerprint, form.key)
    return Put(etag, is_new, is_as_given, lambda: present_one(asking, book, row, shown))


def tell_again(asking: Asking, ledger: Ledger, book: Book, href: Href) -> None:
    """Let whoever follows the book hear of a name again; see ``Writing.tell_again``."""
    rights = asking.rights_on(book)
    if not rights.is_any and not rights.labelled:
        raise NotFound(f"there is no book '{book.slug}'")
    ledger.claim(book)
    stored = entries.held(asking.tx, book.id, href)
    ledger.tell_again(book, as_href(href), stored.id if stored is not None and shows(asking.view_on(book, stored.row), stored.row) else 0)


def check_match(asking: Asking, stored: Stored, view: View, if_match: ETag | None) -> None:
    """Raise Stale unless the entry has the ETag that is wanted, in a form in which the asker may have got it."""
    if if_match is None:
        return
    form = asking.served.form
    # What GET and listings show first; by Accept a client may have got any version.
    if etag_of(stored.row.digest, view.fingerprint, form.key) == if_match:
        return
    forms = (Form(None, form.photo, form.groups), form.in_version(Version.V3), form.in_version(Version.V4))
    if not any(etag_of(stored.row.digest, view.fingerprint, each.key) == if_match for each in forms):
        raise Stale("the entry has changed since you read it")


def lay_over(
    gate: Gate,
    stored: Stored,
    view: View,
    card: Card,
    *,
    what: What = What.CHANGED,
    known: frozenset[str] = frozenset(),
    dialect: GroupDialect = GroupDialect.STORED,
) -> Laid:
    """Write a whole card over an entry: what the writer couldn't see or may not change is kept.

    ``known`` are digests of photos that ``card`` may refer to, apart from those that it was shown. What needs somebody's consent is
    held back at the ``gate``. Raises NotAllowed, BadCard.
    """
    require_level(view, Level.EDIT, stored.row.display)
    before = unpack(stored.row.card)
    if stored.row.kind == Kind.GROUP:
        require_writable(view, ("categories",))
    shown = in_dialect(before if view.reads_everything else redact(before, view.may_read), dialect)
    uid = before.uid or stored.row.uid
    given, media = checked(card if card.uid == uid else card.with_uid(uid), known | frozenset(digests(shown)))
    given = respelled(shown, given)
    sent = with_what_was_lost(shown, given, gate.ledger.principal.client)
    # A program that isn't told of categories hasn't taken them away, where there are any.
    is_told = dialect in SHOWING_CATEGORIES or stored.row.kind == Kind.GROUP or not categories_of(before)
    may_read = view.may_read if is_told else _but_categories(view)
    shows_all = is_told and view.reads_everything and view.writes_everything
    merged = sent if shows_all else merge_hidden(before, sent, may_read, view.may_write)
    if not is_told and view.may_write("categories"):
        # It may have a setting of its own by which it writes them all the same (DAVx5): those come to the ones that it isn't told of.
        merged = with_categories(merged, added=categories_of(sent))
    if stored.row.kind != Kind.GROUP and (gate.asking.shared.grants or categories_of(before)):
        book = books.by_id(gate.asking.tx, stored.row.book_id)
        if book is not None:
            merged = LabelKeeper(gate.asking).with_kept(book, before, merged)
            require_label_left(gate.asking, book, before, merged)
    if merged == before:
        if sent not in (shown, convert(shown, sent.version)) and not view.writes_everything:
            raise NotAllowed("none of what you changed may be changed by you")
        return Laid(stored, shown)
    if merged is not given:
        # Both halves were good, together they may be too much.
        merged, _ = checked(merged, frozenset(digests(before)) | frozenset(digests(merged)))
    passed = gate.passed(stored, (before, merged), media)
    if passed == before:
        return Laid(stored, shown)
    merged = passed
    changed = save(gate.ledger, stored, merged, media, what, by=gate.asking)
    shown = in_dialect(merged if view.reads_everything else redact(merged, view.may_read), dialect)
    return Laid(changed, shown)


def _but_categories(view: View) -> Callable[[str], bool]:
    return lambda name: name != "categories" and view.may_read(name)


def save(ledger: Ledger, stored: Stored, card: Card, media: Sequence[Media], what: What, *, by: Asking | None = None) -> Stored:
    """Store a card that was checked, whose photos are apart, as the next revision; ``by`` is who changes it by hand, if somebody does."""
    if media:
        blobs.add(ledger.tx, [Blob(one.digest, one.media_type, one.data) for one in media], ledger.at_us)
    is_vouched = by is not None and vouches(by, ledger, stored.row, what)
    prepared = next_row(stored.row, card, what, ledger.stamp(stored.row.book_id), is_vouched=is_vouched)
    return ledger.change(stored, prepared.row, says=prepared)
