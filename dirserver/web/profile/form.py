# SPDX-License-Identifier: GPL-3.0-or-later
"""The form of an entry: made of the attributes that the reader may write, and of nothing else.

What was not touched is never refused and never rewritten: a value that comes back as it was shown stays as it was stored,
odd or not. Only new text is checked and brought into normal form.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email
from werkzeug.datastructures import MultiDict

from dirserver.exchange.dates import in_order
from dirserver.model.modification import Modification, Operation
from dirserver.web.entry.fields import GROUPS, Field, Group, Look
from dirserver.web.entry.phone import normal, region_of, shown
from dirserver.web.entry.sheet import safe_url
from dirserver.web.entry.values import Values
from dirserver.web.shell.languages import gettext, mark

MOST_VALUES = 12
_MAX_LINE_LENGTH = 250
_MAX_TEXT_LENGTH = 8000
_EDITABLE_LOOKS = frozenset(set(Look) - {Look.ENTRY, Look.PHOTO, Look.POSTAL})
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

_BAD_PHONE = mark("This doesn't look like a phone number. Begin with + and the country code, like +34 912 345 678.")
_BAD_MAIL = mark("This doesn't look like a mail address, like ada@example.com.")
_BAD_WEB = mark("A web address begins with https://")
_BAD_CHAT = mark("An address for messages begins with xmpp:, sip: or matrix:, like xmpp:ada@example.com.")
_BAD_DATE = mark("Write the day like 1985-04-12 or 12.4.1985; without the year like --04-12.")
_BAD_LANGUAGE = mark("Write the language's code, like es or pt-BR.")
_TOO_LONG = mark("This is too long.")
_NOT_TEXT = mark("This holds characters that are not text.")
_TOO_MANY = mark("There are too many values here.")
_NAME_NEEDED = mark("A name is needed.")


@dataclass(frozen=True, slots=True)
class Input:
    """One input of a field: the text in it, and what is wrong with it."""

    text: str
    problem: str = ""


class ValuesField:
    """All values of one attribute, sent under one name; ``data`` is what to store, ``inputs`` what to show."""

    def __init__(self, about: Field, stored: tuple[str, ...], region: str | None) -> None:
        self.about = about
        self.stored = stored
        self.region = region
        self.data = stored
        self.inputs = tuple(Input(shown_value(about.look, value)) for value in stored)
        self.theirs: tuple[str, ...] | None = None
        self.own_problems: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name of its inputs: the attribute's."""
        return self.about.attribute

    def take(self, sent: Sequence[str]) -> None:
        """Take what was sent for this field."""
        untouched = {plain(shown_value(self.about.look, value)): value for value in self.stored}
        inputs, values = [], []
        for typed in sent:
            text = plain(typed)
            if not text:
                continue
            if text in untouched:
                inputs.append(Input(text))
                values.append(untouched[text])
                continue
            value, problem = checked(self.about.look, text, self.region)
            inputs.append(Input(text if problem else shown_value(self.about.look, value), gettext(problem)))
            values.append(value)
        self.inputs = tuple(inputs)
        self.data = tuple(dict.fromkeys(values))
        problems = []
        if len(inputs) > MOST_VALUES:
            problems.append(gettext(_TOO_MANY))
        if self.about.attribute in {"cn", "sn"} and self.stored and not values:
            problems.append(gettext(_NAME_NEEDED))
        self.own_problems = tuple(problems)

    @property
    def is_good(self) -> bool:
        """True when every input can be stored."""
        return not self.own_problems and not any(each.problem for each in self.inputs)

    def join(self, now: tuple[str, ...]) -> bool:
        """Take ``now`` (what is stored by this time) into account; True if somebody else changed the field to something else."""
        has_clash = self.is_changed and now not in (self.stored, self.data)
        if has_clash:
            self.theirs = tuple(shown_value(self.about.look, value) for value in now)
        elif not self.is_changed:
            self.data = now
            self.inputs = tuple(Input(shown_value(self.about.look, value)) for value in now)
        self.stored = now
        return has_clash

    @property
    def is_changed(self) -> bool:
        """True when something else is to be stored."""
        return self.data != self.stored

    @property
    def shown_inputs(self) -> tuple[Input, ...]:
        """The inputs, with one more to fill in where that makes sense."""
        if not self.inputs or (self.about.is_many and len(self.inputs) < MOST_VALUES):
            return (*self.inputs, Input(""))
        return self.inputs


@dataclass(frozen=True, slots=True)
class FieldSet:
    """The fields of one group that may be edited."""

    group: Group
    fields: tuple[ValuesField, ...]


