# SPDX-License-Identifier: GPL-3.0-or-later
"""What the core refuses, in the reader's language.

The core knows no language: it says why it refuses in English, with names and numbers in the sentence. Here are the sentences that people
may meet on pages; a test holds the list to the code. A sentence that isn't here is shown as it is, and marked as English.
"""

from __future__ import annotations

import re
from functools import lru_cache

from flask import Flask
from markupsafe import Markup

from dirserver.model.attribute import find
from dirserver.web.shell.languages import current_language, gettext, mark
from dirserver.web.shell.row_reasons import REASONS
from dirserver.web.shell.weak_settings import WEAK_SETTINGS

_PLACE = re.compile(r"\{(\w+)\}")
# No name of a file either: "outlook-de.csv".
_FIRST_WORD = re.compile(r"[^\W\d_]+(?![\w.:@/]|-\S*\.\w)")
_ENDS = (".", "!", "?", "…")


def install(app: Flask) -> None:
    """Give the templates the filters ``refusal``, and ``sentence`` where it stands alone."""
    app.jinja_env.filters["refusal"] = refusal
    app.jinja_env.filters["sentence"] = sentence


def refusal(message: str) -> Markup:
    """Return what the core said, in the reader's language where it is known."""
    text = translated(message)
    return _marked(message if text is None else text, is_known=text is not None)


def sentence(message: str) -> Markup:
    """Return the same with a capital and a full stop: the core's words go on where something stands before them."""
    text = translated(message)
    return _marked(_as_sentence(message if text is None else text), is_known=text is not None)


def _as_sentence(text: str) -> str:
    first = _FIRST_WORD.match(text)
    # The name of an attribute is written as it is.
    begun = text[:1].upper() + text[1:] if first is not None and find(first[0]) is None else text
    return begun if begun.endswith(_ENDS) else f"{begun}."


def _marked(text: str, *, is_known: bool) -> Markup:
    if is_known:
        return Markup("<span>{}</span>").format(text)
    return Markup('<span lang="en" dir="ltr">{}</span>').format(text)


def translated(message: str) -> str | None:
    """Return a sentence of the core in the language of this request, None if it isn't known."""
    if current_language().code == "en":
        return message
    known = recognised(message)
    if known is None:
        return _about_a_file(message)
    template, values = known
    return _PLACE.sub(lambda place: values.get(place[1], place[0]), gettext(template))


def _about_a_file(message: str) -> str | None:
    """Translate what stands behind the name of a file that it is about (``exchange.source.Source.blamed``)."""
    for between in (": ", ", line "):
        name, found, rest = message.partition(between)
        text = translated(f"{found.lstrip(', ')}{rest}" if found == ", line " else rest) if found else None
        if text is not None:
            return f"{name}{found[:2]}{text}"
    return None


@lru_cache(maxsize=1024)
def recognised(message: str) -> tuple[str, dict[str, str]] | None:
    """Return the sentence that a message is made from, and what stands at its places."""
    for template, pattern in _patterns():
        fits = pattern.fullmatch(message)
        if fits is not None:
            return template, fits.groupdict()
    return None


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    # Those with the most words of their own first: they say what others leave to a place.
    ordered = sorted((*SENTENCES, *REASONS, *WEAK_SETTINGS), key=lambda one: (-len(_PLACE.sub("", one)), one))
    return tuple((one, re.compile(_pattern(one), re.DOTALL)) for one in ordered)


def _pattern(template: str) -> str:
    parts = _PLACE.split(template)
    return "".join(f"(?P<{part}>.*?)" if number % 2 else re.escape(part) for number, part in enumerate(parts))


