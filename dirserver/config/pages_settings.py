# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings of the pages: time zone, maps, and the search that other sites may embed. ``settings.py`` says how settings are written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from dirserver.config.about import About
from dirserver.config.values import MapUrl, Origin
from dirserver.model.zone import Zone

_MAP = MapUrl("https://www.openstreetmap.org/search?query={address}")


@dataclass(frozen=True, slots=True)
class PagesSettings:
    """The pages: when a day begins, where addresses lead, and the people search that pages of other sites may hold."""

    timezone: Annotated[
        Zone,
        About(
            "Where your company's days begin and end: in what it shows, in letters, and in dates that are given to it (somebody leaves on "
            "a day, a device password is good until one). Empty: the zone of this machine.",
            example="Europe/Madrid",
        ),
    ] = Zone()  # noqa: RUF009 # frozen
    map_url: Annotated[
        MapUrl,
        About(
            "Where an address leads: a map's URL with {address} in it; geo:0,0?q={address} opens the device's own map. Empty for no links.",
        ),
    ] = _MAP
    embed_origins: Annotated[
        tuple[Origin, ...],
        About(
            'Sites whose pages may hold the people search: ["https://intranet.example.com"]. It answers whoever reaches this server, with '
            "what nobody in particular may see, or what embed_as may. Empty: there is none.",
        ),
    ] = ()
    embed_as: Annotated[
        str,
        About("The login of an account whose rights the embedded search has: one of its own that sees little."),
    ] = ""
    embed_searches_a_minute: Annotated[
        int,
        About(
            "Embedded searches from one network (an IPv4 address, an IPv6 /64): so many at once, and so many a minute after that. Raise it "
            "where a whole office comes from one address.",
            minimum=10,
            maximum=100_000,
        ),
    ] = 120
