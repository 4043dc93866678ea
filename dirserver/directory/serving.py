# SPDX-License-Identifier: GPL-3.0-or-later
"""Serving cards as bytes: from what was rendered before where it still holds, else rendered now and kept for the next time."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence

from dirserver.directory.asking import Asking
from dirserver.directory.entry import BookView, Form, Rendering
from dirserver.directory.presenting import etag_of, reach_of, rendered, view_on
from dirserver.model.names import Href
from dirserver.store import entries, renderings
from dirserver.store.entries import Stored
from dirserver.store.renderings import Rendered

_CHUNK = 500
Keep = Callable[[Sequence[Rendered]], None]


def serve(asking: Asking, view: BookView, hrefs: Sequence[Href] | None, form: Form, keep: Keep) -> Iterator[Rendering]:
    """Stream the renderings of ``hrefs`` (None for the whole book); those that don't show are left out.

    What had to be rendered is handed to ``keep`` as it comes, so that memory doesn't grow with the book.
    """
    rights = asking.rights_on(view.book)
    reach = reach_of(rights)
    if hrefs is None:
        found: Iterable[Stored] = entries.whole(asking.tx, view.book.id, reach)
    else:
        shown = {row.href for row in entries.listed(asking.tx, view.book.id, reach, hrefs)}
        found = (stored for stored in entries.many(asking.tx, "href", view.book.id, list(hrefs)) if stored.row.href in shown)
    for chunk in _batched(found):
        yield from _serve_chunk(asking, view, chunk, form, keep)


def _serve_chunk(asking: Asking, view: BookView, chunk: Sequence[Stored], form: Form, keep: Keep) -> Iterator[Rendering]:
    rights = asking.rights_on(view.book)
    by_view: dict[str, list[int]] = {}
    for stored in chunk:
        by_view.setdefault(view_on(rights, stored.row).fingerprint, []).append(stored.id)
    kept = {name: renderings.fetch(asking.tx, name, form.key, ids) for name, ids in by_view.items()}
    made: list[Rendered] = []
    for stored in chunk:
        entry_view = view_on(rights, stored.row)
        etag = etag_of(stored.row.digest, entry_view.fingerprint, form.key)
        known = kept[entry_view.fingerprint].get(stored.id)
        if known is not None and known.etag == etag:
            body = known.body
        else:
            body = rendered(asking.tx, entry_view, stored.row.card, form)
            made.append(Rendered(stored.id, entry_view.fingerprint, form.key, etag, body))
        yield Rendering(Href(stored.row.href), etag, body, stored.row.modified_us // 1_000_000)
    if made:
        keep(made)


def _batched(found: Iterable[Stored]) -> Iterator[tuple[Stored, ...]]:
    iterator = iter(found)
    while chunk := tuple(itertools.islice(iterator, _CHUNK)):
        yield chunk
