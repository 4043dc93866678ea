# SPDX-License-Identifier: GPL-3.0-or-later
"""An entry as one line of a list: what a phone book shows."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from dirserver.directory.views.entry import Entry
from dirserver.model.entry import Kind
from dirserver.web.entry.phone import dial, shown
from dirserver.web.entry.values import all_values, first_of, photo_digest
from dirserver.web.shell.links import entry_url, mail_url

TINTS = 8
_NUMBERS = ("telephonenumber", "mobile", "ipphone")


@dataclass(frozen=True, slots=True)
class Face:
    """A photo, or initials on one of a few tints when there is none."""

    photo_url: str
    initials: str
    tint: int
    is_round: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One line. Texts are empty where nothing is stored or nothing may be read."""

    url: str
    name: str
    face: Face
    title: str
    department: str
    office: str
    phone: str
    phone_url: str
    mail: str
    mail_url: str


def row_of(entry: Entry) -> Row:
    """Return the line of an entry."""
    values = all_values(entry.card)
    phone = next((text for text in (first_of(values, name) for name in _NUMBERS) if text), "")
    mail = first_of(values, "mail")
    return Row(
        url=entry_url("person.show", entry.book, entry.name, entry.uuid),
        name=entry.display,
        face=face_of(entry, "thumbnail"),
        title=first_of(values, "title"),
        department=first_of(values, "ou") or first_of(values, "departmentnumber"),
        office=" · ".join(text for text in (first_of(values, "physicaldeliveryofficename"), first_of(values, "l")) if text),
        phone=shown(phone),
        phone_url=dial(phone),
        mail=mail,
        mail_url=mail_url(mail) if mail else "",
    )


def face_of(entry: Entry, size: str = "") -> Face:
    """Return what stands for the face of an entry; ``size`` is ``thumbnail`` for lists."""
    digest = photo_digest(entry.card)
    url = ""
    if digest:
        # The digest in the address lets browsers keep the picture: a new photo has a new address.
        key = entry_url("photo.show", entry.book, entry.name, entry.uuid)
        url = f"{key}?v={digest[:16]}" + (f"&size={size}" if size else "")
    return Face(url, initials_of(entry.display), tint_of(entry.uuid), entry.kind is not Kind.ORG)


def tint_of(key: str) -> int:
    """Return a number below TINTS that stays the same for the same key."""
    return hashlib.blake2s(key.encode(), digest_size=2).digest()[0] % TINTS


def initials_of(name: str) -> str:
    """Return up to two initials: of the first and the last word that begin with a letter."""
    letters = [word[0].upper() for word in name.split() if word[0].isalpha()]
    return "".join(letters[:1] + letters[-1:]) if len(letters) > 1 else "".join(letters)
