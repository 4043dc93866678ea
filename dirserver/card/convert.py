# SPDX-License-Identifier: GPL-3.0-or-later
"""Turn a Card of one vCard version into the other (RFC 2426 <-> RFC 6350), losing nothing.

Rules of this file: a property or parameter that neither RFC knows stays as it is; where one version has no word for what the
other says, the foreign word stays (a reader ignores what it doesn't know). Converting there and back keeps every value;
spelling of parameters and the place of LABEL may change. A photo in the store stays a reference.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping

from dirserver.card.card import Card, Parameter, Parameters, Property, Version, escape, split_raw, unescape
from dirserver.card.dates import basic_timestamp, converted_date
from dirserver.card.media import OCTET_KEYS, REFERENCE, decode_base64, is_binary, media_type_of, octets_of, type_word
from dirserver.card.messaging import handles_to_impp, impp_to_handle, service_to_3, service_to_4, social_to_3, social_to_4
from dirserver.card.naming import family_name_of
from dirserver.card.postal import addresses_in, is_empty

Rule = Callable[[Property], Property]

_GEO_SCHEME = "geo:"
_PLACE_TYPES = frozenset({"home", "work", "pref"})
_GENDERS = {"male": "M", "female": "F", "other": "O", "none": "N", "unknown": "U"}


def convert(card: Card, version: Version) -> Card:
    """Return the card in ``version``; the very same card when it already is."""
    if card.version is version:
        return card
    return _to_4(card) if version is Version.V4 else _to_3(card)


# ------------------------------------------------------------------------------------------------------------- 3.0 to 4.0
def _to_4(card: Card) -> Card:
    properties: list[Property] = []
    for each in card.properties:
        rule = _RULES_TO_4.get(each.key)
        converted = each if rule is None else rule(each)
        properties.append(_with_params_of_4(converted) if converted.params else converted)
    properties = _kinds_to_4(properties)
    properties = handles_to_impp(properties)
    properties = _sort_string_to_4(properties)
    return Card(Version.V4, tuple(_labels_to_4(properties)))


def _with_params_of_4(each: Property) -> Property:
    params: list[Parameter] = []
    preferred = False
    drop = {"pref", "internet"} if each.key == "EMAIL" else {"pref"}
    for parameter in each.params:
        if not parameter.values:
            word = parameter.name.lower()
            preferred = preferred or word == "pref"
            if word not in drop:
                params.append(Parameter("TYPE", (parameter.name,)))
        elif parameter.name.upper() == "TYPE":
            words = [word for value in parameter.values for word in value.split(",")]
            preferred = preferred or any(word.lower() == "pref" for word in words)
            kept = tuple([word for word in words if word.lower() not in drop])
            if kept:
                params.append(Parameter(parameter.name, kept))
        else:
            params.append(parameter)
    if preferred:
        params = [parameter for parameter in params if parameter.name.upper() != "PREF"]
        params.append(Parameter("PREF", ("1",)))
    made = tuple(params)
    return each if made == each.params else each.with_params(made)


def _renamed(name: str) -> Rule:
    return lambda each: each.with_name(name)


def _date_to_4(name: str) -> Rule:
    return lambda each: converted_date(each.with_name(name), Version.V4)


def _octets_to_4(each: Property) -> Property:
    if each.value.startswith(REFERENCE):
        return _without_encoding(each).with_value(f"{each.value};{media_type_of(each)}" if ";" not in each.value else each.value)
    if not is_binary(each):
        stated = (each.param("VALUE") or "").lower()
        return _without(each, "VALUE") if stated in {"uri", "url"} else each
    data = decode_base64(each.value)
    if data is None:
        return each
    text = base64.b64encode(data).decode("ascii")
    return _without_encoding(each).with_value(f"data:{media_type_of(each, data)};base64,{text}")


def _without_encoding(each: Property) -> Property:
    params: list[Parameter] = []
    for parameter in each.params:
        name = parameter.name.upper()
        if name in {"ENCODING", "BASE64"} or (name == "VALUE" and parameter.values[:1] and parameter.values[0].lower() == "binary"):
            continue
        if name == "TYPE":
            kept = tuple([word for word in parameter.values if word.lower() in _PLACE_TYPES])
            if not kept:
                continue
            params.append(Parameter(parameter.name, kept))
            continue
        params.append(parameter)
    return each.with_params(params)


def _gender_to_4(each: Property) -> Property:
    text = each.text().strip()
    sex, separator, _ = each.value.partition(";")
    if sex in {"", "M", "F", "O", "N", "U"} and (separator or text):
        return each.with_name("GENDER")
    letter = _GENDERS.get(text.lower(), "")
    return each.with_name("GENDER").with_value(f"{letter};{escape(text)}")


def _geo_to_4(each: Property) -> Property:
    parts = split_raw(each.value.replace("\\;", ";").replace(",", ";"), ";")
    if len(parts) != 2 or not all(_is_number(part) for part in parts):
        return each
    return _without(each, "VALUE").with_value(f"{_GEO_SCHEME}{parts[0].strip()},{parts[1].strip()}")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _zone_to_4(each: Property) -> Property:
    value = each.value.strip()
    if len(value) == 6 and value[0] in "+-" and value[3] == ":" and (value[1:3] + value[4:]).isdigit():
        return _with_value_type(each, "utc-offset").with_value(value.replace(":", ""))
    return _without(each, "VALUE") if (each.param("VALUE") or "").lower() == "text" else each


def _revision_to_4(each: Property) -> Property:
    return each.with_value(basic_timestamp(each.value))


def _kinds_to_4(properties: list[Property]) -> list[Property]:
    """KIND stands at most once in 4.0; Apple's company flag is a kind when nothing else says one."""
    known = {"KIND", "X-ADDRESSBOOKSERVER-KIND"}
    stated = next((each.value.strip().lower() for each in properties if each.key in known), None)
    made: list[Property] = []
    for each in properties:
        if each.key in known and any(one.key == "KIND" for one in made):
            if each.value.strip().lower() != stated:
                made.append(each)
        elif each.key == "X-ADDRESSBOOKSERVER-KIND":
            made.append(each.with_name("KIND"))
        elif each.key == "X-ABSHOWAS" and each.value.strip().upper() == "COMPANY" and stated is None:
            stated = "org"
            made.append(Property("KIND", "org", each.group, each.params))
        else:
            made.append(each)
    return made


