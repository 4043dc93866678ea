# SPDX-License-Identifier: GPL-3.0-or-later
"""From what is sent as JSON to a new card or to modifications."""

from __future__ import annotations

from collections.abc import Mapping

from dirserver.api.problems import WrongValue
from dirserver.card.faults import text_fault
from dirserver.card.projection import attributes, uuid_of
from dirserver.directory.reading import Reading
from dirserver.directory.views.entry import Entry
from dirserver.errors import NotFound
from dirserver.model.attribute import Attribute, Syntax, find
from dirserver.model.modification import Modification, Operation

Given = Mapping[str, list[str] | str | None]
_PEOPLE = "people"


def modifications(opened: Reading, given: Given, entry: Entry) -> tuple[Modification, ...]:
    """Return what a patch of an entry's attributes asks for (RFC 7396: null takes away). WrongValue names the member that can't be.

    What stands there already may stay, whatever it looks like: programs send whole lists.
    """
    found = _texts(opened, given, attributes(entry.card))
    return tuple(Modification(name, Operation.REPLACE, values) for name, values in found.items())


def values_of(opened: Reading, given: Given) -> dict[str, tuple[str, ...]]:
    """Return the attributes of a new entry by canonical name. WrongValue names the member that can't be."""
    return _texts(opened, given, {})


def _texts(opened: Reading, given: Given, known: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, values in given.items():
        attribute = _attribute(name)
        if attribute.name in found:
            raise WrongValue(f"/attributes/{name}", f"'{name}' stands here twice, under two of its names")
        texts = () if values is None else (values,) if isinstance(values, str) else tuple(values)
        if attribute.syntax is Syntax.DN:
            texts = tuple(_reference(opened, name, text) for text in texts)
        for text in texts:
            fault = None if text in known.get(attribute.name, ()) else text_fault(attribute, text)
            if fault is not None:
                raise WrongValue(f"/attributes/{name}", f"{fault[0]}; {fault[1]}")
        found[attribute.name] = texts
    return found


def _attribute(name: str) -> Attribute:
    attribute = find(name)
    if attribute is None:
        raise WrongValue(f"/attributes/{_pointed(name)}", f"there is no attribute '{name[:80]}'")
    if attribute.is_operational or attribute.key in {"uid", "objectclass"}:
        raise WrongValue(f"/attributes/{name}", f"'{name}' is kept by the directory; the name of an entry stands outside its attributes")
    if attribute.syntax is Syntax.BINARY:
        raise WrongValue(f"/attributes/{name}", f"'{name}' is no text; a photo is sent to the entry's own address, under /photo")
    return attribute


def _reference(opened: Reading, name: str, text: str) -> str:
    """Another entry by its id (with or without ``urn:uuid:``), or a person by name."""
    uuid = uuid_of(text)
    if uuid is None:
        try:
            uuid = opened.named(opened.book(_PEOPLE), text).uuid
        except NotFound:
            raise WrongValue(f"/attributes/{name}", f"'{text[:80]}' is neither an id nor the name of a person") from None
    return f"urn:uuid:{uuid}"


def _pointed(name: str) -> str:
    return name[:80].replace("~", "~0").replace("/", "~1")
