# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.card.fields import from_attributes
from dirserver.directory.views.entry import Draft
from dirserver.model.book import BookKind
from dirserver.model.principal import Principal
from dirserver.store.entries import entries, purges
from tests.parts import open_parts


def test_what_has_lain_in_the_trash_for_long_is_told_longest_first_and_removed_whole(copied_url: str) -> None:
    parts = open_parts(copied_url)
    with parts.directory.writing(Principal.system()) as writing:
        book = writing.add_book("clients", BookKind.SHARED, "Clients")
        cards = {name: from_attributes({"cn": (name,), "categories": ("x",)}, uid=name) for name in ("b", "a", "c")}
        made = [writing.add(book, Draft(card, name=name)).uuid for name, card in cards.items()]
    for uuid in made[:2]:
        parts.clock.pass_s(60)
        with parts.directory.writing(Principal.system()) as writing:
            writing.trash(uuid)
    with parts.store.writing() as tx:
        assert [uuid for _, uuid in purges.trashed_before(tx, parts.clock.now_us + 1, 10)] == made[:2]
        assert [uuid for _, uuid in purges.trashed_before(tx, parts.clock.now_us, 10)] == made[:1]
        stored = entries.by_uuid(tx, made[0])
        assert stored is not None
        purges.remove(tx, stored.id, made[0])
    with parts.store.reading() as tx:
        assert entries.by_uuid(tx, made[0]) is None
        assert entries.past(tx, stored.id) == ()
    parts.close()
