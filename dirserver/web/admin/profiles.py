# SPDX-License-Identifier: GPL-3.0-or-later
"""What CardDAV clients get: the people synced or searched, photos, versions, groups; for the organisation, a group or an account."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from dirserver.errors import DirserverError
from dirserver.model.client import Family
from dirserver.model.grant import Subject, SubjectKind
from dirserver.model.principal import Door, Principal
from dirserver.model.profile import CHOICES, Decided, ProfileSubject, Rule, Settings, Tier
from dirserver.web.admin import frame
from dirserver.web.books.levels import subject_name
from dirserver.web.shell.current import identity, parts
from dirserver.web.shell.languages import gettext, mark

SETTINGS = {
    "gal": mark("The company's people"),
    "photo": mark("Photos"),
    "vcard": mark("vCard version"),
    "groups": mark("Groups and labels"),
    "read_only": mark("A change that may not be made"),
}
VALUES = {
    ("gal", "off"): mark("not at all"),
    ("gal", "gateway"): mark("by search only"),
    ("gal", "synced"): mark("on the device"),
    ("photo", "none"): mark("none"),
    ("photo", "stored"): mark("as they are stored"),
    ("vcard", "stored"): mark("as each was written"),
    ("groups", "none"): mark("none"),
    ("groups", "categories"): mark("as categories"),
    ("groups", "apple"): mark("as Apple's group cards"),
    ("groups", "kind"): mark("as group cards of vCard 4"),
    ("groups", "stored"): mark("as they were written"),
    ("read_only", "refuse"): mark("is refused"),
    ("read_only", "absorb"): mark("is taken back by the next sync"),
}
_KINDS = {Tier.GROUP: SubjectKind.GROUP, Tier.ACCOUNT: SubjectKind.ACCOUNT}
_WIDE = {Tier.ORGANISATION: mark("The whole company"), Tier.BUILT_IN: mark("What suits the program")}

pages = Blueprint("admin_profiles", __name__)


@pages.get("/admin/clients")
def show() -> str:
    """Show what is said, and on request what a program of somebody gets."""
    return _page()


@pages.post("/admin/clients")
def save() -> Response:
    """Say something for a subject and a family of clients; what was said about other settings stays."""

    def deed() -> None:
        subject, family = _about()
        given = Settings.of({name: request.form[name] for name in CHOICES if request.form.get(name)})
        with frame.writing() as opened:
            before = _said(opened.profile_rules(), subject, family)
            opened.set_profile(Rule(subject, family, given.over(before)))

    return frame.attempt(deed, _page, url_for("admin_profiles.show"))


@pages.post("/admin/clients/clear")
def clear() -> Response:
    """Say nothing any more for a subject and a family of clients."""

    def deed() -> None:
        subject, family = _about()
        with frame.writing() as opened:
            opened.set_profile(Rule(subject, family, Settings()))

    return frame.attempt(deed, _page, url_for("admin_profiles.show"))


def _about() -> tuple[ProfileSubject, Family | None]:
    client = request.form.get("client", "")
    return ProfileSubject.parse(request.form.get("subject", "").strip()), Family(client) if client in set(Family) else None


def _said(rules: tuple[Rule, ...], subject: ProfileSubject, family: Family | None) -> Settings:
    return next((rule.settings for rule in rules if (str(rule.subject), rule.family) == (str(subject), family)), Settings())


def _whom(subject: ProfileSubject) -> str:
    """Return for whom a rule is: a person's or a group's name, or words."""
    return gettext(_WIDE[subject.tier]) if subject.tier in _WIDE else subject_name(Subject(_KINDS[subject.tier], subject.name))


def _decided(login: str, client: str) -> tuple[Decided, ...]:
    account = identity().account(login)
    family = Family(client) if client in set(Family) else Family.OTHER
    with parts().directory.reading(Principal(Door.WEB, account.id, account.login)) as theirs:
        return theirs.decided(family)


def _page(problem: str = "") -> str:
    login, client = (request.args.get(name, "").strip() for name in ("login", "client"))
    frame.office()
    decided: tuple[Decided, ...] = ()
    if login:
        try:
            decided = _decided(login, client)
        except DirserverError as error:
            problem = problem or error.public_message
    with frame.reading() as opened:
        return render_template(
            "admin/profiles.html",
            rules=opened.profile_rules(),
            families=tuple(Family),
            settings=SETTINGS,
            choices=CHOICES,
            values=VALUES,
            whom=_whom,
            login=login,
            client=client,
            decided=decided,
            problem=problem,
        )
