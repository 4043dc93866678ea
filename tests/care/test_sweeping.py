# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import io

from PIL import Image

from dirserver.care.sweeping import Sweeping
from dirserver.model.modification import Modification, Operation
from dirserver.store.entries import blobs
from tests.cast import Company, uuid_of
from tests.directory.changes.test_deciding import wait_for
from tests.parts import CoreParts

DAY_S = 86_400


def photo(colour: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 40), colour).save(out, "PNG")
    return out.getvalue()


def kept(parts: CoreParts) -> set[str]:
    with parts.store.reading() as tx:
        return set(blobs.resting(tx, "", 2**62, 1000))


def put(parts: CoreParts, who: object, uuid: str, colour: str | None) -> set[str]:
    """Give an entry a photo, or none; what came into the store by it."""
    before = kept(parts)
    with parts.directory.writing(who) as writing:
        writing.modify(uuid, [Modification("jpegPhoto", Operation.REPLACE, (photo(colour),) if colour else ())])
    return kept(parts) - before


def test_a_photo_goes_when_neither_entry_nor_history_nor_proposal_refers_to_it(parts: CoreParts, company: Company) -> None:
    sweeping = Sweeping(parts.store, clock=parts.clock)
    wait_for(parts, jpegPhoto="manager")
    (of_acme,) = put(parts, company.admin, uuid_of("Acme GmbH"), "navy")
    (proposed,) = put(parts, company.ada, uuid_of("ada"), "olive")
    (past,) = put(parts, company.admin, uuid_of("bruno"), "teal")
    put(parts, company.admin, uuid_of("bruno"), None)
    assert sweeping.sweep() == 0
    parts.clock.pass_s(2 * DAY_S)
    assert sweeping.sweep() == 0
    with parts.directory.writing(company.admin) as writing:
        writing.trash(uuid_of("Acme GmbH"))
        writing.purge(uuid_of("Acme GmbH"))
    assert sweeping.sweep() == 1
    assert of_acme not in kept(parts)
    assert {proposed, past} <= kept(parts)


def test_a_photo_that_was_brought_again_stays_though_nothing_refers_to_it_yet(parts: CoreParts, company: Company) -> None:
    sweeping = Sweeping(parts.store, clock=parts.clock)
    (digest,) = put(parts, company.admin, uuid_of("Acme GmbH"), "navy")
    with parts.directory.writing(company.admin) as writing:
        writing.trash(uuid_of("Acme GmbH"))
        writing.purge(uuid_of("Acme GmbH"))
    parts.clock.pass_s(2 * DAY_S)
    with parts.store.writing() as tx:
        found = blobs.fetch(tx, digest)
        assert found is not None
        blobs.add(tx, [found], parts.clock())
    assert sweeping.sweep() == 0
    parts.clock.pass_s(DAY_S + 1)
    assert sweeping.sweep() == 1
