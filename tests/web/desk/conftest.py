# SPDX-License-Identifier: GPL-3.0-or-later
"""Entries of the clients' book, which Ada and Bruno look after."""

from __future__ import annotations

from dirserver.card.fields import from_attributes
from dirserver.directory.views.entry import Draft
from dirserver.model.principal import Principal
from dirserver.wiring import Parts


def add(parts: Parts, name: str, book: str = "clients", **values: str) -> str:
    """Make an entry and return its UUID."""
    card = from_attributes({key: (text,) for key, text in values.items()}, uid=name)
    with parts.directory.writing(Principal.system()) as writing:
        return writing.add(writing.book(book), Draft(card, name=name)).uuid
