# SPDX-License-Identifier: GPL-3.0-or-later
"""What the properties of a resource are made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dirserver.directory.views.entry import BookView, Group
from dirserver.model.change import SyncToken
from dirserver.push.subscribing import Subscriptions
from radicale_dirserver.tree.places import BookPlace, GroupPlace, Home, Place


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, for properties that speak of them.

    ``own_card`` is the path of their own card below the home, if their program is given it; ``has_gateway``: they see the people at
    all. ``uuid`` is the account's; ``groups`` are UUIDs of the groups that they are in.
    """

    login: str
    mail: str = ""
    name: str = ""
    uuid: str = ""
    own_card: str | None = None
    has_gateway: bool = False
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Circle:
    """A group that the asker is in; ``members`` are logins of those whom the asker sees and who have accounts."""

    group: Group
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """A resource with what its properties are made of.

    ``view`` and ``token`` are a book's, and ``push`` where its changes are told; ``circle`` is a group's; ``mount`` stands before each
    path.
    """

    mount: str
    place: Place
    asker: Asker
    view: BookView | None = None
    token: SyncToken | None = None
    push: Subscriptions | None = None
    circle: Circle | None = None

    @property
    def home(self) -> str:
        """The path of the home, under the spelling of the login that the client used."""
        login = self.place.login if isinstance(self.place, Home | BookPlace | GroupPlace) else self.asker.login
        return f"{self.mount}/{login}/"


Property = Callable[[Facts], str | None]
"""Makes the inside of a property, finished XML; None where the resource doesn't have it."""