@dataclass(frozen=True, slots=True)
class ProfileForm:
    """The fields that may be edited, in the order of the page."""

    fields: tuple[ValuesField, ...]
    region: str = ""
    """The country (ISO 3166) whose national numbers are meant, "" for none."""

    @property
    def is_good(self) -> bool:
        """True when everything in it can be stored."""
        return all(field.is_good for field in self.fields)

    def field_sets(self) -> tuple[FieldSet, ...]:
        """Return the fields in the groups and the order of the page."""
        sets = (FieldSet(group, tuple(field for field in self.fields if field.about in group.fields)) for group in GROUPS)
        return tuple(each for each in sets if each.fields)

    def need(self, attribute: str, problem: str) -> None:
        """Refuse, in these words, that the last value of an attribute goes; one that has none by now may stay so."""
        for field in self.fields:
            if field.name.lower() == attribute and field.stored and not field.data:
                field.own_problems = (*field.own_problems, problem)

    def join(self, now: Values) -> bool:
        """Take ``now`` (what is stored by this time) into account; True if some field clashes. Others' changes to other fields stay."""
        clashes = [field for field in self.fields if field.join(now.get(field.name.lower(), ()))]
        return bool(clashes)

    def modifications(self) -> tuple[Modification, ...]:
        """Return what has to change; nothing for fields that came back as they were."""
        return tuple(Modification(field.about.attribute, Operation.REPLACE, field.data) for field in self.fields if field.is_changed)


def make_form(attributes: Sequence[str], stored: Values, sent: MultiDict[str, str] | None = None) -> ProfileForm:
    """Return the form of these attributes with what is stored, or with what was sent over it."""
    wanted = {name.lower() for name in attributes}
    region = region_of(number for name in ("telephonenumber", "mobile", "homephone") for number in stored.get(name, ()))
    fields = tuple(
        ValuesField(field, stored.get(field.attribute.lower(), ()), region)
        for group in GROUPS
        for field in group.fields
        if field.look in _EDITABLE_LOOKS and field.attribute.lower() in wanted
    )
    for field in fields:
        # What a form doesn't hold stays as it is.
        if sent is not None and field.name in sent:
            field.take(sent.getlist(field.name))
    return ProfileForm(fields, region or "")


def shown_value(look: Look, value: str) -> str:
    """Return a stored value as it stands in an input."""
    return shown(value) if look is Look.PHONE else value


def checked(look: Look, text: str, region: str | None) -> tuple[str, str]:
    """Return the value to store and what is wrong with it ("" nothing), untranslated."""
    if len(text) > (_MAX_TEXT_LENGTH if look is Look.TEXT else _MAX_LINE_LENGTH):
        return text, _TOO_LONG
    if _CONTROL.search(text):
        return text, _NOT_TEXT
    match look:
        case Look.PHONE:
            number = normal(text, region)
            return (text, _BAD_PHONE) if number is None else (number, "")
        case Look.MAIL:
            return _checked_mail(text)
        case Look.WEB:
            return _checked_web(text)
        case Look.CHAT:
            return _checked_chat(text)
        case Look.DATE:
            return _checked_day(text)
        case Look.LANGUAGE:
            return (text, "") if _LANGUAGE_TAG.fullmatch(text) else (text, _BAD_LANGUAGE)
        case Look.TEXT:
            return text, ""
        case _:
            return " ".join(text.split()), ""


def _checked_mail(text: str) -> tuple[str, str]:
    try:
        return validate_email(text, check_deliverability=False, test_environment=True).normalized, ""
    except EmailNotValidError:
        return text, _BAD_MAIL


def _checked_web(text: str) -> tuple[str, str]:
    address = text if ":" in text.partition("/")[0] else f"https://{text}"
    is_good = bool(safe_url(address)) and not re.search(r"\s", address) and "." in address
    # Names of people (ada@example.com, @ada@social.example) aren't addresses of pages: they would be read as a login there.
    has_login = address.startswith(("http:", "https:")) and "@" in urlsplit(address).netloc
    return (address, "") if is_good and not has_login else (text, _BAD_WEB)


def _checked_chat(text: str) -> tuple[str, str]:
    if safe_url(text) and not re.search(r"\s", text) and not text.lower().startswith(("http:", "https:")):
        return text, ""
    address, problem = _checked_web(text)
    return (text, _BAD_CHAT) if problem else (address, "")


def _checked_day(text: str) -> tuple[str, str]:
    told = in_order(text, None)
    begins = "--" if told.startswith("--") else ""
    try:
        day = date.fromisoformat(f"2000-{told[2:]}" if begins else told)
    except ValueError:
        return text, _BAD_DATE
    return (f"--{day:%m-%d}" if begins else day.isoformat()), ""


def plain(text: str) -> str:
    """Return what was typed without blanks around it and with plain line ends."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
