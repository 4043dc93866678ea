# SPDX-License-Identifier: GPL-3.0-or-later
"""What is held back of whole cards, of photos and of going back to an earlier revision."""

from __future__ import annotations

import io

from PIL import Image

from dirserver.card.media import photo_digest
from dirserver.model.modification import Modification, Operation
from dirserver.model.names import Href
from tests.cast import Company, entry_of, uuid_of
from tests.directory.changes.test_deciding import change, wait_for
from tests.parts import CoreParts


def test_of_a_whole_card_what_waits_stays_and_the_rest_is_changed(parts: CoreParts, company: Company) -> None:
    wait_for(parts, title="manager", homePhone="stewards")
    before = entry_of(parts.directory, company.ada, "ada")
    with parts.directory.reading(company.ada) as reading:
        card = reading.full_card(before)
    sent = card.with_property(card.first("TITLE").with_value("Boss"))
    with parts.directory.writing(company.ada) as writing:
        people = writing.book("people")
        token = writing.token(people)
        put = writing.put(people, before.href, sent)
        assert (put.is_as_given, [one.field_name for one in writing.held]) == (False, ["title"])
    after = entry_of(parts.directory, company.ada, "ada")
    assert (after.revision, after.card) == (before.revision, before.card)
    with parts.directory.reading(company.ada) as reading:
        # The program that sent it has to hear of the card again, or it goes on showing what isn't so.
        assert [each.href for each in reading.changes(reading.book("people"), token).changed] == [Href(before.href)]
    with parts.directory.writing(company.ada) as writing:
        both = sent.with_properties([each for each in sent.properties if "5550102" not in each.value and "5550101" not in each.value])
        writing.put(writing.book("people"), before.href, both)
        assert [one.field_name for one in writing.held] == ["homePhone", "title"] or [one.field_name for one in writing.held] == [
            "title",
            "homePhone",
        ]
    after = entry_of(parts.directory, company.ada, "ada")
    assert after.revision == before.revision + 1
    assert ("5550101" in str(after.card), "5550102" in str(after.card)) == (False, True)


def test_a_photo_waits_too_and_only_who_has_to_do_with_it_sees_it(parts: CoreParts, company: Company) -> None:
    wait_for(parts, work="manager")
    out = io.BytesIO()
    Image.new("RGB", (40, 40), "navy").save(out, "PNG")
    with parts.directory.writing(company.ada) as writing:
        writing.modify(uuid_of("ada"), [Modification("jpegPhoto", Operation.REPLACE, (out.getvalue(),))])
        (held,) = writing.held
    assert photo_digest(entry_of(parts.directory, company.ada, "ada").card) is None
    with parts.directory.writing(company.bruno) as writing:
        (waiting,) = writing.proposals.to_decide()
        digest = waiting.changes["jpegPhoto"][1][0]
        assert writing.proposals.photo(waiting, digest).media_type == "image/jpeg"
        writing.proposals.approve(held.number)
    assert photo_digest(entry_of(parts.directory, company.dov, "ada").card) == digest


def test_going_back_to_an_earlier_revision_needs_the_same_consent(parts: CoreParts, company: Company) -> None:
    change(parts, company.ada, "ada", title="Boss", mobile="+49 151 5550777")
    wait_for(parts, title="manager")
    with parts.directory.writing(company.ada) as writing:
        entry = writing.revert(uuid_of("ada"), 1)
        assert [one.field_name for one in writing.held] == ["title"]
    assert (entry.card.first("TITLE").value, "5550101" in str(entry.card)) == ("Boss", True)
