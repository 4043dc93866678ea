# SPDX-License-Identifier: GPL-3.0-or-later
"""What the desk calls things: findings, lanes, what two entries agree in, kinds of batches, figures."""

from __future__ import annotations

from datetime import date

from dirserver.care.checks import Code
from dirserver.care.likeness import Lane
from dirserver.care.reports import NEVER_USED, Topic
from dirserver.model.client import Family
from dirserver.web.entry.fields import label_of
from dirserver.web.shell.languages import gettext, mark, month
from dirserver.web.shell.titles import program_name

CODES = {
    Code.MAIL: mark("Mail addresses that can't be right"),
    Code.PHONE: mark("Numbers that can't be right"),
    Code.LINK: mark("Links that can't be right"),
    Code.DATE: mark("Dates that can't be right"),
    Code.CONTROL: mark("Control characters"),
    Code.NO_NUMBER: mark("No phone number at all"),
    Code.REQUIRED: mark("Something required is missing"),
    Code.UNSEEN: mark("Letters that nobody sees"),
    Code.MOJIBAKE: mark("Letters broken by a wrong encoding"),
    Code.FORMULA: mark("Formulas of a spreadsheet"),
    Code.ONE_NAME: mark("Only one name"),
    Code.CAPITALS: mark("Names in capitals"),
    Code.FAKE: mark("Names that look made up"),
    Code.MANAGER_GONE: mark("Managers who are gone"),
    Code.MANAGER_CYCLE: mark("Managers in a circle"),
    Code.DEPARTMENT: mark("Departments spelt otherwise"),
    Code.ADDRESS: mark("Addresses with a part missing"),
    Code.PHOTO: mark("Photos that can't be shown"),
    Code.SPACE: mark("Blanks too many"),
    Code.SPELLING: mark("Numbers not in international form"),
}
LANES = {
    Lane.SAFE: mark("Safe to merge"),
    Lane.DECISION: mark("For you to decide"),
    Lane.REVIEW: mark("Only to look at"),
}
LANE_HINTS = {
    Lane.SAFE: mark("The same name and a number or address that few people share, and nothing speaks against it."),
    Lane.DECISION: mark("Much is alike, something isn't. Compare them."),
    Lane.REVIEW: mark("A little is alike: often two people. Nothing needs to be done."),
}
AGREEMENTS = {
    "name": mark("name"),
    "similar-name": mark("nearly the same name"),
    "mail": mark("mail"),
    "mobile": mark("mobile"),
    "phone": mark("phone"),
    "number": mark("employee number"),
    "birthday": mark("birthday"),
    "city": mark("city"),
    "organisation": mark("organisation"),
    "department": mark("department"),
}
KINDS = {
    "import": mark("Import"),
    "merge": mark("Merge"),
    "hygiene": mark("Mending"),
}
TOPICS = {
    Topic.COMPLETENESS: mark("How complete entries are"),
    Topic.AGE: mark("Days since somebody confirmed them"),
    Topic.GROWTH: mark("Entries made by the end of each month, those in archive and trash too"),
    Topic.DUPLICATES: mark("Pairs that may be the same"),
    Topic.LABELS: mark("Entries by label"),
    Topic.DEVICES: mark("Devices by program"),
}
_DEVICES = {
    "ldap": mark("Mail programs and desk phones (LDAP)"),
    Family.OTHER.value: mark("Other programs (CardDAV)"),
    NEVER_USED: mark("Never used"),
}
_FROM_TO = mark("%(since)s to %(until)s")
_AND_MORE = mark("%(since)s and more")
WAYS = {
    "CardDAV listing": mark("Phones, whole list (CardDAV)"),
    "CardDAV sync": mark("Phones, changes (CardDAV)"),
    "LDAP search": mark("Mail programs (LDAP)"),
    "vCards": mark("Cards that phones fetch"),
    "API changes": mark("Programs that follow changes (API)"),
    "export": mark("Exported lists"),
}


def agreement(words: tuple[str, ...]) -> str:
    """Return what two entries agree or differ in, as one line."""
    return ", ".join(gettext(AGREEMENTS[word]) for word in words if word in AGREEMENTS)


def row_word(topic: Topic, word: str) -> str:
    """Return how a line of a figure is called."""
    if topic is Topic.COMPLETENESS:
        return gettext(label_of(word))
    if topic is Topic.DEVICES:
        return gettext(_DEVICES[word]) if word in _DEVICES else program_name(Family(word))
    if topic is Topic.AGE:
        since, _, until = word.partition("-")
        return gettext(_FROM_TO if until else _AND_MORE) % {"since": since, "until": until}
    if topic is Topic.GROWTH:
        return month(date.fromisoformat(f"{word}-01"))
    return gettext(LANES[Lane(word)]) if topic is Topic.DUPLICATES else word


def kind_of(kind: str) -> str:
    """Return how a kind of batches is called; a strange one as it is."""
    return gettext(KINDS[kind]) if kind in KINDS else kind
