# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import io

import pytest
from PIL import Image

from dirserver.card.reader import read
from dirserver.directory.views import presenting
from dirserver.directory.views.entry import Form
from dirserver.directory.views.rendering import Rendering
from dirserver.model.book import Level
from dirserver.model.grant import Grant, Subject
from dirserver.model.modification import Modification, Operation
from dirserver.model.names import Href
from dirserver.model.principal import Principal
from dirserver.store.schema.tables import rendering
from tests.cast import PEOPLE, Company, uuid_of
from tests.parts import CoreParts

FORMS = (Form.NATIVE, Form.VCARD3, Form.VCARD4)
EVERYBODY = ("ada", "bruno", "chika", "dov", "esme", "printer", "admin", "system")


def photo(colour: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, "PNG")
    return out.getvalue()


def served(parts: CoreParts, who: Principal, form: Form = Form.NATIVE, hrefs: list[Href] | None = None) -> dict[Href, Rendering]:
    with parts.directory.reading(who) as reading:
        return {one.href: one for one in reading.renderings(reading.book(PEOPLE), hrefs, form)}


def empty_the_cache(parts: CoreParts) -> int:
    with parts.store.writing() as tx:
        return tx.connection.execute(rendering.delete()).rowcount


def change(parts: CoreParts, company: Company, field: str, *values: str | bytes, who: str = "ada") -> None:
    with parts.directory.writing(company.system) as writing:
        writing.modify(uuid_of(who), [Modification(field, Operation.REPLACE, values)])


def test_equal_etags_mean_equal_bytes_whatever_changes(parts: CoreParts, company: Company) -> None:
    known: dict[tuple[str, Href], bytes] = {}

    def look() -> None:
        for who in EVERYBODY:
            for form in FORMS:
                for href, one in served(parts, getattr(company, who), form).items():
                    assert known.setdefault((one.etag, href), one.body) == one.body

    look()
    change(parts, company, "jpegPhoto", photo("red"))
    look()
    change(parts, company, "jpegPhoto", photo("blue"))
    look()
    change(parts, company, "homePhone", "+49 30 1")
    look()
    with parts.directory.writing(company.system) as writing:
        writing.grant(Grant(PEOPLE, Subject.parse("authenticated"), Level.EDIT, ("public",), ("mail",)))
    look()
    with parts.directory.writing(company.system) as writing:
        writing.grant(Grant(PEOPLE, Subject.parse("authenticated"), Level.VIEW, ("public",), ("mail",)))
    look()
    with parts.directory.writing(company.system) as writing:
        writing.revert(uuid_of("ada"), 1)
    look()


def test_what_is_kept_equals_what_is_rendered_anew(parts: CoreParts, company: Company) -> None:
    change(parts, company, "jpegPhoto", photo("red"))
    for who in EVERYBODY:
        for form in FORMS:
            fresh = served(parts, getattr(company, who), form)
            assert served(parts, getattr(company, who), form) == fresh
    kept = served(parts, company.ada)
    assert empty_the_cache(parts) > 0
    assert served(parts, company.ada) == kept


def test_the_second_time_nothing_is_rendered(parts: CoreParts, company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    first = served(parts, company.ada)
    monkeypatch.setattr(presenting, "write", lambda _card: pytest.fail("rendered again"))
    assert served(parts, company.ada) == first
    with pytest.raises(pytest.fail.Exception, match="rendered again"):
        served(parts, company.ada, Form.VCARD4)


def test_who_is_shown_the_same_shares_what_is_kept(parts: CoreParts, company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    first = served(parts, company.dov)
    del first[Href(f"{uuid_of('dov')}.vcf")]
    monkeypatch.setattr(presenting, "write", lambda _card: pytest.fail("rendered again"))
    assert served(parts, company.printer, hrefs=list(first)) == first


def test_a_rendering_of_an_older_state_is_never_served(parts: CoreParts, company: Company) -> None:
    """A slow reader may keep what it rendered after somebody else has changed the entry."""
    with parts.directory.reading(company.ada) as slow:
        bodies = slow.renderings(slow.book(PEOPLE), None)
        next(bodies)
        change(parts, company, "title", "Changed")
        old = [one.body for one in bodies]
    assert not any(b"Changed" in body for body in old)
    assert b"Changed" in served(parts, company.ada)[Href(f"{uuid_of('ada')}.vcf")].body


def test_a_photo_is_in_the_card_of_those_who_may_see_it(parts: CoreParts, company: Company) -> None:
    change(parts, company, "jpegPhoto", photo("red"))
    ada = Href(f"{uuid_of('ada')}.vcf")
    assert b"PHOTO" in served(parts, company.dov)[ada].body
    assert b"PHOTO" not in served(parts, company.esme)[ada].body
    with parts.directory.reading(company.dov) as reading:
        entry = reading.find(uuid_of("ada"))
        found = reading.photo(entry)
        assert found is not None
        assert found.data.startswith(b"\xff\xd8\xff")
        assert reading.blob(entry, found.digest) == found
    with parts.directory.reading(company.esme) as reading:
        assert reading.photo(reading.find(uuid_of("ada"))) is None


def test_each_format_is_a_card_of_its_version(parts: CoreParts, company: Company) -> None:
    for form in (Form.VCARD3, Form.VCARD4):
        for one in served(parts, company.ada, form).values():
            assert f"VERSION:{form.version}\r\n".encode() in one.body
            assert read(one.body).formatted_name


def test_only_what_shows_is_served_each_once(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.chika) as writing:
        writing.archive(uuid_of("zoe"))
        writing.trash(uuid_of("ludo"))
    hrefs = [Href(f"{uuid_of(who)}.vcf") for who in ("ada", "zoe", "ludo", "nobody", "ada")]
    assert list(served(parts, company.ada, hrefs=hrefs)) == hrefs[:1]
    assert served(parts, company.ada, hrefs=[]) == {}
    assert len(served(parts, company.ada)) == 6


def test_an_etag_cannot_be_worked_out_from_a_guess_at_the_card(parts: CoreParts, company: Company) -> None:
    """Whoever knows the rest of a card must not be able to try out the number that is hidden in it."""
    ada = Href(f"{uuid_of('ada')}.vcf")
    seen = set()
    for number in ("+49 30 1", "+49 30 2", "+49 30 1"):
        change(parts, company, "homePhone", number)
        seen.add(served(parts, company.esme)[ada].etag)
    assert len(seen) == 3