def _sort_string_to_4(properties: list[Property]) -> list[Property]:
    stated = [each for each in properties if each.key == "SORT-STRING"]
    names = next((index for index, each in enumerate(properties) if each.key == "N"), None)
    if len(stated) != 1 or names is None or not stated[0].value or stated[0].params or stated[0].group is not None:
        return properties
    if properties[names].param("SORT-AS") is not None:
        return properties
    made = list(properties)
    made[names] = made[names].with_params((*made[names].params, Parameter("SORT-AS", (stated[0].text(),))))
    made.remove(stated[0])
    return made


def _labels_to_4(properties: list[Property]) -> list[Property]:
    """LABEL becomes a parameter of the first ADR of the same types that has none; without one it makes an empty ADR.

    Where only one of the two is the preferred one, a parameter couldn't say so, and the LABEL stays a property.
    """
    if not any(each.key == "LABEL" for each in properties):
        return properties
    made: list[Property | None] = list(properties)
    for address in addresses_in(properties):
        if address.label is None:
            continue
        each = properties[address.label]
        text = Parameter("LABEL", (unescape(each.value),))
        if address.adr is None:
            made[address.label] = Property("ADR", ";;;;;;", each.group, (*each.params, text))
        elif (each.param("PREF") is None) == (properties[address.adr].param("PREF") is None):
            owner = properties[address.adr]
            made[address.adr] = owner.with_params((*owner.params, text))
            made[address.label] = None
    return [each for each in made if each is not None]


