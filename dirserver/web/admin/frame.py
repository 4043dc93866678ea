# SPDX-License-Identifier: GPL-3.0-or-later
"""What the pages of administrators share: their menu, the office that asks who may, and how a refused form is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import Blueprint, Flask, g, redirect, request
from werkzeug.wrappers import Response

from dirserver.care.administering import Office
from dirserver.directory.reading import Reading
from dirserver.directory.writing import Writing
from dirserver.errors import BadInput, Conflict, DirserverError, NotAllowed, NotFound
from dirserver.web.security.proving import require_fresh
from dirserver.web.shell import current
from dirserver.web.shell.errors import status_of
from dirserver.web.shell.languages import mark
from dirserver.web.shell.menu import Place, administrators
from dirserver.web.shell.notices import Notice, leave
from dirserver.web.shell.session import signed_in

PLACES = (Place(mark("Administration"), "admin_overview.show", "gear", administrators),)
SECTIONS = (
    Place(mark("Overview"), "admin_overview.show", "gauge"),
    Place(mark("Accounts"), "admin_accounts.show", "person"),
    Place(mark("Locked out"), "admin_lockouts.show", "warning"),
    Place(mark("Groups"), "admin_groups.show", "people"),
    Place(mark("Grants"), "admin_grants.show", "key"),
    Place(mark("Fields"), "admin_fields.show", "eye"),
    Place(mark("Approval rules"), "admin_approvals.show", "check"),
    Place(mark("What clients get"), "admin_profiles.show", "device"),
    Place(mark("Other programs"), "admin_integrations.show", "out"),
    Place(mark("Audit trail"), "admin_audit.show", "clock"),
    Place(mark("Settings"), "admin_settings.show", "lock"),
)
"""The pages of administrators, in the order of their menu."""

REFUSALS = (BadInput, Conflict, NotAllowed, NotFound)
"""What somebody can be told on the form itself; everything else is an error page."""


def install(app: Flask) -> None:
    """Give templates ``admin_sections()``."""
    app.add_template_global(lambda: SECTIONS, "admin_sections")


def office() -> Office:
    """Return the office of who is signed in; NotAllowed for all but administrators."""
    return current.parts().administration.opened(signed_in().principal)


@contextmanager
def reading() -> Iterator[Reading]:
    """Read as an administrator; NotAllowed for anybody else."""
    office()
    with current.reading() as opened:
        yield opened


@contextmanager
def writing() -> Iterator[Writing]:
    """Write as an administrator; NotAllowed for anybody else."""
    office()
    with current.writing() as opened:
        yield opened


def opens_doors(pages: Blueprint, back: Callable[[], str]) -> None:
    """Let every change on these pages need a fresh sign-in: what groups and grants say opens doors. ``back`` is the page to go on with."""

    @pages.before_request
    def _prove() -> None:
        if request.method == "POST":
            office()
            require_fresh(back())


def attempt(deed: Callable[[], object], page: Callable[[str], str], target: str) -> Response:
    """Do it and go to the address ``target``; or show the page again with what was wrong, in the words of whoever refused it."""
    office()
    try:
        deed()
    except REFUSALS as error:
        return refused(error, page)
    return leave(redirect(target, 303), Notice.DONE)


def refused(error: DirserverError, page: Callable[[str], str]) -> Response:
    """Show the page with what was wrong."""
    # What was read for the failed attempt may be stale.
    g.pop("books", None)
    return Response(page(error.public_message), status=status_of(error), mimetype="text/html")
