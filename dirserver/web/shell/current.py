# SPDX-License-Identifier: GPL-3.0-or-later
"""What belongs to the request in hand: the parts, and a reading or writing made as the person who is signed in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import current_app, g

from dirserver.config import Config
from dirserver.directory.reading import Reading
from dirserver.directory.writing import Writing
from dirserver.identity.identity import Identity
from dirserver.web.shell.session import signed_in
from dirserver.wiring import Parts


def parts() -> Parts:
    """Return what wiring made for this application."""
    made: Parts = current_app.extensions["dirserver.parts"]
    return made


def config() -> Config:
    """Return the settings."""
    return parts().config


def identity() -> Identity:
    """Return who keeps accounts, passwords and sessions."""
    return parts().identity


@contextmanager
def reading(*, has_menu: bool = True) -> Iterator[Reading]:
    """One snapshot, read as the person who is signed in; what the menu shows is noted on the way, unless it is for a part of a page."""
    with parts().directory.reading(signed_in().principal) as opened:
        if has_menu:
            g.books, g.unread, g.is_decider = opened.books(), opened.notices.unseen(), opened.proposals.is_decider()
        yield opened


def show_books(opened: Reading) -> None:
    """Note the books for the menu of a page that is shown in the middle of a writing."""
    g.books = opened.books()


@contextmanager
def writing() -> Iterator[Writing]:
    """One transaction, written as the person who is signed in."""
    with parts().directory.writing(signed_in().principal) as opened:
        yield opened