# ------------------------------------------------------------------------------------------------------------- 4.0 to 3.0
def _to_3(card: Card) -> Card:
    properties: list[Property] = []
    for each in card.properties:
        rule = _RULES_TO_3.get(each.key)
        converted = each if rule is None else rule(each)
        properties.extend(_spread(_with_params_of_3(converted) if converted.params or converted.key == "EMAIL" else converted))
    made = Card(Version.V3, tuple(properties))
    return made if made.first("N") is not None else _with_names(made)


def _with_params_of_3(each: Property) -> Property:
    if each.key == "EMAIL" and "internet" not in each.types and "x400" not in each.types:
        each = each.with_params(_with_type(each.params, "INTERNET", at_start=True))
    if not any(parameter.name.upper() == "PREF" and parameter.values == ("1",) for parameter in each.params):
        return each
    params = tuple([parameter for parameter in each.params if parameter.name.upper() != "PREF"])
    return each.with_params(_with_type(params, "pref"))


def _with_type(params: Parameters, word: str, *, at_start: bool = False) -> Parameters:
    found = [index for index, parameter in enumerate(params) if parameter.name.upper() == "TYPE" and parameter.values]
    if not found:
        return (Parameter("TYPE", (word,)), *params) if at_start else (*params, Parameter("TYPE", (word,)))
    index = found[0] if at_start else found[-1]
    before, known, after = params[:index], params[index], params[index + 1 :]
    if known.name.islower():  # Apple writes type=CELL;type=pref
        alone = Parameter(known.name, (word,))
        return (*before, alone, known, *after) if at_start else (*before, known, alone, *after)
    values = (word, *known.values) if at_start else (*known.values, word)
    return (*before, Parameter(known.name, values), *after)


def _spread(each: Property) -> tuple[Property, ...]:
    """What stands in one property of 4.0 and in two of 3.0."""
    if each.key == "ADR":
        label = each.param("LABEL")
        if label is None:
            return (each,)
        # RFC 6350 section 6.3.1 spells the end of a line so, before RFC 6868 had a word for it in parameters.
        label = label.replace("\\n", "\n").replace("\\N", "\n")
        rest = tuple([parameter for parameter in each.params if parameter.name.upper() != "LABEL"])
        if is_empty(each):
            return (Property.of_text("LABEL", label, group=each.group, params=rest),)
        shared = tuple([parameter for parameter in rest if parameter.name.upper() in {"TYPE", "LANGUAGE"}])
        return each.with_params(rest), Property.of_text("LABEL", label, group=each.group, params=shared)
    if each.key == "N":
        sort_as = [parameter for parameter in each.params if parameter.name.upper() == "SORT-AS"]
        if len(sort_as) == 1 and len(sort_as[0].values) == 1 and sort_as[0].values[0]:
            rest = tuple([parameter for parameter in each.params if parameter is not sort_as[0]])
            return each.with_params(rest), Property.of_text("SORT-STRING", sort_as[0].values[0])
    return (each,)


def _date_to_3(name: str) -> Rule:
    return lambda each: converted_date(each.with_name(name), Version.V3)


def _octets_to_3(each: Property) -> Property:
    media_type = media_type_of(each)
    if each.value.startswith(REFERENCE):
        return _encoded(each, each.value.partition(";")[0], media_type)
    data = octets_of(each) if each.value[:5].lower() == "data:" else None
    if data is not None:
        return _encoded(each, base64.b64encode(data).decode("ascii"), media_type_of(each, data))
    if each.param("VALUE") is None and ":" in each.value[:20] and not is_binary(each):
        return each.with_params((Parameter("VALUE", ("uri",)), *each.params))
    return each


def _encoded(each: Property, value: str, media_type: str) -> Property:
    rest = [parameter for parameter in each.params if parameter.name.upper() not in {"VALUE", "MEDIATYPE"}]
    return Property(each.name, value, each.group, (Parameter("ENCODING", ("b",)), Parameter("TYPE", (type_word(media_type),)), *rest))


