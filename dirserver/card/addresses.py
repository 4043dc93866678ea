# SPDX-License-Identifier: GPL-3.0-or-later
"""Change addresses: components of ADR, its country code, and the address as lines, which is LABEL when ADR can't say it."""

from __future__ import annotations

from dirserver.card.card import Parameter, Property, Version
from dirserver.card.draft import Draft
from dirserver.card.places import Place, labels_of, variant_of
from dirserver.card.postal import COMPONENTS, from_ldap, has_only_street, is_empty, parts_of, to_ldap, with_part, written_lines
from dirserver.card.projection import address_texts, country_code_of

_STREET = 2


def set_parts(draft: Draft, place: Place, news: list[str]) -> None:
    """Set one component: the n-th value goes to the n-th address. A label that said the same as the components follows them."""
    followed = _labels_that_follow(draft, place.variant)

    def write(each: Property, text: str) -> Property:
        new = with_part(each, place.component, text)
        if each in followed:
            new = _with_label(new, "")
        return new

    draft.set_parts(place, news, lambda each: parts_of(each)[place.component], write, _says_nothing)


def _says_nothing(each: Property) -> bool:
    return is_empty(each) and not each.param("LABEL")


def _labels_that_follow(draft: Draft, variant: str) -> set[Property]:
    labelled = [each for each in draft.properties if each.key == "ADR" and each.param("LABEL") is not None]
    if not labelled:
        return set()
    labels = labels_of(draft.card())
    return {
        each for each in labelled if variant_of("ADR", each, labels) == variant and each.param("LABEL") == written_lines(parts_of(each))
    }


def set_country_codes(draft: Draft, place: Place, news: list[str]) -> None:
    """Set the country code of the n-th address, in the parameter CC; Apple's X-ABADR in its group goes."""
    card = draft.card()

    def write(each: Property, text: str) -> Property:
        params = [param for param in each.params if param.name.upper() != "CC"]
        if text:
            params.append(Parameter("CC", (text,)))
        return each.with_params(params).with_value(each.value or ";" * (COMPONENTS - 1))

    stated = {each.group.lower(): each for each in card.properties if each.group is not None and each.key == "X-ABADR"}
    draft.set_parts(place, news, lambda each: country_code_of(card, each), write, lambda each: is_empty(each) and not each.params)
    for group, each in stated.items():
        owner = next((one for one in draft.properties if one.key == "ADR" and (one.group or "").lower() == group), None)
        if owner is not None and owner.param("CC") is not None and each in draft.properties:
            draft.properties.remove(each)


def set_addresses(draft: Draft, place: Place, news: list[str]) -> None:
    """Set whole addresses, in LDAP's syntax: into the street where nothing else is known of the address, else as its label."""
    labels = labels_of(draft.card())
    olds = address_texts(draft.card(), place.variant, labels)
    left = [text for text in news if text not in olds]
    addresses = draft.indexes(place, with_empty=True)
    written = draft.indexes(Place(place.attribute, "LABEL", variant=place.variant), with_empty=True)
    lost: list[int] = []
    for number, old in enumerate(olds):
        if old in news:
            continue
        address = addresses[number] if number < len(addresses) else None
        label = written[number] if number < len(written) else None
        if left:
            _write_address(draft, place, left.pop(0), address, label)
        elif label is not None:
            lost.append(label)
        elif address is not None and draft.properties[address].param("LABEL"):
            draft.properties[address] = _with_label(draft.properties[address], "")
        elif address is not None and has_only_street(draft.properties[address]):
            lost.append(address)
    for text in left:
        draft.properties.append(_with_street(Property(place.name(draft.version), "", None, place.params(draft.version)), from_ldap(text)))
        new = draft.properties[-1]
        if to_ldap(written_lines(parts_of(new))) != text:
            _write_address(draft, place, text, len(draft.properties) - 1, None)
    draft.drop(lost)


def _write_address(draft: Draft, place: Place, text: str, address: int | None, label: int | None) -> None:
    lines = from_ldap(text)
    if label is not None:
        draft.properties[label] = draft.properties[label].with_text(lines)
        return
    if address is None:
        return
    each = draft.properties[address]
    if has_only_street(each):
        each = _with_street(each, lines)
    if written_lines(parts_of(each)) == lines:
        draft.properties[address] = _with_label(each, "")
    elif draft.version is Version.V4 or each.param("LABEL"):
        draft.properties[address] = _with_label(each, lines)
    else:
        draft.properties[address] = each
        draft.properties.insert(address + 1, Property.of_text("LABEL", lines, group=each.group, params=place.params(draft.version)))


def _with_street(each: Property, lines: str) -> Property:
    return with_part(each, _STREET, lines)


def _with_label(each: Property, lines: str) -> Property:
    params = [param for param in each.params if param.name.upper() != "LABEL"]
    if lines:
        params.append(Parameter("LABEL", (lines,)))
    return each.with_params(params)
