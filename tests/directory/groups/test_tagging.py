# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.card.fields import attributes, from_attributes
from dirserver.directory.views.entry import Draft
from dirserver.errors import BadInput, Conflict, NotAllowed, NotFound
from tests.cast import Company
from tests.parts import CoreParts


def test_labels_are_made_once_put_on_many_merged_and_all_of_it_is_undone(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.ada) as writing:
        clients = writing.book("clients")
        uuids = [writing.add(clients, Draft(from_attributes({"cn": (name,)}, uid=name))).uuid for name in ("one", "two", "three")]
        vip = writing.add_label(clients, " V  I P ")
        with pytest.raises(Conflict):
            writing.add_label(clients, "V I P")
        with pytest.raises(BadInput):
            writing.add_label(clients, " ")
        with pytest.raises(NotAllowed):
            writing.add_label(writing.book("people"), "Label")
    with parts.directory.writing(company.ada) as writing:
        clients = writing.book("clients")
        assert writing.label(clients, uuids[:2], added=("V I P",)) == 2
        assert writing.label(clients, uuids[:2], added=("V I P",)) == 0
        assert writing.label(clients, uuids[1:], added=("Fair",), removed=("nothing",)) == 2
        with pytest.raises(NotFound):
            writing.label(clients, ["00000000-0000-4000-8000-000000000000"], added=("Fair",))
    with parts.directory.writing(company.ada) as writing:
        clients = writing.book("clients")
        fair = next(label for label, _ in writing.labels(clients) if label.display == "Fair")
        with pytest.raises(Conflict):
            writing.rename_label(fair.uuid, "V I P")
        with pytest.raises(BadInput):
            writing.merge_labels(fair.uuid, fair.uuid)
        writing.rename_label(vip.uuid, "VIP")
        writing.merge_labels(fair.uuid, vip.uuid)
    with parts.directory.reading(company.ada) as reading:
        clients = reading.book("clients")
        assert [(label.display, count) for label, count in reading.labels(clients)] == [("VIP", 3)]
        assert {attributes(reading.find(uuid).card)["categories"] for uuid in uuids} == {("VIP",)}
    with parts.directory.writing(company.system) as writing:
        batch = next(each for each in writing.batches() if "into" in each.note)
        assert writing.undo_batch(batch.id).skipped == ()
        assert sorted((label.display, count) for label, count in writing.labels(writing.book("clients"))) == [("Fair", 2), ("VIP", 2)]


def test_labelling_needs_the_right_to_write_categories(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.chika) as writing:
        clients = writing.book("clients")
        with pytest.raises(NotAllowed):
            writing.add_label(clients, "VIP")
