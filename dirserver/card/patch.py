# SPDX-License-Identifier: GPL-3.0-or-later
"""Change attributes of a Card and leave everything else as it is; make a Card from attributes.

A change is turned into "these values instead of those" for one attribute, and that into the least change of properties: an
equal value keeps its property, a replaced value keeps its property's parameters, group and label, a new one gets a property
of the table's making. What loses its last value goes, with the labels of its group.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Mapping, Sequence

from dirserver.card.addresses import set_addresses, set_country_codes, set_parts
from dirserver.card.card import Card, Property, Version, escape, split_raw
from dirserver.card.dates import with_date
from dirserver.card.draft import Draft
from dirserver.card.media import inline, media_type_of
from dirserver.card.naming import family_name_of, following_name, join_name, name_parts
from dirserver.card.normal import normalise
from dirserver.card.places import PLACE_OF, Form, Place
from dirserver.card.projection import derive_addresses, octet_attributes, reader_of, stored_values, uuid_of
from dirserver.errors import BadInput
from dirserver.model.attribute import OWN_FIELD, Attribute, find
from dirserver.model.modification import Modification, Operation

_ORDER = {place.attribute: number for number, place in enumerate(PLACE_OF.values())}
_MIME_NAMES = {"jpegPhoto": "image/jpeg", "userCertificate": "application/pkix-cert"}


def from_attributes(values: Mapping[str, Sequence[str | bytes]], *, uid: str, version: Version = Version.V3) -> Card:
    """Return a new card with ``uid`` as its UID and these attributes (any spelling). Empty values are passed over.

    The directory's own attributes (uid, objectClass, entryUUID, ...) have no place in a Card and are passed over as well; one
    that isn't known is ``BadInput``, as is a card without anything to be called by. FN is made from sn and givenName, o or
    mail when there is no cn; 3.0 gets an N as its RFC demands.
    """
    wanted: dict[str, tuple[str | bytes, ...]] = {}
    for spelled, given in values.items():
        attribute = _known(spelled)
        if attribute.field == OWN_FIELD:
            continue
        kept = tuple([each for each in given if each.strip()])
        if kept:
            wanted[attribute.name] = (*wanted.get(attribute.name, ()), *kept)
    draft = Draft(version, [Property.of_text("UID", uid)])
    for name in sorted(wanted, key=_ORDER.__getitem__):
        _change(draft, _known(name), Operation.REPLACE, wanted[name], [])
    _complete_name(draft, names_given="cn" in wanted)
    return draft.card()


def patch(card: Card, modifications: Iterable[Modification]) -> Card:
    """Return the card with the modifications applied in order; what they don't name isn't touched.

    ``BadInput`` when an attribute isn't known or is the directory's own, when a single-valued one would get two values, when a
    value to delete isn't there, or when the card would be left without cn. FN follows N where it was the plain join of it.
    """
    draft = Draft(card.version, list(card.properties))
    before = name_parts(names) if (names := card.first("N")) is not None else ("",) * 5
    names_cn = False
    for modification in modifications:
        attribute = _known(modification.attribute)
        if attribute.field == OWN_FIELD:
            raise BadInput(f"{attribute.name} is kept by the directory and can't be changed in a card")
        names_cn = names_cn or attribute.name in {"cn", "displayName"}
        olds = _old_values(draft, attribute.name)
        _change(draft, attribute, modification.operation, modification.values, olds)
    if not names_cn:
        _follow_name(draft, before)
    changed = draft.card()
    return card if changed == card else changed


def _known(name: str) -> Attribute:
    attribute = find(name)
    if attribute is None:
        raise BadInput(f"there is no attribute {name[:60]!r}")
    return attribute


def _change(draft: Draft, attribute: Attribute, operation: Operation, values: tuple[str | bytes, ...], olds: list[str]) -> None:
    place = PLACE_OF[attribute.name]
    if place.form is Form.OCTETS:
        _change_octets(draft, place, operation, values)
        return
    news = _new_values(attribute, operation, olds, tuple([_text(attribute, each) for each in values]))
    if attribute.is_single and len(news) > 1:
        raise BadInput(f"{attribute.name} takes one value")
    if news != olds:
        _SETTERS.get(place.form, _set_whole)(draft, place, news)


def _text(attribute: Attribute, value: str | bytes) -> str:
    if isinstance(value, bytes):
        try:
            value = value.decode()
        except UnicodeDecodeError:
            raise BadInput(f"a value of {attribute.name} is not UTF-8") from None
    text = value.replace("\r\n", "\n").replace("\r", "\n") if "\r" in value else value
    if PLACE_OF[attribute.name].form is Form.REFERENCE:
        uuid = uuid_of(text)
        return text if uuid is None else "urn:uuid:" + uuid
    return text


def _old_values(draft: Draft, name: str) -> list[str]:
    card = draft.card()
    values = stored_values(card)
    if name in {"postalAddress", "homePostalAddress"}:
        derive_addresses(card, values)
    elif name == "displayName" and "displayName" not in values:
        return values.get("cn", [])[:1]
    return values.get(name, [])


def _new_values(attribute: Attribute, operation: Operation, olds: list[str], values: tuple[str, ...]) -> list[str]:
    given = list(dict.fromkeys([each for each in values if each and not each.isspace()]))
    if operation is Operation.REPLACE:
        return given
    if operation is Operation.ADD:
        return [*olds, *[each for each in given if each not in olds]]
    if not values:
        return []
    left = list(olds)
    for value in values:
        if value in left:
            left.remove(value)
            continue
        norm = normalise(attribute.name, value)
        same = next((each for each in left if norm is not None and normalise(attribute.name, each) == norm), None)
        if same is None:
            raise BadInput(f"{attribute.name} has no value {value[:60]!r} to delete")
        left.remove(same)
    return left


# --------------------------------------------------------------------------------------------------------------- setters
def _set_whole(draft: Draft, place: Place, news: list[str]) -> None:
    """One property a value: equal values keep theirs, replaced ones hand theirs on, in the order of ``news``."""
    if place.attribute == "cn":
        _set_names(draft, news)
        return
    if place.attribute == "displayName":
        names = stored_values(draft.card()).get("cn", [])
        if news == names[:1]:  # FN says it already
            news = []
    draft.set_values(place, news, reader_of(place.form), _writer(place, draft.version))


def _writer(place: Place, version: Version) -> Callable[[Property, str], Property]:
    def write(each: Property, text: str) -> Property:
        if place.form is Form.DATE:
            return with_date(each, text, version)
        if place.form is Form.URI:
            return each.with_value(text)
        if place.form is Form.REFERENCE:
            return _with_reference(each, text)
        if place.form is Form.PHONE and each.value[:4].lower() == "tel:":
            params = [param for param in each.params if param.name.upper() != "VALUE"]
            return each.with_params(params).with_text(text)
        return each.with_text(text)

    return write


def _with_reference(each: Property, text: str) -> Property:
    if uuid_of(text) is not None:
        return each.with_value(text)
    return each.with_params([param for param in each.params if param.name.upper() != "VALUE"]).with_text(text)


def _set_names(draft: Draft, news: list[str]) -> None:
    if not news:
        raise BadInput("cn can't be empty: a contact must be called something")
    place = PLACE_OF["cn"]
    further = Place("cn", "X-CN")
    formatted = draft.values(place, reader_of(place.form))
    # Every FN that a client wrote stays an FN while its value stays; the first value is always FN.
    kept = [each for each in news if each in formatted] or news[:1]
    if formatted and not any(each in news for each in formatted):
        kept = news[:1]
    draft.set_values(place, kept, reader_of(place.form), _writer(place, draft.version))
    draft.set_values(further, [each for each in news if each not in kept], Property.text, _writer(further, draft.version))


def _set_name_part(draft: Draft, place: Place, news: list[str]) -> None:
    index = draft.first("N")
    if index is None:
        index = draft.insert_after("FN", Property("N", ";;;;"))
    names = draft.properties[index]
    raw = split_raw(names.value, ";")
    raw += [""] * (5 - len(raw))
    raw[place.component] = ",".join(map(escape, news))
    draft.properties[index] = names.with_value(";".join(raw))


def _set_first_units(draft: Draft, place: Place, news: list[str]) -> None:
    def write(each: Property, text: str) -> Property:
        return each.with_value(";".join([escape(text), *split_raw(each.value, ";")[1:]]))

    draft.set_parts(place, news, lambda each: draft.units(each)[0], write)


def _set_other_units(draft: Draft, place: Place, news: list[str]) -> None:
    left = list(news)
    indexes = draft.indexes(place)
    for index in indexes:
        each = draft.properties[index]
        first, *rest = split_raw(each.value, ";")
        kept = [raw for raw, text in zip(rest, draft.units(each)[1:], strict=True) if text in left]
        for text in draft.units(each)[1:]:
            if text in left:
                left.remove(text)
        draft.properties[index] = each.with_value(";".join([first, *kept]))
    if left and not indexes:
        draft.properties.append(Property(place.name(draft.version), ";" + ";".join(map(escape, left)), None, place.params(draft.version)))
    elif left:
        each = draft.properties[indexes[0]]
        draft.properties[indexes[0]] = each.with_value(";".join([each.value, *map(escape, left)]))
    draft.drop([index for index in indexes if not draft.properties[index].value.strip("; ")])


def _set_list(draft: Draft, place: Place, news: list[str]) -> None:
    left = list(news)
    indexes = draft.indexes(place)
    for index in indexes:
        each = draft.properties[index]
        kept = [raw for raw, text in zip(split_raw(each.value, ","), each.texts(), strict=True) if text in left]
        for text in each.texts():
            if text in left:
                left.remove(text)
        draft.properties[index] = each.with_value(",".join(kept))
    if left and indexes:
        each = draft.properties[indexes[-1]]
        draft.properties[indexes[-1]] = each.with_value(",".join([*([each.value] if each.value else []), *map(escape, left)]))
    elif left:
        draft.properties.append(Property.of_texts(place.name(draft.version), left))
    draft.drop([index for index in indexes if not draft.properties[index].value])


def _change_octets(draft: Draft, place: Place, operation: Operation, values: tuple[str | bytes, ...]) -> None:
    """Photos and certificates: bytes, or base64 text as CSV has it. A photo in the store counts as a value only for "delete all"."""
    datas = [_octets(place.attribute, each) for each in values]
    olds = list(octet_attributes(draft.card()).get(place.attribute, ()))
    if operation is Operation.DELETE and datas:
        if any(each not in olds for each in datas):
            raise BadInput(f"{place.attribute} has no such value to delete")
        datas = [each for each in olds if each not in datas]
    elif operation is Operation.ADD:
        datas = [*olds, *[each for each in datas if each not in olds]]
    elif datas and datas == olds:
        return
    indexes = draft.indexes(place, with_empty=True)
    at = indexes[0] if indexes else len(draft.properties)
    made: list[Property] = []
    for data in datas:
        probe = Property(place.key, "", None, ())
        media_type = media_type_of(probe, data) if place.attribute == "jpegPhoto" else _MIME_NAMES[place.attribute]
        made.append(inline(place.key, draft.version, media_type, data))
    if made and indexes:  # the group, and with it the label, stays
        made[0] = made[0].with_group(draft.properties[at].group)
        draft.properties[at] = made.pop(0)
        del indexes[0]
        at += 1
    draft.properties[at:at] = made
    draft.drop([index + len(made) if index >= at else index for index in indexes])


def _octets(name: str, value: str | bytes) -> bytes:
    if isinstance(value, bytes):
        return value
    try:
        return base64.b64decode("".join(value.split()), validate=True)
    except (binascii.Error, ValueError):
        raise BadInput(f"the value of {name} is not base64") from None


_SETTERS: Mapping[Form, Callable[[Draft, Place, list[str]], None]] = {
    Form.NAME_PART: _set_name_part,
    Form.FIRST_UNIT: _set_first_units,
    Form.OTHER_UNITS: _set_other_units,
    Form.LIST: _set_list,
    Form.ADDRESS_PART: set_parts,
    Form.COUNTRY_CODE: set_country_codes,
    Form.ADDRESS: set_addresses,
}


# ------------------------------------------------------------------------------------------------------------------ names
def _follow_name(draft: Draft, before: tuple[str, ...]) -> None:
    index = draft.first("N")
    shown = draft.first("FN")
    if index is None or shown is None:
        return
    after = name_parts(draft.properties[index])
    if after == before:
        return
    followed = following_name(draft.properties[shown].text(), (before[0], before[1], before[2], before[3], before[4]), after)
    if followed is not None:
        draft.properties[shown] = draft.properties[shown].with_text(followed)


def _complete_name(draft: Draft, *, names_given: bool) -> None:
    """Put UID, FN and N first; make what is missing."""
    card = draft.card()
    names = card.first("N")
    if not names_given:
        parts = name_parts(names) if names is not None else ("", "", "", "", "")
        made = join_name(parts) or _called(stored_values(card))
        if not made:
            raise BadInput("a contact needs a name: cn, sn, givenName, o or mail")
        draft.properties.insert(1, Property.of_text("FN", made))
    elif names is None and draft.version is Version.V3 and "o" not in stored_values(card):
        shown = card.formatted_name
        family = family_name_of(shown)
        given = shown.removesuffix(family).strip() if shown.endswith(family) else ""
        draft.properties.insert(2, Property.of_components("N", (family, given, "", "", "")))
    draft.to_front(("UID", "FN", "N"))


def _called(values: Mapping[str, Sequence[str]]) -> str:
    for name in ("displayName", "nickname", "o", "mail", "mozillaSecondEmail", "telephoneNumber", "mobile", "homePhone"):
        if values.get(name):
            return values[name][0]
    return ""
