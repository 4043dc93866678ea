# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of a book: search as you type, narrow down, browse by letter; as a list, pictures, a table or for paper.

The same page with and without a script.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import Blueprint, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from dirserver.directory.reading import Reading
from dirserver.directory.search.browsing import wanted
from dirserver.directory.search.question import Browsed, Facet
from dirserver.directory.views.entry import BookView, Entry, Search
from dirserver.model.fold import fold
from dirserver.model.order import SortKey
from dirserver.web.entry.fields import label_of
from dirserver.web.people.asked import FACET_LABELS, FACET_NAMES, PAGE_SIZE, Asked, Look, asked
from dirserver.web.people.columns import COLUMNS, DEFAULT_COLUMNS, NAME, in_order
from dirserver.web.people.rows import drawing, drawn
from dirserver.web.shell.current import reading
from dirserver.web.shell.languages import current_language, gettext, mark
from dirserver.web.shell.links import PEOPLE

MOST_BY_LANGUAGE = 500
"""Up to so many entries are sorted as the reader's language does; more by the folded index, accents aside."""
_SORT_SECONDS = 2.0
_PRINTED = ("sn", "title", "ou", "physicaldeliveryofficename", "l", "telephonenumber", "mobile", "mail")

pages = Blueprint("people", __name__)


@dataclass(frozen=True, slots=True)
class Link:
    """Somewhere that a list leads: a text, how many there are, an address; ``is_here`` where it is already."""

    text: str
    url: str
    count: int = 0
    is_here: bool = False


@dataclass(frozen=True, slots=True)
class Narrowing:
    """The values of one facet, and the way back from the one that was chosen."""

    label: str
    values: tuple[Link, ...]
    chosen: str = ""
    away: str = ""


@dataclass(frozen=True, slots=True)
class Results:
    """One page of a list, out of ``total``; ``first`` counts from 1."""

    asked: Asked
    pieces: Markup
    shown: int
    first: int
    total: int
    narrowings: tuple[Narrowing, ...]
    initials: tuple[Link, ...]
    columns: tuple[tuple[str, str], ...]
    meant: tuple[Link, ...]
    instead: bool
    counts_all: bool

    @property
    def last(self) -> int:
        """The number of the last row that is shown."""
        return self.first + self.shown - 1

    @property
    def has_more(self) -> bool:
        """True if there is a next page."""
        return self.last < self.total


@pages.get("/", defaults={"slug": PEOPLE})
@pages.get("/books/<slug>")
def show(slug: str) -> str | Response:
    """Show a book, or what is looked for in it; with ``part=results`` only the results."""
    question = asked(slug)
    is_part = request.args.get("part") == "results"
    columns = _PRINTED if question.look is Look.PRINT and question.columns == DEFAULT_COLUMNS else question.columns
    drawn_columns = columns if question.look in {Look.TABLE, Look.PRINT} else ()
    with reading(has_menu=not is_part) as opened:
        book = opened.book(slug)
        plain = replace(question.question(), language=current_language().code)
        if question.sort:
            found = opened.browse(book, plain)
            pieces: Sequence[str] = drawn(_sorted(opened, book, question, found), question.look, drawn_columns)
        else:
            found = opened.browse(book, replace(plain, drawn=drawing(question.look, drawn_columns)))
            pieces = found.pieces
        results = _results(question, found, pieces, columns)
    last = -(-found.total // PAGE_SIZE[question.look])
    if not pieces and 0 < last < question.page:
        # A page that was kept while the list got shorter.
        return redirect(question.on_page(last).url)
    template = "people/results.html" if is_part else "people/print.html" if question.look is Look.PRINT else "people/list.html"
    return render_template(
        template,
        book=book,
        results=results,
        asked=question,
        count=found.in_book,
        has_chart=book.slug == PEOPLE and book.view.may_read("manager"),
        all_columns=_all_columns,
    )


def _all_columns() -> tuple[tuple[str, str], ...]:
    return tuple((name, gettext(_column_label(name))) for name in COLUMNS)


@pages.get("/people")
def short() -> Response:
    """Lead a guessed address to the list of people."""
    return redirect(url_for("people.show", slug=PEOPLE), 301)


def _sorted(opened: Reading, book: BookView, question: Asked, found: Browsed) -> tuple[Entry, ...]:
    """Return the page in the order of a column."""
    size = PAGE_SIZE[question.look]
    text = found.meant[0] if found.instead else question.text
    search = Search(wanted(replace(question, text=text).question()), books=(book.slug,), with_managers=False)
    if found.total <= MOST_BY_LANGUAGE:
        whole = replace(question.question(), text=text, offset=0, limit=MOST_BY_LANGUAGE, is_counted=False)
        everything = in_order(opened.browse(book, whole).entries, question.sort, current_language().code)
        return tuple(everything[question.offset : question.offset + size])
    keys = [question.sorted_by, "givenname"] if question.sorted_by == NAME else [question.sorted_by, "sn", "givenname"]
    by = [SortKey(key, is_reversed=question.sort.startswith("-")) for key in keys]
    ordered = opened.ordered([search], by, time_limit_s=_SORT_SECONDS)
    return found.entries if ordered is None else ordered.entries(question.offset, question.offset + size)


def _results(question: Asked, found: Browsed, pieces: Sequence[str], columns: tuple[str, ...]) -> Results:
    return Results(
        asked=question,
        # Joined here: a template would look at each of them again.
        pieces=Markup("".join(pieces)),  # noqa: S704 - made by templates
        shown=len(pieces),
        first=question.offset + 1,
        total=found.total,
        narrowings=_narrowings(question, found),
        initials=tuple(
            Link(each.upper(), url, is_here=question.initial == each)
            for each, url in zip(found.initials, question.with_initial("").urls_by("from", found.initials), strict=True)
        ),
        columns=tuple((name, gettext(_column_label(name))) for name in columns),
        meant=tuple(Link(text, question.with_text(text).url) for text in found.meant),
        instead=found.instead,
        counts_all=found.counts_all,
    )


def _column_label(name: str) -> str:
    from_fields = {NAME: mark("Name"), "l": FACET_LABELS[Facet.SITE]}
    return from_fields.get(name) or label_of(COLUMNS[name])


def _narrowings(question: Asked, found: Browsed) -> tuple[Narrowing, ...]:
    made = []
    for facet in FACET_NAMES:
        choices = [choice for choice in found.choices if choice.facet is facet]
        chosen = question.chosen.get(facet, "")
        chosen = next((each.spelled for each in choices if each.norm == fold(chosen)), chosen)
        # One value that everybody has narrows nothing down.
        if not chosen and (not choices or (len(choices) == 1 and choices[0].count >= found.total)):
            continue
        others = question.without(facet) if facet in question.chosen or question.page > 1 else question
        urls = others.urls_by(FACET_NAMES[facet], (each.spelled for each in choices))
        links = tuple([Link(each.spelled, url, each.count) for each, url in zip(choices, urls, strict=True)])
        away = others.url if chosen else ""
        made.append(Narrowing(gettext(FACET_LABELS[facet]), links, chosen, away))
    return tuple(made)
