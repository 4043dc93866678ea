# SPDX-License-Identifier: GPL-3.0-or-later
"""My devices: one password for each phone and mail program, shown once, revoked one by one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response
from wtforms import Field, RadioField, StringField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from dirserver.directory.reading import Reading
from dirserver.directory.views.entry import BookView
from dirserver.errors import BadInput
from dirserver.identity.account import DevicePassword, Scope
from dirserver.identity.devices import Restrictions
from dirserver.model.client import Family
from dirserver.model.profile import Gal
from dirserver.setup.access import access_of
from dirserver.web.devices.setup import DEVICES
from dirserver.web.entrance.sign_in import typed
from dirserver.web.people.contact_card import svg_answer
from dirserver.web.security.proving import ProvenForm, status_of_proof
from dirserver.web.shell.current import config, identity, reading
from dirserver.web.shell.languages import mark
from dirserver.web.shell.links import PEOPLE
from dirserver.web.shell.menu import Place
from dirserver.web.shell.notices import Notice, leave
from dirserver.web.shell.session import signed_in

_MAX_LABEL_LENGTH = 60
_NO_NETWORK = mark("Write addresses or networks with spaces between, as 203.0.113.7, 10.1.0.0/16 or 2001:db8::/48; sixteen at most.")
_PHONES = (Family.IOS, Family.DAVX5)
_NO_DAY = mark("Choose a day to come.")
SCOPE_LABELS = {
    Scope.ALL: mark("Contacts and mail search"),
    Scope.DAV: mark("Contacts app (CardDAV)"),
    Scope.LDAP: mark("Mail program or desk phone (LDAP)"),
}

pages = Blueprint("devices", __name__)
PLACES = (Place(mark("My devices"), "devices.show", "device"),)


class DeviceForm(ProvenForm):
    """A new device; it takes a fresh sign-in, so that a borrowed browser can't mint one."""

    label = StringField(mark("What device is it?"), [InputRequired(mark("Give the device a name.")), Length(max=_MAX_LABEL_LENGTH)])
    scope = RadioField(
        mark("What will it use?"), choices=[(scope.value, label) for scope, label in SCOPE_LABELS.items()], default=Scope.ALL.value
    )
    networks = StringField(mark("Good from"), [Optional(), Length(max=1000)])
    until = StringField(mark("Good until"), [Optional(), Length(max=10)])

    def validate_networks(self, _: Field) -> None:
        """Say how networks are written."""
        try:
            Restrictions.of((typed(self.networks),), None)
        except BadInput:
            raise ValidationError(_NO_NETWORK) from None

    def validate_until(self, _: Field) -> None:
        """Take a day from today on."""
        try:
            is_over = date.fromisoformat(typed(self.until)) < config().pages.timezone.shown(datetime.now(UTC)).date()
        except ValueError:
            is_over = True
        if is_over:
            raise ValidationError(_NO_DAY)

    @property
    def restrictions(self) -> Restrictions:
        """What was typed, where it is right: until the end of the last day, where the company is."""
        day = typed(self.until)
        ends = config().pages.timezone.moment(datetime.combine(date.fromisoformat(day), time(23, 59, 59))) if day else None
        return Restrictions.of((typed(self.networks),), ends)


@dataclass(frozen=True, slots=True)
class Made:
    """A device password that was just made; this page is the only one that ever shows it."""

    label: str
    secret: str


@dataclass(frozen=True, slots=True)
class Held:
    """A book as a phone should show it after a synchronization: so many contacts, cards of labels and groups apart."""

    book: BookView
    count: int


@pages.get("/me/devices")
def show() -> str:
    """List the device passwords."""
    return _page(DeviceForm(), None)


@pages.post("/me/devices")
def add() -> Response:
    """Make a device password and show it, this once."""
    form = DeviceForm(request.form)
    if not form.validate():
        return Response(_page(form, None), status=422, mimetype="text/html")
    status = status_of_proof(form)
    if status != HTTPStatus.OK:
        return Response(_page(form, None), status=status, mimetype="text/html")
    login = signed_in().account.login
    label = typed(form.label).strip()
    secret = identity().add_device_password(login, label=label, scope=Scope(form.scope.data), restrictions=form.restrictions)
    return Response(_page(DeviceForm(), Made(label, secret)), mimetype="text/html")


@pages.post("/me/devices/revoke")
def revoke() -> Response:
    """Take a device password away."""
    number = request.form.get("id", type=int)
    if number is None:
        raise BadRequest
    identity().revoke_device_password(signed_in().account.login, number)
    return leave(redirect(url_for("devices.show"), 303), Notice.REVOKED)


@pages.get("/me/devices/address.svg")
def scan() -> Response:
    """Give the CardDAV address as a QR code."""
    return svg_answer(dav_url())


def dav_url() -> str:
    """Return the CardDAV address of the person who is signed in."""
    return access_of(config(), signed_in().account.login).dav_url


def _page(form: DeviceForm, made: Made | None) -> str:
    login = signed_in().account.login
    with reading() as opened:
        passwords: tuple[DevicePassword, ...] = identity().device_passwords(login)
        return render_template(
            "devices/passwords.html",
            form=form,
            made=made,
            passwords=passwords,
            scope_labels=SCOPE_LABELS,
            login=login,
            server=config().http.public_url,
            dav_url=dav_url(),
            held=_held(opened),
            kinds=DEVICES.values(),
        )


def _held(opened: Reading) -> tuple[Held, ...]:
    is_synced = any(said.name == "gal" and said.value == Gal.SYNCED for family in _PHONES for said in opened.decided(family))
    return tuple(Held(book, opened.count(book)) for book in opened.books() if is_synced or book.slug != PEOPLE)
