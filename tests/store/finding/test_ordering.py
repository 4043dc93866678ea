# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.model.filter import TRUE
from dirserver.model.order import SortKey
from dirserver.model.principal import Principal
from dirserver.store.entries import books
from dirserver.store.entries.entries import Reach
from dirserver.store.finding import ordering
from dirserver.store.finding.ordering import OrderedSearch
from dirserver.store.finding.search import BoundSearch, Part
from tests.cast import Company, uuid_of
from tests.parts import CoreParts


def test_ids_keys_and_changes_of_one_question_agree(parts: CoreParts, company: Company) -> None:
    with parts.store.reading() as tx:
        book = books.by_slug(tx, "people")
        assert book is not None
        search = BoundSearch((Part((book.id,), Reach(is_whole=True, with_groups=False), TRUE),))
        question = OrderedSearch(search, (SortKey("sn"), SortKey("createtimestamp", is_reversed=True)), ((None, None),))
        ids = ordering.ids(tx, question, None)
        assert ids is not None
        keys = [ordering.keys_by_id(question).one(tx, number) for number in ids]
        assert [key[0] for key in keys if key is not None] == sorted(key[0] for key in keys if key is not None)
        assert dict(ordering.among(tx, question, ids[2:4])) == {ids[2]: keys[2], ids[3]: keys[3]}
        assert [one.id for one in ordering.stored(tx, ids[::-1])] == list(ids[::-1])
        nothing = OrderedSearch(search, question.by, ((frozenset(), frozenset()),))
        assert ordering.keys_by_id(nothing).one(tx, ids[0]) == (None, None)
        assert list(ordering.ids(tx, OrderedSearch(BoundSearch(()), question.by, ()), None) or ()) == []
    with parts.directory.writing(Principal.system()) as writing:
        writing.trash(uuid_of("zoe"))
        writing.trash(uuid_of("ludo"))
    with parts.store.reading() as tx:
        after = books.by_slug(tx, "people")
        assert after is not None
        gone = ordering.changed(tx, book.id, book.number, after.number, 10)
        assert len(gone) == 2
        assert ordering.among(tx, question, gone) == []
        assert len(ordering.changed(tx, book.id, book.number, after.number, 1)) == 1
