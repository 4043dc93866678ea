# SPDX-License-Identifier: GPL-3.0-or-later
"""Push-Dont-Notify (draft-bitfire-webdav-push section 4.2): the device that changes something need not be told of it."""

from __future__ import annotations

from dataclasses import dataclass

from radicale_dirserver.tree.places import REGISTRATIONS

MAX_NAMED = 50


@dataclass(frozen=True, slots=True)
class Spared:
    """The registrations that are not to be told; None stands for all that the asker has.

    In the draft "*" silences everybody's. Here nobody keeps a change of a shared book from others.
    """

    ids: tuple[str, ...] | None


def read_dont_notify(text: str) -> Spared | None:
    """Read the header: "*", or registration URLs in double quotes; None when it names nothing. What can't be understood is ignored."""
    if not text:
        return None
    named = [part.strip().strip('"') for part in text.split(",")[:MAX_NAMED]]
    if "*" in named:
        return Spared(None)
    ids = tuple(
        id_ for folder, slash, id_ in (each.rpartition("/") for each in named) if slash and folder.endswith(f"/{REGISTRATIONS}") and id_
    )
    return Spared(ids) if ids else None
