# SPDX-License-Identifier: GPL-3.0-or-later
"""What letters say, in English; ``messages/`` has the other languages (``python -m tests.web.messages`` brings them up to date).

A text may name: ``login``, ``name``, ``domain``, ``address`` (of the pages), ``at`` (when it happened), ``until`` (when the letter's
link ends), ``link``, ``where`` (an address of the network), ``count``, and the words of its letter; those of ``DAYS`` are dates (ISO 8601).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dirserver.model.letter import Matter


@dataclass(frozen=True, slots=True)
class Counted:
    """A message whose form follows ``count``."""

    one: str
    many: str


@dataclass(frozen=True, slots=True)
class Text:
    """A subject and the paragraphs between greeting and foot."""

    subject: str | Counted
    paragraphs: tuple[str | Counted, ...]


def mark(message: str) -> str:
    """Mark a message for the catalogues."""
    return message


def mark_counted(one: str, many: str) -> Counted:
    """Mark a message with its plural."""
    return Counted(one, many)


GREETING = mark("Hello %(name)s,")
FOOT = mark("This is a message of the address book of %(domain)s about your account %(login)s. Nobody reads answers to it.")
THE_SERVER_ITSELF = mark("the server itself")
LINK = "%(link)s"

PEOPLE_BOOK = mark("People")
OWN_BOOK = mark("My contacts")
"""What the pages call these two books too, whatever name they have."""
_TELL = mark("If it wasn't you, tell those who run the address book at once: they can close your account until it is safe again.")
_MINE = mark("What became of your proposals, and why, is on your own page: %(address)s/me/profile")

TEXTS: Mapping[Matter, Text] = {
    Matter.TEST: Text(
        mark("A test of mail from the address book of %(domain)s"),
        (mark("If you can read this, mail is set up well. There is nothing to do."),),
    ),
    Matter.INVITATION: Text(
        mark("Your account for the address book of %(domain)s"),
        (
            mark("There is an account for you in the address book of %(domain)s. Your user name is %(login)s."),
            mark("Open this link to choose your password. It works once, until %(until)s."),
            LINK,
            mark("If you don't expect this, do nothing."),
        ),
    ),
    Matter.PASSWORD_LINK: Text(
        mark("A new password for the address book of %(domain)s"),
        (
            mark("Somebody at %(where)s said that the password of the account %(login)s is forgotten."),
            mark("If that was you, open this link to choose another one. It works once, until %(until)s."),
            LINK,
            mark("If it wasn't you, do nothing: your password stays as it is."),
        ),
    ),
    Matter.PASSWORD_CHANGED: Text(
        mark("Your password was changed"),
        (
            mark("The password of your account %(login)s was changed on %(at)s, from %(where)s. All other browsers are signed out."),
            _TELL,
        ),
    ),
    Matter.DEVICE_ADDED: Text(
        mark("A new device password for your account"),
        (
            mark("A password for the device “%(label)s” was made for your account %(login)s on %(at)s, from %(where)s."),
            mark("If it wasn't you, revoke it and change your password: %(address)s/me/devices"),
            _TELL,
        ),
    ),
    Matter.SECOND_FACTOR_CHANGED: Text(
        mark("The second step of your sign-in was changed"),
        (mark("On %(at)s, from %(where)s, this was changed for your account %(login)s: %(what)s."), _TELL),
    ),
    Matter.NEW_BROWSER: Text(
        mark("A sign-in from a new browser"),
        (
            mark(
                "Somebody signed in to your account %(login)s on %(at)s with a browser that was not seen before: %(browser)s, at %(where)s."
            ),
            mark("If that was you, there is nothing to do."),
            mark("If it wasn't you, change your password now; this signs out all other browsers: %(address)s/me/security/password"),
        ),
    ),
    Matter.ENTRIES_DELETED: Text(
        mark_counted("%(count)s contact was deleted from %(book)s", "%(count)s contacts were deleted from %(book)s"),
        (
            mark_counted(
                "%(who)s deleted %(count)s contact from your address book %(book)s on %(at)s.",
                "%(who)s deleted %(count)s contacts from your address book %(book)s on %(at)s.",
            ),
            mark("What was deleted can be brought back here: %(address)s/book/%(slug)s/trash"),
        ),
    ),
    Matter.ENTRIES_CHANGED: Text(
        mark_counted("%(count)s contact was changed in %(book)s", "%(count)s contacts were changed in %(book)s"),
        (
            mark_counted(
                "%(who)s changed %(count)s contact of your address book %(book)s on %(at)s.",
                "%(who)s changed %(count)s contacts of your address book %(book)s on %(at)s.",
            ),
            mark("What it was before can be seen and brought back on the pages: %(address)s"),
        ),
    ),
    Matter.CONFIRM_OWN: Text(
        mark("Is what the address book says of you still correct?"),
        (
            mark("Nobody has looked at your entry in the address book of %(domain)s for a while. Your colleagues rely on it."),
            mark("To see it, and to change what isn't right any more: %(address)s/me/profile"),
            mark("If it is still correct, open this link and press the button. It works once, until %(until)s, and opens nothing else."),
            LINK,
        ),
    ),
    Matter.CONFIRM_CONTACTS: Text(
        mark_counted("Is %(count)s contact of yours still correct?", "Are %(count)s contacts of yours still correct?"),
        (
            mark_counted(
                "You are the last who worked on %(count)s contact that nobody has confirmed for a while.",
                "You are the last who worked on %(count)s contacts that nobody has confirmed for a while.",
            ),
            mark(
                "Open this link to see which, and press the button if they are still correct. It works once, until %(until)s, and opens "
                "nothing else; changing a contact needs the usual sign-in."
            ),
            LINK,
        ),
    ),
    Matter.CONFIRM_OVERDUE: Text(
        mark_counted("%(count)s entry of %(book)s that nobody confirms", "%(count)s entries of %(book)s that nobody confirms"),
        (
            mark_counted(
                "You look after %(book)s. Nobody says whether %(count)s entry of it is still correct: who was asked doesn't answer, or "
                "there is nobody to ask.",
                "You look after %(book)s. Nobody says whether %(count)s entries of it are still correct: who was asked doesn't answer, or "
                "there is nobody to ask.",
            ),
            mark("See to them on the steward's desk: %(address)s/desk/%(slug)s/unconfirmed"),
        ),
    ),
    Matter.TRASH_REVIEW: Text(
        mark_counted("%(count)s entry in the trash of %(book)s", "%(count)s entries in the trash of %(book)s"),
        (
            mark_counted(
                "You look after %(book)s. %(count)s entry lies in its trash. Was it deleted by mistake? Then bring it back.",
                "You look after %(book)s. %(count)s entries lie in its trash. Was something deleted by mistake? Then bring it back.",
            ),
            mark("The trash is here: %(address)s/desk/%(slug)s/trash"),
        ),
    ),
    Matter.TRASH_DUE: Text(
        mark_counted("%(count)s entry of %(book)s is soon removed for good", "%(count)s entries of %(book)s are soon removed for good"),
        (
            mark_counted(
                "You look after %(book)s. %(count)s entry of its trash is removed for good between %(first)s and %(last)s.",
                "You look after %(book)s. %(count)s entries of its trash are removed for good between %(first)s and %(last)s.",
            ),
            mark("Bring back before then what was deleted by mistake; afterwards nobody can."),
            mark("The trash is here: %(address)s/desk/%(slug)s/trash"),
        ),
    ),
    Matter.PROPOSALS_WAIT: Text(
        mark_counted("%(count)s change waits for your approval", "%(count)s changes wait for your approval"),
        (
            mark_counted(
                "%(who)s proposed %(count)s change of their own entry on %(at)s. It counts when somebody has approved it.",
                "%(who)s proposed %(count)s changes of their own entry on %(at)s. They count when somebody has approved them.",
            ),
            mark("See what it is, and decide: %(address)s/approvals"),
        ),
    ),
    Matter.PROPOSALS_APPROVED: Text(
        mark_counted("%(count)s change that you proposed was made", "%(count)s changes that you proposed were made"),
        (
            mark_counted(
                "%(who)s approved on %(at)s %(count)s change of your own entry, and it is made.",
                "%(who)s approved on %(at)s %(count)s changes of your own entry, and they are made.",
            ),
            _MINE,
        ),
    ),
    Matter.PROPOSALS_REFUSED: Text(
        mark_counted("%(count)s change that you proposed was refused", "%(count)s changes that you proposed were refused"),
        (
            mark_counted(
                "%(who)s refused on %(at)s %(count)s change that you proposed. Your entry stays as it is.",
                "%(who)s refused on %(at)s %(count)s changes that you proposed. Your entry stays as it is.",
            ),
            _MINE,
        ),
    ),
}

DAYS = frozenset({"first", "last"})
"""Words that are days, told as a language tells them."""

SECOND_FACTOR_CHANGES: Mapping[str, str] = {
    "on": mark("a second step was set up"),
    "off": mark("the second step was turned off"),
    "recovery-codes": mark("new recovery codes were made, the old ones are void"),
    "recovery-code-used": mark("a recovery code was used to sign in"),
    "passkey-added": mark("a passkey was added"),
    "passkey-removed": mark("a passkey was removed"),
}
"""What the word ``what`` of that letter may be."""
