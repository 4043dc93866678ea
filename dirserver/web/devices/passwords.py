# SPDX-License-Identifier: GPL-3.0-or-later
"""My devices: one password for each phone and mail program, shown once, revoked one by one."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response
from wtforms import RadioField, StringField
from wtforms.validators import InputRequired, Length

from dirserver.identity.account import DevicePassword, Scope
from dirserver.setup.access import access_of
from dirserver.web.devices.setup import DEVICES
from dirserver.web.entrance.sign_in import typed
from dirserver.web.people.contact_card import svg_answer
from dirserver.web.security.proving import ProvenForm, status_of_proof
from dirserver.web.shell.current import config, identity, reading
from dirserver.web.shell.languages import mark
from dirserver.web.shell.menu import Place
from dirserver.web.shell.notices import Notice, leave
from dirserver.web.shell.session import signed_in

_MAX_LABEL_LENGTH = 60
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


@dataclass(frozen=True, slots=True)
class Made:
    """A device password that was just made; this page is the only one that ever shows it."""

    label: str
    secret: str


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
    secret = identity().add_device_password(login, label=label, scope=Scope(form.scope.data))
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
    with reading():
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
            kinds=DEVICES.values(),
        )
