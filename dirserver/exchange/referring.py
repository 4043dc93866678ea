# SPDX-License-Identifier: GPL-3.0-or-later
"""What a reference (manager, secretary, member) in a file names: a UUID, a uid, a mail address, or a name in a tree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dirserver.card.projection import uuid_of
from dirserver.errors import BadInput
from dirserver.exchange.keys import By
from dirserver.exchange.row import Row
from dirserver.model.attribute import CANONICAL, Syntax
from dirserver.model.dn import DN

REFERENCES = frozenset({each.name for each in CANONICAL if each.syntax is Syntax.DN})
"""The attributes whose values are other entries."""


@dataclass(frozen=True, slots=True)
class Meant:
    """What a reference names: ``by`` is UUID, NAME (a uid, or a mail address) or DN."""

    by: By
    key: str


def meant(text: str) -> Meant:
    """Return what ``text`` names. A DN counts by its first RDN where that is a uid, else as the whole."""
    text = text.strip()
    uuid = uuid_of(text)
    if uuid is not None:
        return Meant(By.UUID, uuid)
    if "=" not in text:
        return Meant(By.NAME, text)
    try:
        rdns = DN.parse(text).rdns
    except BadInput:
        return Meant(By.DN, text)
    first = rdns[0][0] if rdns else None
    if first is not None and first.attribute in ("uid", "userid"):
        return Meant(By.NAME, first.value)
    if first is not None and first.attribute == "entryuuid" and (uuid := uuid_of(first.value)) is not None:
        return Meant(By.UUID, uuid)
    return Meant(By.DN, text)


def references_of(row: Row) -> Iterator[Meant]:
    """Yield what the references of a row name."""
    for name in row.values.keys() & REFERENCES:
        for text in row.values[name]:
            yield meant(str(text))
