# SPDX-License-Identifier: GPL-3.0-or-later
"""What the address of a list asks for, and the addresses of the lists beside it: other values, another look, the next page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from urllib.parse import quote_plus, urlencode

from flask import request

from dirserver.directory.search.question import Facet, Question
from dirserver.web.people.columns import COLUMNS, DEFAULT_COLUMNS
from dirserver.web.shell.languages import mark
from dirserver.web.shell.links import book_url

MAX_QUERY_LENGTH = 200
_MAX_PAGE = 4000

FACET_NAMES: Mapping[Facet, str] = MappingProxyType({each: each.name.lower() for each in Facet})
"""What facets are called in addresses."""
FACET_LABELS: Mapping[Facet, str] = MappingProxyType(
    {Facet.SITE: mark("Site"), Facet.DEPARTMENT: mark("Department"), Facet.LABEL: mark("Label"), Facet.GROUP: mark("Group")}
)


class Look(StrEnum):
    """How a list looks; PRINT is everything that was found on one page."""

    LIST = "list"
    GALLERY = "gallery"
    TABLE = "table"
    PRINT = "print"


_IN_COLUMNS = frozenset({Look.TABLE, Look.PRINT})
"""Looks that have columns, and an order of somebody's choice."""

PAGE_SIZE: Mapping[Look, int] = MappingProxyType({Look.LIST: 25, Look.GALLERY: 48, Look.TABLE: 50, Look.PRINT: 2000})


@dataclass(frozen=True, slots=True)
class Asked:
    """One address of a list. ``sort`` is a column of the table, with - before it for the other way round."""

    slug: str
    text: str = ""
    chosen: Mapping[Facet, str] = field(default_factory=dict)
    initial: str = ""
    look: Look = Look.LIST
    columns: tuple[str, ...] = DEFAULT_COLUMNS
    sort: str = ""
    page: int = 1

    @property
    def is_narrowed(self) -> bool:
        """True if it asks for less than the whole book."""
        return bool(self.text or self.chosen or self.initial)

    @property
    def offset(self) -> int:
        """How many entries stand before this page."""
        return (self.page - 1) * PAGE_SIZE[self.look]

    @property
    def sorted_by(self) -> str:
        """The column that it is sorted by, "" for the names as they come."""
        return self.sort.removeprefix("-")

    def question(self) -> Question:
        """Return what the directory is asked."""
        return Question(self.text, self.chosen, self.initial, self.offset, PAGE_SIZE[self.look], is_counted=self.look is not Look.PRINT)

    @property
    def url(self) -> str:
        """The address."""
        pairs = [*self.hidden(), *((("q", self.text),) if self.text else ())]
        if self.page > 1:
            pairs.append(("page", str(self.page)))
        return f"{book_url(self.slug)}?{urlencode(pairs)}" if pairs else book_url(self.slug)

    def urls_by(self, name: str, values: Iterable[str]) -> list[str]:
        """Return the addresses that this one becomes with each of these values of a name that it lacks; what they share is written once."""
        url = self.url
        start = f"{url}{'&' if '?' in url else '?'}{name}="
        return [start + quote_plus(value) for value in values]

    def hidden(self) -> list[tuple[str, str]]:
        """Return the address's names and values but for the text and the page: what stays when somebody types another text."""
        pairs = [(FACET_NAMES[facet], value) for facet, value in self.chosen.items()]
        if self.initial:
            pairs.append(("from", self.initial))
        if self.look is not Look.LIST:
            pairs.append(("look", self.look.value))
        if self.look in _IN_COLUMNS:
            pairs += [("col", name) for name in self.columns] if self.columns != DEFAULT_COLUMNS else []
        if self.sort:
            pairs.append(("sort", self.sort))
        return pairs

    def with_text(self, text: str) -> Asked:
        """Return the same with another text."""
        return replace(self, text=text, page=1)

    def with_choice(self, facet: Facet, value: str) -> Asked:
        """Return it narrowed down by one more value, or by another of the same facet."""
        return replace(self, chosen={**self.chosen, facet: value}, page=1)

    def without(self, facet: Facet) -> Asked:
        """Return it without what was chosen of a facet."""
        return replace(self, chosen={each: value for each, value in self.chosen.items() if each is not facet}, page=1)

    def with_initial(self, initial: str) -> Asked:
        """Return the names that begin with a letter; the text goes, because it brings an order of its own."""
        return replace(self, text="", initial=initial, page=1, sort="")

    def looking(self, look: str) -> Asked:
        """Return the same in another look; on paper a table keeps its columns and its order."""
        wanted = Look(look)
        return replace(self, look=wanted, page=1, sort=self.sort if wanted in _IN_COLUMNS else "")

    def off_paper(self) -> Asked:
        """Return the list that this is the paper of."""
        return self.looking(Look.TABLE if self.sort or self.columns != DEFAULT_COLUMNS else Look.LIST)

    def sorted(self, column: str) -> Asked:
        """Return it sorted by a column, the other way round where it is already."""
        return replace(self, sort=f"-{column}" if self.sort == column else column, page=1)

    def on_page(self, page: int) -> Asked:
        """Return another page."""
        return replace(self, page=page)


def asked(slug: str) -> Asked:
    """Return what the request asks for; what makes no sense is left out."""
    given = request.args
    chosen = {facet: value for facet, name in FACET_NAMES.items() if (value := given.get(name, "")[:MAX_QUERY_LENGTH].strip())}
    look = given.get("look", "")
    columns = tuple(name for name in COLUMNS if name in given.getlist("col"))
    sort = given.get("sort", "")
    return Asked(
        slug,
        given.get("q", "")[:MAX_QUERY_LENGTH].strip(),
        chosen,
        given.get("from", "").strip()[:1],
        next((each for each in Look if each.value == look), Look.LIST),
        columns or DEFAULT_COLUMNS,
        sort if sort.removeprefix("-") in COLUMNS and look in _IN_COLUMNS else "",
        min(max(given.get("page", 1, type=int), 1), _MAX_PAGE),
    )
