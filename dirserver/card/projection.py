# SPDX-License-Identifier: GPL-3.0-or-later
"""A Card seen as attributes under their LDAP names, after the table in ``card.places``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from dirserver.card.card import Card, Property, split_raw, unescape
from dirserver.card.dates import iso_date
from dirserver.card.media import octets_of
from dirserver.card.naming import family_name_of, name_of
from dirserver.card.places import NO_LABELS, SLOTS, VARIANTS, Form, Place, labels_of, variant_of
from dirserver.card.postal import addresses_of, parts_of
from dirserver.model.attribute import CANONICAL

Values = dict[str, list[str]]
_SINGLE = frozenset({attribute.name for attribute in CANONICAL if attribute.is_single})
_UUID = re.compile(r"(?:urn:uuid:)?([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})", re.IGNORECASE)


def uuid_of(text: str) -> str | None:
    """Return the UUID that ``text`` is, with or without ``urn:uuid:``, as lower-case hex with dashes; None for anything else."""
    found = _UUID.fullmatch(text.strip())
    return found[1].lower() if found is not None else None


def attributes(card: Card) -> Mapping[str, tuple[str, ...]]:
    """Return the textual attributes of ``card`` by canonical name, without empty and repeated values.

    Derived where the card says nothing: cn (always there when anything names the contact), displayName, sn, postalAddress.
    Photos and certificates are not in here: see ``octet_attributes``. DN-valued ones are ``urn:uuid:`` texts.
    """
    values = stored_values(card)
    _derive(card, values)
    return {name: tuple(texts) for name, texts in values.items()}


def octet_attributes(card: Card) -> Mapping[str, tuple[bytes, ...]]:
    """Return jpegPhoto and userCertificate as far as their octets stand in the card (``media.join_media`` puts them there)."""
    found: dict[str, tuple[bytes, ...]] = {}
    for each in card.properties:
        for place in SLOTS.get(each.name.upper(), {}).get("", ()):
            if place.form is Form.OCTETS:
                data = octets_of(each)
                if data is not None:
                    found[place.attribute] = (*found.get(place.attribute, ()), data)
    return found


def stored_values(card: Card) -> Values:
    """Return the values that stand in the card's properties, nothing derived."""
    values: Values = {}
    slots = SLOTS
    labels = NO_LABELS
    codes: Mapping[str, str] = NO_LABELS
    for each in card.properties:
        if each.group is not None:
            labels = labels_of(card)
            codes = country_codes(card)
            break
    for each in card.properties:
        key = each.name.upper()
        by_variant = slots.get(key)
        if by_variant is None:
            if key == "X-CN":
                _put(values, "cn", unescape(each.value))
            continue
        places = by_variant[variant_of(key, each, labels)] if key in VARIANTS else by_variant[""]
        first = places[0]
        if len(places) == 1 and first.form is Form.TEXT:
            value = each.value
            _put(values, first.attribute, unescape(value) if "\\" in value else value)
        else:
            _read(codes, each, places, values)
    for name, texts in values.items():
        if len(texts) > 1 and name in _SINGLE:  # a client wrote it twice; the first counts
            del texts[1:]
    return values


def _put(values: Values, name: str, text: str) -> None:
    if not text or text.isspace():
        return
    known = values.get(name)
    if known is None:
        values[name] = [text]
    elif len(known) > 100 or text not in known:  # a thousand numbers: a repeated one costs less than looking
        known.append(text)


def _read(codes: Mapping[str, str], each: Property, places: tuple[Place, ...], values: Values) -> None:
    form = places[0].form
    if form is Form.NAME_PART:
        for place, raw in zip(places, split_raw(each.value, ";"), strict=False):
            if raw:
                for part in split_raw(raw, ","):
                    _put(values, place.attribute, unescape(part))
    elif form is Form.FIRST_UNIT:
        units = split_raw(each.value, ";")
        _put(values, "o", unescape(units[0]))
        for raw in units[1:]:
            _put(values, "ou", unescape(raw))
    elif form is Form.ADDRESS_PART:
        _read_address(codes, each, places, values)
    elif form is Form.LIST:
        for text in each.texts():
            _put(values, places[0].attribute, text)
    elif form is not Form.OCTETS:
        _put(values, places[0].attribute, _ONE_VALUE[form](each))


def phone_text(each: Property) -> str:
    """Return the number as people read it, without the ``tel:`` of 4.0."""
    value = each.value
    if "\\" in value:
        value = unescape(value)
    if value[:4].lower() == "tel:":
        return value[4:]
    return value


def uri_text(each: Property) -> str:
    """Return a URI: the raw value, since URIs aren't escaped."""
    return each.value.strip()


def reference_text(each: Property) -> str:
    """Return a reference to another entry as ``urn:uuid:`` with the UUID's one spelling; what isn't one comes back as text."""
    text = unescape(each.value).strip()
    uuid = uuid_of(text)
    return text if uuid is None else "urn:uuid:" + uuid


_ONE_VALUE: Mapping[Form, Callable[[Property], str]] = {
    Form.TEXT: Property.text,
    Form.PHONE: phone_text,
    Form.URI: uri_text,
    Form.DATE: iso_date,
    Form.REFERENCE: reference_text,
}


def reader_of(form: Form) -> Callable[[Property], str]:
    """Return how the one value of a property of this form is read."""
    return _ONE_VALUE.get(form, Property.text)


def _read_address(codes: Mapping[str, str], each: Property, places: tuple[Place, ...], values: Values) -> None:
    parts = parts_of(each)
    for place in places:
        if place.form is Form.ADDRESS_PART:
            if parts[place.component]:
                _put(values, place.attribute, parts[place.component])
        elif place.form is Form.COUNTRY_CODE:
            _put(values, place.attribute, country_code_of(each, codes))


def country_codes(card: Card) -> Mapping[str, str]:
    """Return what Apple's X-ABADR says of the address in its group, by lower-case group."""
    return {each.group.lower(): each.value for each in card.properties if each.group is not None and each.name.upper() == "X-ABADR"}


def country_code_of(each: Property, codes: Mapping[str, str]) -> str:
    """Return the two letters of an ADR's country, from CC or from ``country_codes``, "" when not told."""
    code = each.param("CC") if each.params else None
    if code is None and each.group is not None:
        code = codes.get(each.group.lower())
    return code.strip().upper() if code else ""


def _derive(card: Card, values: Values) -> None:
    names = values.get("cn")
    if names is None:
        made = name_of(card)
        if not made:
            return
        names = values["cn"] = [made]
    if "displayName" not in values:
        values["displayName"] = [names[0]]
    if "sn" not in values:
        values["sn"] = [names[0] if card.kind != "individual" else family_name_of(names[0])]
    derive_addresses(card, values)


def derive_addresses(card: Card, values: Values) -> None:
    """Add the whole addresses, as they are written out or as their components join."""
    if not [True for each in card.properties if each.name.upper() in {"ADR", "LABEL"}]:
        return
    labels = labels_of(card) if any(each.group is not None for each in card.properties) else NO_LABELS
    for variant, attribute in (("work", "postalAddress"), ("home", "homePostalAddress")):
        for each in addresses_of(card.properties, variant, labels):
            _put(values, attribute, each.text(card.properties))