def _kind_to_3(each: Property) -> Property:
    if each.value.strip().lower() == "org":
        return Property("X-ABShowAs", "COMPANY", each.group, each.params)
    return each.with_name("X-ADDRESSBOOKSERVER-KIND")


def _gender_to_3(each: Property) -> Property:
    sex, separator, text = each.value.partition(";")
    spoken = unescape(text)
    if separator and _GENDERS.get(spoken.lower(), "") == sex:
        return each.with_name("X-GENDER").with_value(text)
    return each.with_name("X-GENDER")


def _phone_to_3(each: Property) -> Property:
    if each.value[:4].lower() != "tel:":
        return each
    is_uri = (each.param("VALUE") or "").lower() == "uri"
    number = each.value[4:]
    return _without(each, "VALUE").with_value(escape(number) if is_uri else number)


def _geo_to_3(each: Property) -> Property:
    if each.value[:4].lower() == _GEO_SCHEME:
        parts = each.value[4:].split(",")
        if len(parts) == 2 and all(_is_number(part) for part in parts):
            return _without(each, "VALUE").with_value(f"{parts[0]};{parts[1]}")
    return each


def _zone_to_3(each: Property) -> Property:
    value = each.value.strip()
    if (each.param("VALUE") or "").lower() == "utc-offset" and len(value) in {3, 5} and value[1:].isdigit():
        return _without(each, "VALUE").with_value(f"{value[:3]}:{value[3:] or '00'}")
    return each if each.param("VALUE") is not None else _with_value_type(each, "text")


def _with_names(card: Card) -> Card:
    """Give a 3.0 card the N that its RFC demands and that phones sort by."""
    shown = card.formatted_name
    if not shown:
        return card
    family = shown if card.kind != "individual" else family_name_of(shown)
    given = shown.removesuffix(family).strip() if shown.endswith(family) else ""
    at = next((index + 1 for index, each in enumerate(card.properties) if each.key == "FN"), 0)
    new = Property.of_components("N", (family, given, "", "", ""))
    return card.with_properties((*card.properties[:at], new, *card.properties[at:]))


# ------------------------------------------------------------------------------------------------------------------- both
def _without(each: Property, name: str) -> Property:
    kept = tuple([parameter for parameter in each.params if parameter.name.upper() != name])
    return each if len(kept) == len(each.params) else each.with_params(kept)


def _with_value_type(each: Property, kind: str) -> Property:
    return each.with_params((Parameter("VALUE", (kind,)), *_without(each, "VALUE").params))


_RULES_TO_4: Mapping[str, Rule] = {
    **dict.fromkeys(OCTET_KEYS, _octets_to_4),
    "X-ADDRESSBOOKSERVER-MEMBER": _renamed("MEMBER"),
    "X-LANG": _renamed("LANG"),
    "BDAY": _date_to_4("BDAY"),
    "X-ANNIVERSARY": _date_to_4("ANNIVERSARY"),
    "X-GENDER": _gender_to_4,
    "X-SOCIALPROFILE": social_to_4,
    "IMPP": service_to_4,
    "GEO": _geo_to_4,
    "TZ": _zone_to_4,
    "REV": _revision_to_4,
}

_RULES_TO_3: Mapping[str, Rule] = {
    **dict.fromkeys(OCTET_KEYS, _octets_to_3),
    "KIND": _kind_to_3,
    "MEMBER": _renamed("X-ADDRESSBOOKSERVER-MEMBER"),
    "LANG": _renamed("X-LANG"),
    "BDAY": _date_to_3("BDAY"),
    "ANNIVERSARY": _date_to_3("X-ANNIVERSARY"),
    "GENDER": _gender_to_3,
    "SOCIALPROFILE": social_to_3,
    "IMPP": lambda each: impp_to_handle(service_to_3(each)),
    "TEL": _phone_to_3,
    "GEO": _geo_to_3,
    "TZ": _zone_to_3,
}