SENTENCES = (
    # directory
    mark("each contact of '{name}' needs a label: give it at least one"),
    mark("some contacts of '{name}' have no other label than '{label}', and each needs one: give them another one first"),
    mark("the book '{name}' has an entry named '{other}' already"),
    mark("the book '{name}' has an entry '{href}' already"),
    mark("two of the new entries have the {what} '{twice}'"),
    mark("two of the new entries have the name '{twice}'"),
    mark("there is nothing in this comment"),
    mark("a comment may have {most} characters"),
    mark("only who may edit this entry may share comments on it"),
    mark("you have {most} comments on this entry; remove some first"),
    mark("there is no such comment"),
    mark("this link was used already or is too old"),
    mark("this proposal has no such photo"),
    mark("'{field}' has changed since this was proposed; look at it again before you approve"),
    mark("the reason is longer than {most} characters"),
    mark("only who proposed it can take it back"),
    mark("only people have an entry of their own: approvals are kept for the people's book"),
    mark("nothing is said about approvals of '{name}'"),
    mark("proposal {number} was decided on already"),
    mark("somebody else has to decide on this"),
    mark("there is no such entry"),
    mark("that moment is over: leave it out to let them go now"),
    mark("the account '{login}' is closed already"),
    mark("no day is set on which '{login}' leaves"),
    mark("the entry's name is empty"),
    mark("the {what} is longer than {most} characters"),
    mark("the name is longer than {most} characters"),
    mark("the {what} is empty or holds characters that can't stand in a name"),
    mark("the name is empty or holds characters that can't stand in a name"),
    mark("a limit and an offset are numbers from 0 to {most}"),
    mark("the entry that the search was to go on behind is gone for good; begin anew"),
    mark("there is no group '{name}'"),
    mark("you are in no such group"),
    mark("only administrators may change groups"),
    mark("a group can't be in a group"),
    mark("'{name}' can't be the name of an entry"),
    mark("its {what} belongs to '{who}' now; rename or delete that entry first"),
    mark("its name belongs to '{who}' now; rename or delete that entry first"),
    mark("labels of shared books can be granted, no others"),
    mark("'{subject}' is who an entry is about or leads them; give that on the whole book"),
    mark("a label has no owner of its own; give 'manage' at most"),
    mark("'{name}' is shared: who puts it on an entry, or takes it off, must be allowed to share the entry as far"),
    mark("an entry can't be merged with itself"),
    mark("only entries of one book can be merged; move one of them first"),
    mark("a group can't be merged; move its members"),
    mark("one of the two was changed in the meantime; look at them again before you merge them"),
    mark("somebody signs in as '{who}' ({name}): that entry has to be the one that stays"),
    mark("only administrators, and who may change and delete everything in the books of a batch, may undo it"),
    mark("there is no entry '{href}'"),
    mark("parts of this entry are hidden from you; moved, it would lose them"),
    mark("there is an entry '{href}' already"),
    mark("you may not write '{href}'"),
    mark("nobody of that kind looks at this"),
    # pages
    mark("write the day like 2026-11-27"),
    mark("this is too long for a QR code"),
    mark("who sees an entry is told to the one whose it is"),
    mark("a photo of this entry is missing from the database; run 'dirserver check database'"),
    mark("only what lies in the trash can be removed for good"),
    mark("somebody signs in as '{who}' ({name}); close that account first"),
    mark("there is no book '{slug}'"),
    mark("the entry has changed since you read it"),
    mark("there is no entry '{href}' any more"),
    mark("none of what you changed may be changed by you"),
    mark("this entry has no such photo"),
    mark("you may not see the history of this entry"),
    mark("'{slug}' can't name a book: use small letters, digits and hyphens, and none of {names}"),
    mark("there is a book '{slug}' already"),
    mark("another book was called '{slug}', and phones may still show what was in it; choose another name"),
    mark("a book needs a name of up to {most} letters"),
    mark("only in a shared book contacts can need a label"),
    mark("the book '{name}' still holds {count} entries, archived and deleted ones among them"),
    mark("'{name}' is the only owner of '{other}'; make somebody else its owner first"),
    mark("the label '{name}' is no book of its own, and shared with nobody"),
    mark("there is no label '{name}' in the book '{other}'"),
    mark("only administrators may {what}"),
    mark("only administrators may make a book"),
    mark("only administrators may show a label as a book"),
    mark("only administrators may see all batches"),
    mark("only administrators may see all profiles"),
    mark("only administrators may set profiles"),
    mark("only administrators may let somebody go"),
    mark("only administrators may see what others may do"),
    mark("you may not make a book; ask an administrator"),
    mark("the label '{name}' is shared, and who it is shared with finds it there; take its grants back first"),
    mark("there is no label that is shown as the book '{slug}'"),
    mark("people are in groups; labels are for shared and personal books"),
    mark("a label needs a name of up to {most} letters"),
    mark("there is a label '{name}' already"),
    mark("two different labels of one book can be merged"),
    mark("some of these contacts are gone; look at the list again"),
    mark("among people a group can't become somebody, nor somebody a group"),
    mark("'{name}' can't be the name of a group"),
    mark("there is a group '{name}' already"),
    mark(
        "something is granted to the group '{name}', or its clients have a profile: take that back first, "
        "or remove it with 'dirserver group remove'"
    ),
    mark("only accounts are told of anything"),
    mark("there is no batch '{batch}'"),
    mark("the batch '{batch}' was undone already"),
    mark("somebody changed this entry in the meantime; look at it again before you save"),
    mark("somebody changed this entry in the meantime; look at it again before you confirm it"),
    mark("this entry has no revision {revision}"),
    mark("sign in to comment"),
    mark("there is no proposal {number}"),
    mark("a photo is given as octets, not as text"),
    # access
    mark("'{name}' is neither a field, as mobile is, nor a class of fields; classes are {classes}"),
    mark("you may give at most the level that you have on '{book}'"),
    mark("you may not give what you don't have on '{book}': {names}"),
    mark("you may not see the book '{name}'"),
    mark("you may not edit the book '{name}'"),
    mark("you may not delete from the book '{name}'"),
    mark("you may not share the book '{name}'"),
    mark("you may not rename, transfer or drop the book '{name}'"),
    mark("you may not change '{name}' of this entry"),
    mark("only who may edit every entry of '{book}' looks after it"),
    mark("to find and merge duplicates you must be allowed to read, change and delete everything in '{book}'"),
    # identity
    mark("a device password takes at most {most} networks"),
    mark("'{text}' is no network: write an address or a network, as 203.0.113.7, 10.1.0.0/16 or 2001:db8::/48"),
    mark("a device password needs a label of at most 100 characters, so that you know it again"),
    mark("a device password can't have expired before it is made: name a moment to come"),
    mark("there is no such device password"),
    mark("type your name or your mail address"),
    mark("'{login}' can't be a login: no spaces, no ':' ',' '/' '~', and no '@' at either end"),
    mark("there is an account '{login}' already"),
    mark("mail is not set up ([mail] host), so the link can't be sent; hand it over yourself"),
    mark("the account {login} has no mail address; give it one, or hand the link over yourself"),
    mark("{login} was sent too many invitations within an hour; wait before you send another one"),
    mark("this link was used already or is too old; ask for a new one"),
    mark("{login} has a password already; whoever forgot it says so at the sign-in, or gets a link of 15 minutes"),
    mark("the account {login} is closed; open it again first"),
    mark("a passkey needs a name of at most 100 characters, so that you know it again"),
    mark("the browser's answer is no passkey for this site, or too old"),
    mark("this sign-in took too long; begin again"),
    mark("there are no passkeys at this address"),
    mark("this passkey is known already, or there are {most}"),
    mark("there is no such passkey"),
    mark("this account must have a second factor: add another one first"),
    mark("no app is being set up; begin again"),
    mark("this code doesn't fit; codes change every 30 seconds, and each works once"),
    mark("recovery codes are for accounts with a second factor"),
    mark("this session is over already"),
    mark("there is no invitation of {login}"),
    mark("no app is set up"),
    # card
    mark("the part of the photo to keep lies outside it"),
    mark("{name} takes one value"),
    mark("cn can't be empty: a contact must be called something"),
    mark("{name} is kept by the directory and can't be changed in a card"),
    mark("{attribute} has no such value to delete"),
    mark("the value of {name} is not base64"),
    mark("a contact needs a name: cn, sn, givenName, o or mail"),
    mark("a value of {name} is not UTF-8"),
    mark("the photo has {count} octets; at most {most} are allowed"),
    mark("the photo must be JPEG, PNG or WebP"),
    mark("the photo has too many pixels; at most {most} are allowed"),
    mark("the photo is damaged; save it again as JPEG or PNG"),
    mark("the photo has {count} pixels; at most {most} are allowed"),
    mark("the card has {count} properties; at most {most} are allowed"),
    mark("the card has more than {most} octets"),
    mark("{key} is longer than {most} characters"),
    mark("{key} has more than {most} parts"),
    mark("there is no attribute {name}"),
    mark("{name} has no value {value} to delete"),
    # exchange
    mark("line {opened}: the quote that opens cell {cell} is never closed; close it, or double it if it is meant"),
    mark("line {opened}: cell {cell} has more than {most} characters; is a quote missing?"),
    mark("line {number}: the octet 0x{octet} {place} is not {encoding}; {remedy}"),
    mark("the file is a workbook or an archive, not text; save the sheet as CSV (UTF-8) and import that"),
    mark("the file looks like {kind}, not like a list of people; send CSV, XLSX, vCard or LDIF"),
    mark("the file looks like UTF-16 without a byte order mark, or is no text at all; save it as UTF-8"),
    mark("the file is UTF-8, though it was said to be {encoding}; leave out the encoding"),
    mark("the file is not {encoding}: {place}; save it as UTF-8"),
    mark("'{encoding}' is no encoding; use utf-8, utf-16, cp1252, cp1250, iso-8859-1 or the like"),
    mark("line {number} has more than {most} characters; is a quote missing?"),
    mark("you may look at the book '{name}' but not take lists of it along"),
    mark("'{slug}' shows a label: nothing can be imported into it"),
    mark("the file has {count} columns; more than {most} are not taken"),
    mark("the file is empty; its first line must name the columns"),
    mark(
        "line {number}: no header is an attribute name; "
        "the first line must name the columns (givenName, sn, mail, ...), or give a mapping file"
    ),
    mark("line {number}: the columns '{first}' and '{header}' both give {name}; take one out"),
    mark("line {number}: only LDIF version 1 (RFC 2849) is known; export the file as that"),
    mark("line {start}: the value has more than {most} characters"),
    mark("line {number} has more than {most} octets"),
    mark("line {start}: the card has more than {most} octets; is END:VCARD missing?"),
    mark("this file is being imported, or was already"),
    mark("{name} can't be read: {reason}"),
    mark("the file is empty"),
    mark("give it a name of up to {most} letters"),
    mark("this file is gone; send it again"),
    mark("{most} are kept already; forget one first"),
    mark("{file}: this workbook unpacks to more than 256 MB; save its sheet as CSV"),
    mark("{name}: this is no workbook that can be read; save it as XLSX or CSV again"),
    mark("{file}: this archive is broken; save the workbook again"),
    mark("{file}: this sheet is larger than {rows} rows or {columns} columns"),
    mark("{file}: this sheet is a table of more than 256 MB; split it"),
    # care
    mark("only administrators may look after accounts"),
    mark("this is the only administrator: make another one first"),
    mark("only two entries of one book can be compared"),
    mark("only who may delete entries of '{name}' sees what was deleted"),
    # model
    mark("'{text}' is nobody who could approve: use manager, stewards, group:NAME or account:LOGIN"),
    mark("'{text}' is nobody to grant to: use account:LOGIN, group:NAME, authenticated, anonymous, self or manager"),
    # store
    mark("there is no account '{name}'"),
    mark("'{login}' is the only administrator: make another one first"),
    mark("this book is gone"),
    mark("the change clashes with another one that was made at the same moment; try again"),
    mark("a text holds characters that can't be stored, such as NUL"),
    mark("there is no {kind} '{name}'"),
)
"""``{name}`` stands for what is different each time."""
