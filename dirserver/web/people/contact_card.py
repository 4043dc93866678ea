# SPDX-License-Identifier: GPL-3.0-or-later
"""An entry to take along: the vCard to save, and a QR code with its first lines to scan."""

from __future__ import annotations

import re
from io import BytesIO
from urllib.parse import quote

import segno
from flask import Blueprint
from segno import DataOverflowError
from werkzeug.wrappers import Response

from dirserver.card.card import Card, Parameter, Property, Version
from dirserver.card.writer import write
from dirserver.directory.views.entry import Entry, Form
from dirserver.errors import NotFound, TooLarge
from dirserver.web.entry.values import all_values
from dirserver.web.people.person import entry_named
from dirserver.web.shell.current import reading
from dirserver.web.shell.headers import SEALED_POLICY
from dirserver.web.shell.links import PEOPLE

_QR_LINES = (
    ("telephonenumber", "TEL", ("WORK", "VOICE")),
    ("mobile", "TEL", ("CELL",)),
    ("mail", "EMAIL", ("WORK",)),
    ("title", "TITLE", ()),
)
_MOST_BYTES = 1200
"""More than this makes dots too small for a phone's camera."""
_NOT_ASCII = re.compile(r"[^A-Za-z0-9._-]+")

pages = Blueprint("contact_card", __name__)


@pages.get("/people/<name>/card.vcf", defaults={"slug": PEOPLE})
@pages.get("/books/<slug>/<name>/card.vcf")
def save(slug: str, name: str) -> Response:
    """Give the card as a file, with its photo, in the version that every phone reads."""
    with reading() as opened:
        entry = entry_named(opened, slug, name)
        rendering = next(iter(opened.renderings(opened.book(entry.book), [entry.href], Form.VCARD3)), None)
    if rendering is None:
        raise NotFound("no such entry")
    plain = _NOT_ASCII.sub("-", entry.name).strip("-") or "contact"
    answer = Response(rendering.body, mimetype="text/vcard")
    answer.headers["Content-Disposition"] = f"attachment; filename=\"{plain}.vcf\"; filename*=UTF-8''{quote(entry.name, safe='')}.vcf"
    answer.headers["Content-Security-Policy"] = SEALED_POLICY
    return answer


@pages.get("/people/<name>/qr.svg", defaults={"slug": PEOPLE})
@pages.get("/books/<slug>/<name>/qr.svg")
def scan(slug: str, name: str) -> Response:
    """Give a QR code that puts name, position, numbers and mail into a phone without any account."""
    with reading() as opened:
        entry = entry_named(opened, slug, name)
    return svg_answer(_short_card(entry))


def _short_card(entry: Entry) -> str:
    """Return the essential lines as vCard 3.0: short, so that the code stays easy to scan."""
    values = all_values(entry.card)
    names = [next(iter(values.get(name, ())), "") for name in ("sn", "givenname")]
    organization = [text for name in ("o", "ou") for text in values.get(name, ())[:1]]
    lines = [Property.of_text("FN", entry.display), Property.of_components("N", [*names, "", "", ""])]
    if organization:
        lines.append(Property.of_components("ORG", organization))
    for attribute, name, types in _QR_LINES:
        params = (Parameter("TYPE", types),) if types else ()
        lines.extend(Property.of_text(name, text, params=params) for text in values.get(attribute, ())[:1])
    body = write(Card(Version.V3, tuple(lines)))
    while len(body.encode()) > _MOST_BYTES and len(lines) > 2:
        lines.pop()
        body = write(Card(Version.V3, tuple(lines)))
    return body


def svg_answer(content: bytes | str) -> Response:
    """Return a QR code as an image: black on white in any colour scheme, because scanners want it so."""
    try:
        code = segno.make_qr(content, error="l", boost_error=False)
    except DataOverflowError:
        raise TooLarge("this is too long for a QR code", _MOST_BYTES) from None
    drawn = BytesIO()
    code.save(drawn, kind="svg", scale=4, border=3, dark="#000", light="#fff", xmldecl=False, svgns=True, nl=False)
    answer = Response(drawn.getvalue(), mimetype="image/svg+xml")
    answer.headers["Content-Security-Policy"] = SEALED_POLICY
    return answer
