# SPDX-License-Identifier: GPL-3.0-or-later
"""Setting up a device: one page for each kind, which makes its password and says, or does, the rest.

An iPhone and a Mac take a profile that holds everything; DAVx5 opens by a link. The password is shown on the page that answers
and nowhere else; the link to the profile holds it sealed, for ten minutes, for who is signed in.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus

import structlog
from flask import Blueprint, render_template, request, url_for
from werkzeug.exceptions import NotFound as NoSuchPage
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from dirserver.errors import BadConfig, NotFound
from dirserver.identity.account import Scope
from dirserver.setup import profile as profiles
from dirserver.setup.access import DeviceAccess, access_of
from dirserver.setup.signing import Signer
from dirserver.web.entrance.sign_in import typed
from dirserver.web.people.contact_card import svg_answer
from dirserver.web.security.proving import ProvenForm, status_of_proof
from dirserver.web.shell.current import config, identity, reading
from dirserver.web.shell.languages import gettext, mark
from dirserver.web.shell.session import signed_in

_log = structlog.get_logger(__name__)
_MAX_LABEL_LENGTH = 60
_PROFILE_HOLDS_S = 600
_PURPOSE = "setup profile"


@dataclass(frozen=True, slots=True)
class Device:
    """One kind of device: what it connects to, and what its owner does with what the page shows (``steps``, to be translated).

    ``ldap_steps`` come after them where the device reaches LDAP. A phone is told the page's address in a picture, to go on there.
    ``filters`` are what it may have to be told to search with; its own manual says what stands for the text, mostly ``%``.
    """

    name: str
    title: str
    scope: Scope
    steps: tuple[str, ...]
    ldap_steps: tuple[str, ...] = ()
    has_profile: bool = False
    has_link: bool = False
    knows_start_tls: bool = False
    is_phone: bool = False
    filters: tuple[tuple[str, str], ...] = ()

    @property
    def uses_dav(self) -> bool:
        """Tell whether it speaks CardDAV."""
        return self.scope is not Scope.LDAP

    @property
    def uses_ldap(self) -> bool:
        """Tell whether it speaks LDAP."""
        return self.scope is not Scope.DAV


DEVICES = {
    each.name: each
    for each in (
        Device(
            "iphone",
            mark("iPhone or iPad"),
            Scope.ALL,
            (
                mark("Open this page on the device itself, in Safari, and load the profile."),
                mark("Open Settings, tap “Profile Downloaded” at the top, and install it."),
                mark("The contacts come within a minute or two, and their names show when they call."),
            ),
            has_profile=True,
            is_phone=True,
        ),
        Device(
            "mac",
            mark("Mac"),
            Scope.ALL,
            (
                mark("Load the profile and open it."),
                mark("Open System Settings, search for “Profiles”, and install it."),
                mark("Contacts shows your own book; colleagues are found by typing in its search field and in Mail."),
            ),
            has_profile=True,
        ),
        Device(
            "android",
            mark("Android"),
            Scope.DAV,
            (
                mark("Install DAVx⁵ from F-Droid or Google Play."),
                mark("Open this page on the phone and tap “Open in DAVx⁵”; the rest is filled in."),
                mark("Otherwise scan the code under CardDAV, or add an account with “URL and user name”, and type the password."),
                mark("Choose the address books that you want on the phone."),
            ),
            has_link=True,
            is_phone=True,
        ),
        Device(
            "thunderbird",
            mark("Thunderbird"),
            Scope.ALL,
            (
                mark("In the address book choose New, then CardDAV address book."),
                mark("Type the user name and the address that stand under CardDAV, then the password."),
                mark("Tick the address books that you want."),
            ),
            (
                mark(
                    "To search without a copy, choose New, then LDAP directory, and type what stands under LDAP: "
                    "the user name as Bind DN, and under Advanced the scope Subtree."
                ),
            ),
        ),
        Device(
            "linux",
            mark("Evolution, KDE or another CardDAV program"),
            Scope.DAV,
            (
                mark("Add a CardDAV address book."),
                mark("Type the user name and the address that stand under CardDAV, then the password."),
                mark("Tick the address books that you want."),
            ),
        ),
        Device(
            "outlook",
            mark("Outlook"),
            Scope.LDAP,
            (
                mark(
                    "In classic Outlook (the new one has no LDAP) choose File, Account Settings, Address Books, New, "
                    "Internet directory service (LDAP)."
                ),
                mark(
                    "Type the server that stands under LDAP, tick that it requires you to log on, and type the user name and the password."
                ),
                mark("Under More Settings type the port, whether it uses TLS, and the search base. Then restart Outlook."),
            ),
        ),
        Device(
            "desk-phone",
            mark("Desk phone or printer"),
            Scope.LDAP,
            (
                mark("Look for “LDAP” or “directory” in its settings; often only its administrator sees them."),
                mark("Type the server and the user name that stand under LDAP, and the password."),
                mark("Names are in cn, numbers in telephoneNumber and mobile, mail addresses in mail."),
            ),
            knows_start_tls=True,
            filters=(
                (mark("Filter for names, if it wants one"), "(|(cn=%)(sn=%)(givenName=%))"),
                (mark("Filter for numbers, if it wants one"), "(|(telephoneNumber=%)(mobile=%)(ipPhone=%))"),
            ),
        ),
    )
}

pages = Blueprint("setup", __name__)


class SetupForm(ProvenForm):
    """What it takes to make a device password, a fresh sign-in among it, so that a borrowed browser can't."""

    label = StringField(mark("What do you call it?"), [InputRequired(mark("Give the device a name.")), Length(max=_MAX_LABEL_LENGTH)])


