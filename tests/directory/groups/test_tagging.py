# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dataclasses import replace

import pytest

from dirserver.card.fields import attributes, from_attributes
from dirserver.directory.views.entry import Draft
from dirserver.errors import BadInput, Conflict, NotAllowed, NotFound
from dirserver.model.principal import Door
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


@pytest.mark.parametrize("door", [Door.WEB, Door.LDAP, Door.DAV])
def test_a_label_that_is_the_last_one_of_a_contact_that_needs_one_stays(parts: CoreParts, company: Company, door: Door) -> None:
    ada = replace(company.ada, door=door)
    with parts.directory.writing(company.system) as writing:
        clients = writing.book("clients")
        one, two = (
            writing.add(clients, Draft(from_attributes({"cn": (name,), "categories": has}, uid=name))).uuid
            for name, has in (("one", ("VIP",)), ("two", ("VIP", "Fair")))
        )
        writing.need_label(clients, is_needed=True)
    with parts.directory.reading(ada) as reading:
        labels = {label.display: label.uuid for label, _ in reading.labels(reading.book("clients"))}
    with pytest.raises(Conflict, match="no other label than 'VIP'"), parts.directory.writing(ada) as writing:
        writing.trash(labels["VIP"])
    with pytest.raises(Conflict, match="no other label than 'VIP'"), parts.directory.writing(ada) as writing:
        writing.archive(labels["VIP"])
    with parts.directory.writing(ada) as writing:
        writing.trash(labels["Fair"])
        assert attributes(writing.find(two).card)["categories"] == ("VIP",)
        # Who is in the trash needs none.
        writing.trash(one)
        writing.label(writing.book("clients"), [two], added=("Other",))
        writing.trash(labels["VIP"])
        assert attributes(writing.find(two).card)["categories"] == ("Other",)


def test_where_nobody_needs_a_label_each_may_go(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.ada) as writing:
        clients = writing.book("clients")
        uuid = writing.add(clients, Draft(from_attributes({"cn": ("one",), "categories": ("VIP",)}, uid="one"))).uuid
        ((label, _),) = writing.labels(clients)
        writing.trash(label.uuid)
        assert "categories" not in attributes(writing.find(uuid).card)
