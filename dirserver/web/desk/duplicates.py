# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may be there twice: pairs by lane; the safe ones are merged at once, the others one by one."""

from __future__ import annotations

from flask import Blueprint, request
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from dirserver.card.fields import attributes
from dirserver.care.likeness import Lane
from dirserver.directory.views.entry import Entry
from dirserver.web.desk.frame import PAGE_SIZE, Done, Page, answer, asker, back, care, page_number, steward_of
from dirserver.web.desk.words import LANE_HINTS, LANES, agreement
from dirserver.web.entry.phone import shown
from dirserver.web.entry.row import row_of

pages = Blueprint("desk_duplicates", __name__)


@pages.get("/desk/<slug>/duplicates")
def show(slug: str) -> str:
    """Show the pairs of a lane."""
    book = steward_of(slug)
    counts = care().duplicates.counts(asker(), book.slug)
    word = request.args.get("lane", "")
    lane = Lane(word) if word in set(Lane) else next((lane for lane in Lane if counts[lane]), Lane.SAFE)
    number = page_number()
    found = care().duplicates.pairs(asker(), book.slug, (lane,), PAGE_SIZE + 1, (number - 1) * PAGE_SIZE)
    pairs = [(pair, row_of(pair.one), row_of(pair.other), agreement(pair.agrees), agreement(pair.differs)) for pair in found[:PAGE_SIZE]]
    return answer(
        "duplicates.html",
        book,
        "desk_duplicates.show",
        {
            "lane": lane,
            "lanes": [(each, LANES[each], counts[each]) for each in Lane],
            "hint": LANE_HINTS[lane],
            "pairs": pairs,
            "reach": _reach,
            "page": Page(number, len(found) > PAGE_SIZE),
        },
    )


def _reach(entry: Entry) -> tuple[str, ...]:
    """Return the address and the numbers of an entry: by those two are told to be the same."""
    values = attributes(entry.card)
    mails, numbers = (
        values.get("mail", ())[:2],
        [shown(text) for name in ("telephoneNumber", "mobile") for text in values.get(name, ())[:2]],
    )
    return tuple(dict.fromkeys((*mails, *numbers)))


@pages.post("/desk/<slug>/duplicates")
def merge_safe(slug: str) -> Response:
    """Merge what is safe."""
    book = steward_of(slug)
    done = care().duplicates.merge_safe(asker(), book.slug)
    return back("desk_duplicates.show", slug, Done.MERGED_ALL if done.series else Done.NOTHING, batch=done.series)


@pages.post("/desk/<slug>/duplicates/keep")
def keep(slug: str) -> Response:
    """Remember that two are not the same."""
    one, other = request.form.get("one", ""), request.form.get("other", "")
    if not one or not other:
        raise BadRequest
    care().duplicates.keep(asker(), one, other)
    word = request.form.get("lane", "")
    return back("desk_duplicates.show", slug, Done.KEPT, lane=word if word in set(Lane) else None)