@dataclass(frozen=True, slots=True)
class Ready:
    """A device that only has to be told: its password, this once, and the links that hold it."""

    secret: str
    profile_url: str
    app_link: str


@pages.get("/me/devices/set-up/<name>")
def ask(name: str) -> str:
    """Say what comes, and ask for what it takes."""
    device = _device(name)
    return _page(device, SetupForm(label=gettext(device.title)), None)


@pages.post("/me/devices/set-up/<name>")
def make(name: str) -> Response:
    """Make the device's password and show how to go on, this once."""
    device, form = _device(name), SetupForm(request.form)
    if not form.validate():
        return Response(_page(device, form, None), status=422, mimetype="text/html")
    status = status_of_proof(form)
    if status != HTTPStatus.OK:
        return Response(_page(device, form, None), status=status, mimetype="text/html")
    login = signed_in().account.login
    # A password that a device can use for one thing only opens that alone.
    is_dav_only = device.uses_dav and _access().ldap_for(knows_start_tls=device.knows_start_tls) is None
    scope = Scope.DAV if is_dav_only else device.scope
    secret = identity().add_device_password(login, label=typed(form.label).strip(), scope=scope)
    sealed = identity().sealer(_PURPOSE).seal(json.dumps([login, secret]))
    ready = Ready(secret, url_for("setup.load", sealed=sealed), _access().app_link(secret))
    return Response(_page(device, form, ready), mimetype="text/html")


@pages.get("/me/devices/contacts.mobileconfig")
def load() -> Response:
    """Give the profile whose password the link holds: to who is signed in, while it holds."""
    opened = identity().sealer(_PURPOSE).open(request.args.get("sealed", ""), _PROFILE_HOLDS_S)
    login, secret = json.loads(opened) if opened is not None else ("", "")
    if not login or login != signed_in().account.login:
        raise NotFound("this link is too old; make another password")
    access = _access()
    contacts = gettext(mark("Contacts"))
    content = profiles.profile(access, secret, name=f"{contacts} {access.domain}")
    answer = Response(_signed(content), mimetype=profiles.MEDIA_TYPE)
    answer.headers["Content-Disposition"] = 'attachment; filename="contacts.mobileconfig"'
    return answer


@pages.get("/me/devices/set-up/<name>/page.svg")
def here(name: str) -> Response:
    """Draw the address of a device's page, to go on with it there."""
    return svg_answer(config().http.public_url.rstrip("/") + url_for("setup.ask", name=_device(name).name))


@pages.get("/me/devices/davx5.svg")
def scan() -> Response:
    """Draw the link that opens DAVx5, without a password."""
    return svg_answer(_access().scanned_link)


def _signed(content: bytes) -> bytes:
    try:
        signer = Signer.of(config().setup)
    except BadConfig as error:
        # A device says "unsigned" and takes it all the same; the operator reads why.
        _log.error("profiles can't be signed", reason=error.public_message)
        return content
    return content if signer is None else signer.sign(content)


def _device(name: str) -> Device:
    found = DEVICES.get(name)
    if found is None:
        raise NoSuchPage
    return found


def _access() -> DeviceAccess:
    return access_of(config(), signed_in().account.login)


def _page(device: Device, form: SetupForm, ready: Ready | None) -> str:
    with reading():
        access = _access()
        ldap = access.ldap_for(knows_start_tls=device.knows_start_tls)
        return render_template("devices/setup.html", device=device, form=form, ready=ready, access=access, ldap=ldap)
