# SPDX-License-Identifier: GPL-3.0-or-later
"""What a real address book has besides good contacts: people typed twice, numbers that can't be dialled; work for a steward."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from dirserver.card.fields import attributes, from_attributes
from dirserver.demo.contacts import Contact
from dirserver.demo.people import plain, stable_uuid

Values = dict[str, tuple[str, ...]]
_SAME = ("cn", "givenName", "sn", "o")

MOST = 8
"""How many untidy contacts there are."""


def untidy(book: str, contacts: Sequence[Contact]) -> tuple[Contact, ...]:
    """Return contacts that somebody else typed in again, and some with things to mend; the same ones each time.

    ``contacts`` are the good ones of the same book.
    """
    known = [dict(attributes(contact.card)) for contact in contacts if contact.card.kind == "individual"]
    # A number that several have says nothing.
    holders = Counter(number for values in known for number in values.get("mobile", ()))
    people = [values for values in known if holders[next(iter(values.get("mobile", ())), "")] == 1]
    first, second, third, fourth, fifth, sixth, seventh, eighth = people[:MOST]
    made: tuple[Values, ...] = (
        # Safe to merge: the same name and number, one of them shorter.
        _of(first, "mobile") | {"mobile": (_spaced(first["mobile"][0]),)},
        _of(second, "mobile", "mail") | {"title": second.get("title", ())},
        # To be decided: a slip of the pen, and another address.
        _of(third, "mobile") | {"cn": (_slipped(third["cn"][0]),)},
        _of(fourth, "mobile") | {"mail": (f"{plain(fourth['sn'][0])}@mail.example",)},
        # To be mended.
        _of(fifth) | {"cn": (fifth["cn"][0].upper(),), "telephoneNumber": (fifth["mobile"][0],), "l": ("  Lisboa ",)},
        _of(sixth) | {"cn": (f"{sixth['givenName'][0]} Test",), "sn": ("Test",), "telephoneNumber": ("ask the front desk",)},
        _of(seventh) | {"sn": ("Dupont",), "cn": (f"{seventh['givenName'][0]} Dupont",), "mail": ("dupont at example.com",)},
        {"o": eighth["o"], "cn": ("Zürich office".encode().decode("latin-1"),), "sn": ("office",)},
    )
    found: list[Contact] = []
    for number, values in enumerate(made, 1):
        name = f"{book}-again-{number}"
        uuid = stable_uuid(book, name)
        found.append(Contact(name, uuid, from_attributes({key: value for key, value in values.items() if value}, uid=uuid)))
    return tuple(found)


def _of(values: Values, *names: str) -> Values:
    return {name: values[name] for name in (*_SAME, *names) if name in values}


def _spaced(number: str) -> str:
    """A number as people write it down."""
    return " ".join((number[:3], number[3:6], number[6:9], number[9:])).strip()


def _slipped(name: str) -> str:
    """The last two letters of a name in the wrong order."""
    return name[:-2] + name[-1] + name[-2]
