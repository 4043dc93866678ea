# SPDX-License-Identifier: GPL-3.0-or-later
"""Which network a social profile is on: phones sort profiles by it (Apple's TYPE in 3.0, SERVICE-TYPE of RFC 9554 section 4.9 in 4.0)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import urlsplit

from dirserver.card.card import Card, Parameter, Property, Version
from dirserver.card.messaging import social_to_3, social_to_4

_KEYS = frozenset({"SOCIALPROFILE", "X-SOCIALPROFILE"})
# As Apple's programs call them, where those know them.
_SERVICES: Mapping[str, str] = MappingProxyType(
    {
        "linkedin.com": "linkedin",
        "x.com": "twitter",
        "twitter.com": "twitter",
        "facebook.com": "facebook",
        "instagram.com": "instagram",
        "flickr.com": "flickr",
        "weibo.com": "sinaweibo",
        "youtube.com": "youtube",
        "github.com": "github",
        "gitlab.com": "gitlab",
        "xing.com": "xing",
        "bsky.app": "bluesky",
        "orcid.org": "orcid",
        "t.me": "telegram",
        "wa.me": "whatsapp",
    }
)


def service_of(address: str) -> str:
    """Return the network that an address belongs to, "" for one that isn't known."""
    try:
        host = (urlsplit(address.strip()).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    return next((name for domain, name in _SERVICES.items() if host == domain or host.endswith(f".{domain}")), "")


def with_services(card: Card) -> Card:
    """Return the card with the network of each social profile whose address tells it; what somebody called otherwise stays.

    A name that is one of ours and doesn't fit the address was left over from the address before.
    """
    if not any(each.key in _KEYS for each in card.properties):
        return card
    return card.with_properties([_typed(each, card.version) if each.key in _KEYS else each for each in card.properties])


def _typed(each: Property, version: Version) -> Property:
    wanted = service_of(each.value)
    # One spelling to look at: that of 4.0.
    modern = each if each.key == "SOCIALPROFILE" else social_to_4(each)
    said = (modern.param("SERVICE-TYPE") or "").lower()
    if not wanted or said == wanted or (said and said not in _SERVICES.values()):
        return each
    params = [param for param in modern.params if param.name.upper() != "SERVICE-TYPE"]
    typed = modern.with_params((*params, Parameter("SERVICE-TYPE", (wanted,))))
    return typed if version is Version.V4 else social_to_3(typed)
