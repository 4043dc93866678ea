# SPDX-License-Identifier: GPL-3.0-or-later
"""Asking the directory: one snapshot, as one principal. Nothing here writes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dirserver.card.card import Card
from dirserver.card.media import digests, photo_digest
from dirserver.directory import serving
from dirserver.directory.books.shelves import Shelves
from dirserver.directory.changes import remembering
from dirserver.directory.concerning import Concerns
from dirserver.directory.groups import grouping
from dirserver.directory.search import browsing, charting, finding, ordering
from dirserver.directory.search.browsing import Overviews
from dirserver.directory.search.charting import Chart
from dirserver.directory.search.ordering import Ordered, Orders
from dirserver.directory.search.question import Browsed, Question
from dirserver.directory.serving import Keep
from dirserver.directory.sync import catching_up, following, mirroring
from dirserver.directory.sync.mirroring import Touched
from dirserver.directory.views.asking import Asking
from dirserver.directory.views.binding import typed_words
from dirserver.directory.views.entry import (
    Batch,
    BookView,
    Entry,
    Form,
    Group,
    OwnRecord,
    Photo,
    Revision,
    Search,
    SearchResult,
    batch_of,
)
from dirserver.directory.views.presenting import formed, is_told_of, present, present_own, reach_of, shows
from dirserver.directory.views.profiling import decide
from dirserver.directory.views.rendering import Rendering
from dirserver.errors import NotAllowed, NotFound
from dirserver.model.book import Book, BookKind, Level
from dirserver.model.change import Changes, Listed, Mark, Marks, SyncToken
from dirserver.model.client import Family
from dirserver.model.entry import Kind, State
from dirserver.model.filter import Filter
from dirserver.model.fold import fold
from dirserver.model.names import Href, Slug
from dirserver.model.order import SortKey
from dirserver.model.profile import Decided, Profile, Rule
from dirserver.store.engine import counters
from dirserver.store.entries import batches, blobs, books, entries, labels
from dirserver.store.entries.entries import Stored
from dirserver.store.rights import label_grants, profiles


class Reading(Shelves, Concerns):
    """One snapshot of the directory as one principal sees it. Hidden and missing look the same: NotFound."""

    def __init__(self, asking: Asking, keep: Keep, orders: Orders | None = None, kept: Overviews | None = None) -> None:
        super().__init__(asking)
        self._keep = keep
        self._known_orders = orders
        self._known_overviews = kept

    @property
    def _orders(self) -> Orders:
        if self._known_orders is None:
            self._known_orders = Orders()
        return self._known_orders

    @property
    def _overviews(self) -> Overviews:
        if self._known_overviews is None:
            self._known_overviews = Overviews()
        return self._known_overviews

    @property
    def profile(self) -> Profile:
        """What the asker's program gets."""
        return self._asking.served.profile

    @property
    def form(self) -> Form:
        """The form in which the asker's program gets cards: that of every ETag and token here."""
        return self._asking.served.form

    def profile_rules(self) -> tuple[Rule, ...]:
        """Return what is said about clients' profiles; only for administrators and operators."""
        self._require_operator("see all profiles")
        return profiles.listed(self._asking.tx)

    def decided(self, family: Family) -> tuple[Decided, ...]:
        """Return each setting that the asker's program of this family gets, and the rule that decided it."""
        return decide(self._asking.standing, profiles.listed(self._asking.tx), family)

    def book(self, slug: str) -> BookView:
        """Return the book of that name; a personal one is ``~LOGIN``."""
        view = super().book(slug)
        if view.label is None:
            self._asking.views[slug] = view
        return view

    # Entries

    def entry(self, book: BookView, href: str) -> Entry:
        """Return the entry of that href."""
        return self._shown(entries.by_href(self._asking.tx, book.book.id, href), f"there is no entry '{href}'", book)

    def named(self, book: BookView, name: str) -> Entry:
        """Return the entry of that name (uid), in any case."""
        return self._shown(entries.by_name(self._asking.tx, book.book.id, fold(name)), f"there is no entry named '{name}'", book)

    def find(self, uuid: str) -> Entry:
        """Return the entry of that UUID from any book that shows."""
        return self._shown(entries.by_uuid(self._asking.tx, uuid.lower()), "there is no such entry")

    def among(self, book: BookView, *, uuids: Sequence[str] = (), names: Sequence[str] = ()) -> tuple[Entry, ...]:
        """Return, in no order, the entries with one of these UUIDs (in any book that shows) or one of these names (in ``book``).

        As ``find`` and ``named`` a hundred times, in a few questions. Archived entries of the book come too where they show.
        """
        tx, wanted = self._asking.tx, [uuid.lower() for uuid in uuids]
        by_name = entries.many(tx, "name_key", book.book.id, [fold(name) for name in names])
        found = (*self._in(book, (*entries.many(tx, "uuid", book.book.id, wanted), *by_name)), *entries.names(tx, wanted))
        return present(self._asking, tuple({stored.id: stored for stored in found}.values()), within=(book,))

    def marks(self) -> Marks:
        """Return where all listed books and everybody's rights stand in this snapshot."""
        return books.all_marks(self._asking.tx)

    def shown(self, uuids: Sequence[str]) -> tuple[Entry, ...]:
        """Return, in no order, those of these entries that are active and show; their ``manager`` isn't looked up."""
        return present(self._asking, entries.names(self._asking.tx, uuids), with_managers=False)

    def at(self, book: BookView, hrefs: Sequence[Href]) -> tuple[Entry, ...]:
        """Return, in no order, the entries at these hrefs that show: as ``entry`` a hundred times, in one question."""
        held = self._in(book, entries.many(self._asking.tx, "href", book.book.id, hrefs))
        found = present(self._asking, held, within=(book,))
        return tuple(one for one in found if one.state is State.ACTIVE and is_told_of(self._asking, one))

    def labels(self, book: BookView) -> tuple[tuple[Entry, int], ...]:
        """Return the labels of a book by name, each with how many entries that show are labelled so; nothing to who may not read them."""
        if book.book.kind is BookKind.PEOPLE or book.label is not None or not book.view.may_read("categories"):
            return ()
        rights, tx, number = self._asking.rights_on(book.book), self._asking.tx, book.book.id
        found = labels.listed(tx, number)
        counts = {one.row.uuid: entries.count(tx, number, reach_of(rights, with_groups=False, label=one.id)) for one in found}
        return tuple((entry, counts[entry.uuid]) for entry in present(self._asking, found))

    def level_on(self, entry: Entry) -> Level:
        """Return what the asker may do to this very entry: one of the company's groups is changed by who keeps them, by nobody else."""
        is_kept = entry.kind is not Kind.GROUP or self.book(entry.book).book.kind is not BookKind.PEOPLE or grouping.may_keep(self._asking)
        return entry.view.level if is_kept else min(entry.view.level, Level.VIEW)

    def me(self) -> Entry | None:
        """Return the principal's own entry, or None."""
        person = self._asking.standing.person
        stored = entries.by_uuid(self._asking.tx, person) if person else None
        shown = present(self._asking, (stored,)) if stored is not None and stored.row.state == State.ACTIVE else ()
        return shown[0] if shown else None

    def own_record(self) -> OwnRecord | None:
        """Return what is stored about the principal, the archive and the trash included, as far as they see it; None if nothing is."""
        person = self._asking.standing.person
        stored = entries.by_uuid(self._asking.tx, person) if person else None
        if stored is None:
            return None
        entry = present_own(self._asking, stored, self._book_of(stored))
        return OwnRecord(entry, remembering.revisions(self._asking, stored, entry.view)) if entry is not None else None

    def reports_of(self, entry: Entry) -> tuple[Entry, ...]:
        """Return the entries that name this one as their manager, where the asker may read that."""
        found = present(self._asking, entries.reports(self._asking.tx, entry.uuid))
        return tuple(one for one in found if one.view.may_read("manager"))

    # Search

    def search(self, search: Search) -> SearchResult:
        """Answer a search; filters count only what the asker may read."""
        return finding.find(self._asking, self._searched(search.books), search)

    def ordered(self, searches: Sequence[Search], by: Sequence[SortKey], *, time_limit_s: float | None = None) -> Ordered | None:
        """Answer searches (each of books of its own) together, sorted by attributes that the asker may read.

        Who may not read one of them on an entry sees it stand where entries without it do. Limits of the searches don't count here.
        Returns None if sorting would have taken longer than the time limit.
        """
        return ordering.ordered(self._asking, self._orders, [(one, self._searched(one.books)) for one in searches], by, time_limit_s)

    def suggest(self, text: str, *, books: Sequence[Slug] | None = None, limit: int = 20, offset: int = 0) -> SearchResult:
        """Answer a search box: words in any order and any part, numbers in any spelling; names that fit come first."""
        views = self._searched(tuple(books) if books is not None else None)
        return finding.find_typed(self._asking, views, Search(typed_words(text), limit=limit, offset=offset), text)

    def suggested(self, text: str, *, books: Sequence[Slug] | None = None) -> int:
        """Count what a search box would find."""
        return finding.total(self._asking, self._searched(tuple(books) if books is not None else None), typed_words(text))

    def browse(self, book: BookView, question: Question) -> Browsed:
        """Look around in a book: a stretch of what is found, values to narrow it down by with their counts, mistakes forgiven."""
        return browsing.browse(self._asking, self._overviews, book, question)

    def chart(self, book: BookView, at: str = "", depth: int = 2) -> Chart:
        """Return who leads whom in a book, from the top or from the entry with UUID ``at``, so many levels deep."""
        return charting.chart(self._asking, self._overviews.lines, book, at, depth)

    def found(self, book: BookView, wanted: Filter, limit: int | None = None) -> Iterator[Listed]:
        """Stream href and ETag of what a filter finds in a book; the first by name where the limit leaves some, else as in a listing."""
        return finding.found(self._asking, book, wanted, limit)

    def found_cards(self, book: BookView, wanted: Filter, *, by_name: bool) -> Iterator[tuple[Listed, Card]]:
        """Stream what a filter finds in a book with the cards as the asker may see them, for who has to look at each."""
        return finding.found_cards(self._asking, book, wanted, by_name=by_name)

    # Following

    def listing(self, book: BookView) -> Iterator[Listed]:
        """Stream href and ETag of what shows, in the order in which it was made."""
        return following.listing(self._asking, book)

    def lines(self, book: BookView) -> Iterator[str]:
        """Stream href and ETag of what shows as text, in blocks of lines: href, tab, ETag, line feed. In that order too."""
        return following.lines(self._asking, book)

    def listed(self, book: BookView, hrefs: Sequence[Href]) -> tuple[Listed, ...]:
        """Return href and ETag of those of ``hrefs`` that show."""
        return following.etags(self._asking, book, hrefs)

    def token(self, book: BookView) -> SyncToken:
        """Return where a book that was looked up in this reading stands."""
        return following.token(self._asking, book)

    def mark(self, book: BookView) -> Mark:
        """Return what answers about this book hold until: ask ``Directory.still_stand`` whether they do."""
        return Mark(self._asking.access_number, book.book.id, book.book.number, book.book.epoch)

    def starts_over(self, book: BookView, since: SyncToken | None) -> bool:
        """Tell whether a client that stood at ``since`` has to be told everything: what is listed, and what is ``gone``."""
        return following.starts_over(self._asking, book, since)

    def gone(self, book: BookView) -> Iterator[Href]:
        """Stream every href that ever was in a book and doesn't show now, in its order."""
        return following.gone(self._asking, book)

    def changes(self, book: BookView, since: SyncToken | None, limit: int | None = None) -> Changes:
        """Return what a client that stood at ``since`` must do to catch up; None is a client that has nothing."""
        return catching_up.changed_since(self._asking, book, since, limit)

    def renderings(self, book: BookView, hrefs: Sequence[Href] | None, form: Form | None = None) -> Iterator[Rendering]:
        """Stream finished vCards, in the asker's form unless another is given; None for the whole book, unknown hrefs are left out."""
        return serving.serve(self._asking, book, hrefs, form or self._asking.served.form, self._keep)

    # Being mirrored

    def stamp(self) -> int:
        """Return what grows when the asker's password, state or device passwords change."""
        return self._asking.standing.stamp

    def access_number(self) -> int:
        """Return what grows with each change of grants, groups, accounts or books."""
        return counters.access_number(self._asking.tx)

    def teams_mark(self) -> str:
        """Return what changes with every change of a group and of who is in it."""
        return mirroring.teams_mark(self._asking)

    def touched(self, book: BookView, since: int, *, behind: int = 0, most: int) -> tuple[Touched, ...]:
        """Return what was changed in a book after a number of its change log, by key; at most ``most`` that stand behind a key."""
        return mirroring.touched(self._asking, book, since, behind, most)

    def referring(self, uuids: Sequence[str]) -> dict[Slug, tuple[str, ...]]:
        """Return the UUIDs of the entries that refer to one of these, by book; whether they show is for a search to say."""
        return mirroring.referring(self._asking, uuids)

    def uuids(self, book: BookView, wanted: Filter) -> Iterator[str]:
        """Stream the UUIDs of what a filter finds in a book."""
        return finding.uuids(self._asking, book, wanted)

    def matched(self, book: BookView, wanted: Filter, among: tuple[str, ...]) -> frozenset[str]:
        """Return those of ``among`` that a filter is true of for the asker, also where they lie in the archive or the trash."""
        return finding.matched(self._asking, book, wanted, among)

    # Cards and photos

    def photo(self, entry: Entry) -> Photo | None:
        """Return the entry's photo if it has one that the asker may see."""
        digest = photo_digest(entry.card)
        found = blobs.fetch(self._asking.tx, digest) if digest is not None else None
        return Photo(found.digest, found.media_type, found.data) if found is not None else None

    def blob(self, shown: Entry | Revision, digest: str) -> Photo:
        """Return octets that the (readable) card of an entry, or of one of its earlier states, refers to."""
        found = blobs.fetch(self._asking.tx, digest) if digest in digests(shown.card) else None
        if found is None:
            raise NotFound("this entry has no such photo")
        return Photo(found.digest, found.media_type, found.data)

    def full_card(self, entry: Entry, form: Form | None = None) -> Card:
        """Return the entry's card with its photos in it, in the asker's form unless another is given."""
        return formed(self._asking.tx, entry.card, form or self._asking.served.form)

    # History

    def history(self, entry: Entry) -> tuple[Revision, ...]:
        """Return every state of the entry, newest first. NotAllowed without the level to edit it."""
        stored = self._stored(entry.uuid)
        view = self._asking.view_on(self._book_of(stored), stored.row)
        if view.level < Level.EDIT:
            raise NotAllowed("you may not see the history of this entry")
        return remembering.revisions(self._asking, stored, view)

    def batches(self) -> tuple[Batch, ...]:
        """Return all batches, newest first; only for operators and admins."""
        self._require_operator("see all batches")
        return tuple(map(batch_of, batches.listed(self._asking.tx)))

    def groups(self) -> tuple[Group, ...]:
        """Return all groups with the members that show."""
        return grouping.groups(self._asking)

    def group(self, name: str) -> Group:
        """Return the group of that name."""
        return grouping.group(self._asking, name)

    def own_groups(self) -> tuple[str, ...]:
        """Return the UUIDs of the groups that the asker is in, by their names."""
        return grouping.own(self._asking)

    def own_group(self, uuid: str) -> Group:
        """Return a group that the asker is in. Raises NotFound for any other."""
        return grouping.own_group(self._asking, uuid)

    def groups_of(self, entry: Entry) -> tuple[str, ...]:
        """Return the names of the groups that an entry is in."""
        return grouping.names_of(self._asking, entry)

    def _searched(self, slugs: Sequence[Slug] | None) -> tuple[BookView, ...]:
        if slugs is None:
            return tuple(view for view in self.books() if view.book.kind is not BookKind.PERSONAL)
        return tuple(view for slug in slugs if (view := self._found(slug)) is not None)

    def _in(self, book: BookView, found: Sequence[Stored]) -> tuple[Stored, ...]:
        """Return those of some entries of a book that are in the label, where that is what is looked at."""
        if book.label is None:
            return tuple(found)
        carried = label_grants.carried(self._asking.tx, (book.label.id,), [stored.row.uuid for stored in found])
        return tuple(stored for stored in found if stored.row.uuid in carried)

    def _shown(self, stored: Stored | None, otherwise: str, book: BookView | None = None) -> Entry:
        found: tuple[Stored, ...] = (stored,) if stored is not None else ()
        found = self._in(book, found) if book is not None else found
        shown = present(self._asking, found, within=(book,) if book is not None else ())
        # Asked for by name, what lies in the trash or the archive is gone; it is found by search with its state.
        if not shown or shown[0].state is not State.ACTIVE or not is_told_of(self._asking, shown[0]):
            raise NotFound(otherwise)
        return shown[0]

    def _stored(self, uuid: str) -> Stored:
        stored = entries.by_uuid(self._asking.tx, uuid.lower())
        if stored is None or not shows(self._asking.view_on(self._book_of(stored), stored.row), stored.row):
            raise NotFound("there is no such entry")
        return stored

    def _book_of(self, stored: Stored) -> Book:
        book = books.by_id(self._asking.tx, stored.row.book_id)
        if book is None:
            raise NotFound("there is no such entry")
        return book

    def _as_shown(self, stored: Stored) -> Entry:
        return present(self._asking, (stored,))[0]
