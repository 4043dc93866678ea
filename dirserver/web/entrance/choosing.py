# SPDX-License-Identifier: GPL-3.0-or-later
"""Choosing a password, wherever that is done on the pages: the two fields, and what to say of one that won't do."""

from __future__ import annotations

from wtforms import Form, PasswordField
from wtforms.validators import EqualTo, InputRequired, Length

from dirserver.identity.passwords import MAX_LENGTH
from dirserver.identity.strength import Weakness, WeakPassword
from dirserver.web.shell.languages import gettext, mark, ngettext

_LONG = mark("This is too long.")
_WHY = {
    Weakness.NO_TEXT: mark("This holds characters that can't be typed. Use letters, digits, signs and spaces."),
    Weakness.LONG: _LONG,
    Weakness.COMMON: mark("This is one of the passwords that are tried first. Take a few words that only you would put together."),
    Weakness.REGULAR: mark("This repeats itself, or runs along the alphabet or the keyboard. Take a few words instead."),
    Weakness.OWN_NAME: mark("This is made of your own name or address, or of the company's. Take words that have nothing to do with you."),
}


class ChoosingForm(Form):
    """A password, twice."""

    password = PasswordField(mark("New password"), [InputRequired(mark("Choose a password.")), Length(max=MAX_LENGTH, message=_LONG)])
    again = PasswordField(
        mark("The same again"), [InputRequired(mark("Type it again.")), EqualTo("password", mark("The two are not the same."))]
    )


def explain(form: ChoosingForm, error: WeakPassword) -> None:
    """Let the form say why a password won't do, and what to do."""
    if error.weakness is Weakness.SHORT:
        told = ngettext(
            "This is too short: it needs at least %(count)s character.",
            "This is too short: it needs at least %(count)s characters.",
            error.shortest,
        ) % {"count": error.shortest}
    else:
        told = gettext(_WHY[error.weakness])
    form.password.errors = [told]
