# SPDX-License-Identifier: GPL-3.0-or-later
"""Serving cards as bytes: from what was rendered before where it still holds, else rendered now and kept for the next time.

One question brings the entries with what is kept of them for the View that holds on nearly all; the asker's own entry and those
of who they manage, which may show more, are looked up apart.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import cast

from dirserver.access.rights import Rights
from dirserver.access.view import View
from dirserver.directory.recent import Recent, Served, Shown
from dirserver.directory.views.asking import Asking
from dirserver.directory.views.entry import BookView, Form
from dirserver.directory.views.presenting import etag_of, etags_of, listed_reach, rendered
from dirserver.directory.views.rendering import Cards, Rendering, Spelling, Spelt
from dirserver.directory.views.spelling import with_members_now
from dirserver.model.names import Href
from dirserver.store.entries import labels, lists, renderings
from dirserver.store.entries.entries import Reach
from dirserver.store.entries.lists import Kept, KeptColumns, Stretch
from dirserver.store.entries.renderings import Rendered

_CHUNK = 500
_WALKS, _NEAR = 8, 4
"""Who asks for so many that lie so near to each other goes through the book."""
_SMALL_OCTETS = 20_000
"""Cards with long photos take more time to read than to find: of those nothing is read that nobody has asked for."""
_AHEAD = 100
"""Cards that are read for them before they ask: together they take a third of what they take ten at a time."""
Keep = Callable[[Sequence[Rendered]], None]


def serve(asking: Asking, view: BookView, hrefs: Sequence[Href] | None, form: Form, keep: Keep) -> Iterator[Rendering]:
    """Stream the renderings of ``hrefs`` (None for the whole book), in the order of lists; those that don't show are left out.

    What had to be rendered is handed to ``keep`` as it comes, so that memory doesn't grow with the book.
    """
    rights = asking.rights_in(view)
    usual, reach = rights.view.fingerprint, listed_reach(asking, view, form)
    if hrefs is None:
        found = lists.whole_kept(asking.tx, view.book.id, reach, usual, form.key)
    else:
        found = lists.named_kept(asking.tx, view.book.id, reach, usual, form.key, hrefs)
    while chunk := tuple(itertools.islice(found, _CHUNK)):
        yield from _serve_chunk(asking, view, chunk, form, keep)


def serve_known(
    asking: Asking, view: BookView, hrefs: Sequence[Href], form: Form, spelling: Spelling[Spelt], recent: Recent | None = None
) -> Sequence[Spelt | None] | None:
    """Return a few ``hrefs`` as a door spells them, None for those that don't show: from memory, or out of one statement.

    It needs no transaction around it. None where that doesn't do: something has to be rendered or looked up apart, nothing was found,
    or rights may have changed since the asker's were resolved.
    """
    rights = asking.rights_in(view)
    if rights.labelled:
        return None
    reach, listed = listed_reach(asking, view, form), asking.served.form.key
    # What shows to its own person or their manager alone, or under a label, is not for everybody's memory.
    shown = Shown(view.book.id, rights.view.fingerprint, form.key, listed, reach.with_groups, spelling)
    remembers = recent is not None and reach.is_whole and reach.label is None
    if recent is not None and remembers:
        at_hand = recent.find(asking.tx, asking.access_number, shown, hrefs, rights.person)
        if at_hand is not None:
            return at_hand
    number, found = lists.named_kept_now(asking.tx, view.book.id, reach, rights.view.fingerprint, form.key, hrefs) or (None, None)
    if found is None or number != asking.access_number:
        return None
    cards = _all_kept(rights, found, form.key, listed)
    if cards is None:
        served, lacking = _sorted(asking, view, found.rows(), form)
        if lacking:
            return None
        cards, remembers = Cards.of(served), False
    spelt = spelling(cards)
    if recent is not None and remembers:
        if recent.is_wanted(shown, cards.hrefs):
            recent.keep(shown, cards.hrefs, _served(spelt, found))
        if _is_walk(found):
            _read_ahead(asking, view, reach, shown, max(found.ids), recent)
    return list(map(dict(zip(cards.hrefs, spelt, strict=True)).get, hrefs))


def _is_walk(found: KeptColumns) -> bool:
    many = len(found.ids)
    is_near = many >= _WALKS and max(found.ids) - min(found.ids) < _NEAR * many
    return is_near and sum(len(body or b"") for body in found.bodies) < _SMALL_OCTETS * many


def _read_ahead(asking: Asking, view: BookView, reach: Reach, shown: Shown[Spelt], last: int, recent: Recent) -> None:
    """Keep what lies behind the entry of this id: who goes through a book by its listing comes for it next."""
    stretch = Stretch(last, _AHEAD, _SMALL_OCTETS)
    number, found = lists.next_kept_now(asking.tx, view.book.id, reach, shown.view, shown.form, stretch) or (None, None)
    if found is None or number != asking.access_number:
        return
    cards = _all_kept(asking.rights_in(view), found, shown.form, shown.listed)
    if cards is not None:
        recent.keep(shown, cards.hrefs, _served(shown.spelling(cards), found))


def _served(spelt: Sequence[Spelt], found: KeptColumns) -> list[Served[Spelt]]:
    # Managers come again with everybody whom they manage.
    managers = [manager and sys.intern(manager) for manager in found.managers]
    octets = [len(body or b"") for body in found.bodies]
    return list(map(Served._make, zip(spelt, octets, found.uuids, managers, strict=True)))


def _serve_chunk(asking: Asking, view: BookView, chunk: Sequence[Kept], form: Form, keep: Keep) -> Sequence[Rendering]:
    served, lacking = _sorted(asking, view, chunk, form)
    if not lacking:
        return served
    # Whether something was kept is nobody's business: it comes where it stands.
    told = {each.href: each for each in itertools.chain(served, _made(asking, lacking, form, keep))}
    return [told[Href(one.href)] for one in chunk]


def _sorted(asking: Asking, view: BookView, found: Sequence[Kept], form: Form) -> tuple[list[Rendering], list[tuple[Kept, View]]]:
    """Return what is kept and still holds, and the rest with the View on it."""
    rights = asking.rights_in(view)
    at_hand = _all_kept(rights, KeptColumns.of(found), form.key, asking.served.form.key)
    if at_hand is not None:
        return list(map(Rendering, *at_hand)), []
    carried = asking.carried(rights, [one.uuid for one in found] if rights.labelled else ())
    usual, key, listed = rights.view.fingerprint, form.key, asking.served.form.key
    served: list[Rendering] = []
    lacking: list[tuple[Kept, View]] = []
    for one in found:
        entry_view = rights.on(one.uuid, one.manager, carried.get(one.uuid, ()))
        name = entry_view.fingerprint
        etag = etag_of(one.digest, name, key)
        if one.body is not None and one.etag == etag and name == usual:
            shown = etag if listed == key else etag_of(one.digest, name, listed)
            served.append(Rendering(Href(one.href), etag, one.body, one.modified_us // 1_000_000, shown))
        else:
            lacking.append((one, entry_view))
    return served, lacking


def _all_kept(rights: Rights, found: KeptColumns, key: str, listed: str) -> Cards | None:
    """Return what was found if all of it is kept for the View that holds on nearly all: then nothing has to look at each. Else None."""
    if rights.labelled or (rights.person is not None and (rights.person in found.uuids or rights.person in found.managers)):
        return None
    usual = rights.view.fingerprint
    hold = etags_of(found.digests, usual, key)
    if hold != list(found.etags):
        return None
    shown = hold if listed == key else etags_of(found.digests, usual, listed)
    modified_at = [moment // 1_000_000 for moment in found.modified_us]
    # What has an ETag has a body.
    return Cards(cast("Sequence[Href]", found.hrefs), hold, cast("Sequence[bytes]", found.bodies), modified_at, shown)


def _made(asking: Asking, lacking: Sequence[tuple[Kept, View]], form: Form, keep: Keep) -> Iterator[Rendering]:
    cards = lists.cards(asking.tx, [one.id for one, _ in lacking if one.card is None])
    by_view: dict[str, list[int]] = {}
    for one, view in lacking:
        by_view.setdefault(view.fingerprint, []).append(one.id)
    kept = {name: renderings.fetch(asking.tx, name, form.key, ids) for name, ids in by_view.items()}
    members = labels.members(asking.tx, [one.id for one, _ in lacking])
    made: list[Rendered] = []
    told: list[Rendering] = []
    for one, view in lacking:
        etag = etag_of(one.digest, view.fingerprint, form.key)
        known = kept[view.fingerprint].get(one.id)
        if known is not None and known.etag == etag:
            body = known.body
        else:
            card = one.card if one.card is not None else cards[one.id]
            body = rendered(asking.tx, view, with_members_now(card, members.get(one.id, ())), form)
            made.append(Rendered(one.id, view.fingerprint, form.key, etag, body))
        shown = etag_of(one.digest, view.fingerprint, asking.served.form.key)
        told.append(Rendering(Href(one.href), etag, body, one.modified_us // 1_000_000, shown))
    if made:
        # Before anything is told: who wants one card doesn't ask for the next.
        keep(made)
    yield from told
