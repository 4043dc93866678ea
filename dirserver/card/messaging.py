# SPDX-License-Identifier: GPL-3.0-or-later
"""Instant messaging and social profiles: Apple's and Evolution's X- properties of 3.0, IMPP and SOCIALPROFILE of 4.0 (RFC 9554).

A handle such as ``X-JABBER:ada@example.com`` becomes ``IMPP;SERVICE-TYPE=Jabber;X-NAME=X-JABBER:xmpp:ada@example.com``; X-NAME
brings it back under its old name. Where an IMPP for the same address is there already (Apple writes both), both stay.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote, unquote

from dirserver.card.card import Parameter, Property, escape, unescape

_SERVICES = {
    "X-AIM": ("AIM", "aim"), "X-ICQ": ("ICQ", "icq"), "X-JABBER": ("Jabber", "xmpp"), "X-MSN": ("MSN", "msnim"),
    "X-YAHOO": ("Yahoo", "ymsgr"), "X-SKYPE": ("Skype", "skype"), "X-SKYPE-USERNAME": ("Skype", "skype"),
    "X-GOOGLE-TALK": ("GoogleTalk", "xmpp"), "X-GTALK": ("GoogleTalk", "xmpp"), "X-QQ": ("QQ", "x-qq"),
    "X-GADUGADU": ("GaduGadu", "gg"), "X-SIP": ("SIP", "sip"), "X-MATRIX": ("Matrix", "matrix"),
}  # fmt: skip
_OLD_NAME = "X-NAME"
_SAFE = "@:/.+-_~!$&'()*="
# Words of TYPE that say where a profile is used, not which service it is on.
_PLACES = frozenset({"home", "work", "pref", "other", "internet"})


def handles_to_impp(properties: list[Property]) -> list[Property]:
    """Return the properties with X-JABBER and its like as IMPP."""
    if not any(each.key in _SERVICES for each in properties):
        return properties
    present = {unquote(each.value.strip()).lower() for each in properties if each.key == "IMPP"}
    return [_to_impp(each, present) if each.key in _SERVICES else each for each in properties]


def _to_impp(each: Property, present: set[str]) -> Property:
    service, scheme = _SERVICES[each.key]
    handle = each.text()
    uri = f"{scheme}:{quote(handle, safe=_SAFE)}"
    # Only what comes back exactly is turned; an odd spelling of the escapes stays under its own name.
    if not handle.strip() or f"{scheme}:{handle}".lower() in present or escape(unquote(uri[len(scheme) + 1 :])) != each.value:
        return each
    params = (*each.params, Parameter("SERVICE-TYPE", (service,)), Parameter(_OLD_NAME, (each.name,)))
    return Property("IMPP", uri, each.group, params)


def impp_to_handle(each: Property) -> Property:
    """Return an IMPP under the name that it had in 3.0, if it had one."""
    name = each.param(_OLD_NAME)
    known = _SERVICES.get(name.upper()) if name is not None else None
    if name is None or known is None or not each.value.startswith(known[1] + ":"):
        return each
    service, scheme = known
    kept = [param for param in each.params if param.name.upper() != _OLD_NAME]
    kept = [param for param in kept if not (param.name.upper() in {"SERVICE-TYPE", "X-SERVICE-TYPE"} and param.values == (service,))]
    return Property(name, escape(unquote(each.value[len(scheme) + 1 :])), each.group, tuple(kept))


def service_to_4(each: Property) -> Property:
    """Return an IMPP with SERVICE-TYPE for Apple's X-SERVICE-TYPE."""
    return _with_names(each, (("X-SERVICE-TYPE", "SERVICE-TYPE"),))


def service_to_3(each: Property) -> Property:
    """Return an IMPP with Apple's X-SERVICE-TYPE."""
    return _with_names(each, (("SERVICE-TYPE", "X-SERVICE-TYPE"),))


def social_to_4(each: Property) -> Property:
    """Return Apple's X-SOCIALPROFILE as SOCIALPROFILE: the service leaves TYPE for SERVICE-TYPE, x-user becomes USERNAME."""
    params: list[Parameter] = []
    service = next((param.values[0] for param in each.params if param.name.upper() == "SERVICE-TYPE" and param.values), "")
    for param in each.params:
        if param.name.upper() != "TYPE":
            params.append(param)
            continue
        kept: list[str] = []
        for word in param.values:
            if not service and word and word.lower() not in _PLACES:
                service = word
                params.append(Parameter("SERVICE-TYPE", (word,)))
            else:
                kept.append(word)
        if kept or not param.values:
            params.append(Parameter(param.name, tuple(kept)))
    return _with_names(each.with_name("SOCIALPROFILE").with_params(params), (("X-USER", "USERNAME"),))


def social_to_3(each: Property) -> Property:
    """Return SOCIALPROFILE as Apple's X-SOCIALPROFILE."""
    params = [Parameter("type", param.values) if param.name.upper() == "SERVICE-TYPE" and param.values else param for param in each.params]
    return _with_names(each.with_name("X-SOCIALPROFILE").with_params(params), (("USERNAME", "x-user"),))


def _with_names(each: Property, names: Iterable[tuple[str, str]]) -> Property:
    table = dict(names)
    params = tuple([Parameter(table[key], param.values) if (key := param.name.upper()) in table else param for param in each.params])
    return each if params == each.params else each.with_params(params)


def handle_of(each: Property) -> str:
    """Return what a person would type to reach the address: the URI without its scheme, or the handle itself."""
    if each.key in _SERVICES:
        return unescape(each.value)
    scheme, colon, rest = each.value.partition(":")
    return unquote(rest) if colon and scheme.replace("-", "").isalnum() else each.value
