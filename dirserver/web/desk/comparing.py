# SPDX-License-Identifier: GPL-3.0-or-later
"""Two entries side by side: which value stays, what it comes to, and merging them."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, request
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from dirserver.card.card import Property
from dirserver.card.combine import Line, Side, combine
from dirserver.card.media import OCTET_KEYS
from dirserver.card.projection import uuid_of
from dirserver.care.duplicates import Compared
from dirserver.directory.changes.merging import Merge
from dirserver.errors import NotFound
from dirserver.model.attribute import Syntax, find
from dirserver.web.desk.frame import Done, answer, asker, back, care, steward_of
from dirserver.web.desk.words import agreement
from dirserver.web.entry.fields import label_of
from dirserver.web.entry.phone import shown
from dirserver.web.entry.row import row_of
from dirserver.web.entry.values import all_values
from dirserver.web.shell.current import reading
from dirserver.web.shell.languages import gettext, mark

_SIDES = {Side.KEPT: mark("left"), Side.OTHER: mark("right"), Side.BOTH: mark("both together"), Side.NONE: mark("neither")}
_MOST_LINES = 400

pages = Blueprint("desk_comparing", __name__)


# A line shows the property, not only the attribute that it shows first.
_WHOLE = {
    "sn": mark("All parts of the name"),
    "o": mark("Organization and department"),
    "physicalDeliveryOfficeName": mark("Address at work"),
    "mozillaHomeStreet": mark("Address at home"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One line, in words; ``choices`` are (side, label, whether it is picked), empty where there is nothing to choose."""

    id: str
    label: str
    kept: str
    other: str
    is_open: bool
    choices: tuple[tuple[str, str, bool], ...]


@pages.get("/desk/<slug>/compare")
def show(slug: str) -> str:
    """Show two entries side by side, and what they come to."""
    return _page(slug, request.args.get("kept", ""), request.args.get("other", ""), {})


@pages.post("/desk/<slug>/compare")
def merge(slug: str) -> Response | str:
    """Merge them as chosen; with ``preview`` only show what it comes to."""
    kept, other = request.form.get("kept", ""), request.form.get("other", "")
    words = {name.removeprefix("line-"): word for name, word in request.form.items() if name.startswith("line-")}
    if len(words) > _MOST_LINES or any(word not in set(Side) for word in words.values()):
        raise BadRequest
    choices = {name: Side(word) for name, word in words.items()}
    if "preview" in request.form:
        return _page(slug, kept, other, choices)
    revisions = (request.form.get("kept_revision", type=int), request.form.get("other_revision", type=int))
    if revisions[0] is None or revisions[1] is None:
        raise BadRequest
    steward_of(slug)
    _, batch = care().duplicates.merge(asker(), Merge(kept, other, choices, (revisions[0], revisions[1])))
    return back("desk_duplicates.show", slug, Done.MERGED, batch=batch)


def _page(slug: str, kept: str, other: str, choices: dict[str, Side]) -> str:
    book = steward_of(slug)
    compared = care().duplicates.compared(asker(), kept, other)
    if compared.kept.book != book.slug:
        raise NotFound("these entries are in another book")
    result = combine(compared.kept.card, compared.other.card, choices)
    return answer(
        "compare.html",
        book,
        "desk_duplicates.show",
        {
            "compared": compared,
            "one": row_of(compared.kept),
            "two": row_of(compared.other),
            "lines": _lines(compared, choices),
            "agrees": agreement(compared.agrees),
            "differs": agreement(compared.differs),
            "result": [(gettext(label_of(name)), values) for name, values in _told(all_values(result))],
            "is_preview": bool(choices),
        },
    )


def _told(values: dict[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    told = []
    for name, texts in values.items():
        attribute = find(name)
        if attribute is None or attribute.syntax is Syntax.BINARY or name in {"displayname", "postaladdress", "homepostaladdress"}:
            continue
        told.append((attribute.name, " · ".join(_readable(attribute.name, text) for text in texts)))
    return told


def _lines(compared: Compared, choices: dict[str, Side]) -> tuple[Shown, ...]:
    made = []
    for line in compared.lines:
        picked = choices.get(line.id, line.offered[0])
        offered = [side for side in Side if side in line.offered] if len(line.offered) > 1 else []
        choices_of_line = tuple((side.value, gettext(_label(side, line)), side is picked) for side in offered)
        kept, other = (_text(line, each) for each in (line.kept, line.other))
        made.append(
            Shown(line.id, gettext(_WHOLE.get(line.attribute, label_of(line.attribute))), kept, other, line.is_open, choices_of_line)
        )
    return tuple(made)


def _label(side: Side, line: Line) -> str:
    if line.kept is None or line.other is None or line.offered == (Side.KEPT, Side.NONE):
        return mark("leave out") if side is Side.NONE else mark("keep")
    return _SIDES[side]


def _text(line: Line, each: Property | None) -> str:
    if each is None:
        return ""
    if each.key in OCTET_KEYS:
        return gettext(mark("a picture"))
    if each.key in {"N", "ADR", "ORG"}:
        return ", ".join(" ".join(part) for part in each.components() if any(part))
    return _readable(line.attribute, each.text())


def _readable(name: str, text: str) -> str:
    attribute = find(name)
    if attribute is not None and attribute.syntax is Syntax.PHONE:
        return shown(text.removeprefix("tel:"))
    named = uuid_of(text) if attribute is not None and attribute.syntax is Syntax.DN else None
    return _display(named) if named is not None else text


def _display(uuid: str) -> str:
    with reading() as opened:
        try:
            return opened.find(uuid).display
        except NotFound:
            return "–"
