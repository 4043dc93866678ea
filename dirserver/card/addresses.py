# SPDX-License-Identifier: GPL-3.0-or-later
"""Change addresses: components of ADR, its country code, and the address as lines, which is LABEL when ADR can't say it."""

from __future__ import annotations

from dirserver.card.card import Parameter, Property, Version
from dirserver.card.draft import Draft
from dirserver.card.places import Place, labels_of, variant_of
from dirserver.card.postal import (
    COMPONENTS,
    Address,
    addresses_of,
    from_ldap,
    has_only_street,
    is_empty,
    parts_of,
    to_ldap,
    with_part,
    written_lines,
)
from dirserver.card.projection import country_code_of, country_codes

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
    codes = country_codes(draft.card())

    def write(each: Property, text: str) -> Property:
        params = [param for param in each.params if param.name.upper() != "CC"]
        if text:
            params.append(Parameter("CC", (text,)))
        return each.with_params(params).with_value(each.value or ";" * (COMPONENTS - 1))

    draft.set_parts(place, news, lambda each: country_code_of(each, codes), write, lambda each: is_empty(each) and not each.params)
    addresses = [each for each in draft.properties if each.key == "ADR" and each.param("CC") is not None]
    told = {each.group.lower() for each in addresses if each.group is not None}
    draft.properties[:] = [
        each for each in draft.properties if each.key != "X-ABADR" or each.group is None or each.group.lower() not in told
    ]


def set_addresses(draft: Draft, place: Place, news: list[str]) -> None:
    """Set whole addresses, in LDAP's syntax: into the street where nothing else is known of the address, else as its label."""
    left = list(news)
    free: list[Address] = []
    for known in addresses_of(draft.properties, place.variant, labels_of(draft.card())):
        text = known.text(draft.properties)
        if text in left:
            left.remove(text)
        elif text:
            free.append(known)
    lost: list[int] = []
    labels: list[tuple[int, Property]] = []
    for known in free:
        if left:
            labels.extend(_write_address(draft, left.pop(0), known))
        else:
            lost.extend(_erase_address(draft, known))
    for text in left:
        draft.properties.append(Property(place.name(draft.version), ";" * (COMPONENTS - 1), None, place.params(draft.version)))
        labels.extend(_write_address(draft, text, Address(len(draft.properties) - 1, None)))
    gone = [draft.properties[index] for index in lost]
    draft.drop(lost)
    for at, label in reversed(labels):
        draft.properties.insert(at + 1 - sum(index < at for index in lost) if gone else at + 1, label)


def _erase_address(draft: Draft, known: Address) -> list[int]:
    """Take the written form away and leave the components; a street alone is the written form."""
    if known.label is not None:
        return [known.label]
    if known.adr is not None:
        each = draft.properties[known.adr]
        if each.param("LABEL"):
            draft.properties[known.adr] = _with_label(each, "")
        if has_only_street(each):
            return [known.adr]
    return []


def _write_address(draft: Draft, text: str, known: Address) -> list[tuple[int, Property]]:
    """Write ``text`` into an address; return the LABEL that is still to be inserted, with the index of its ADR."""
    lines = from_ldap(text)
    if known.label is not None:
        draft.properties[known.label] = draft.properties[known.label].with_text(lines)
        return []
    if known.adr is None:
        return []
    each = draft.properties[known.adr]
    if has_only_street(each):
        each = _with_street(each, lines)
    if to_ldap(written_lines(parts_of(each))) == text:
        draft.properties[known.adr] = _with_label(each, "")
        return []
    if draft.version is Version.V4 or each.param("LABEL"):
        draft.properties[known.adr] = _with_label(each, lines)
        return []
    draft.properties[known.adr] = each
    types = tuple([param for param in each.params if param.name.upper() == "TYPE" or not param.values])
    return [(known.adr, Property.of_text("LABEL", lines, group=each.group, params=types))]


def _with_street(each: Property, lines: str) -> Property:
    return with_part(each, _STREET, lines)


def _with_label(each: Property, lines: str) -> Property:
    params = [param for param in each.params if param.name.upper() != "LABEL"]
    if lines:
        params.append(Parameter("LABEL", (lines,)))
    return each.with_params(params)
