# SPDX-License-Identifier: GPL-3.0-or-later
"""A label that is a book of its own: what it holds, how it is followed, what writing there means."""

from __future__ import annotations

import pytest

from dirserver.card.groups import categories_of
from dirserver.card.reader import read
from dirserver.errors import BadInput, Conflict, NotAllowed, NotFound
from dirserver.model.book import BookKind, Level
from dirserver.model.filter import ANY_ENTRY
from dirserver.model.grant import Grant, Subject
from dirserver.model.names import Slug
from dirserver.model.principal import Principal
from tests.parts import CoreParts
from tests.radicale_dirserver.test_groups import IPHONE
from tests.radicale_dirserver.wsgi import C, D, Door, vcard

HOME, VIP = "/ada/clients/", "/ada/vip/"
VIP_A, VIP_C = f"/dav{VIP}a.vcf", f"/dav{VIP}c.vcf"
TYPE = f"{D}resourcetype"


def names(door: Door, path: str) -> set[str]:
    return {row.path.rpartition("/")[2] for row in door.propfind(path, f"{D}getetag", depth="1").rows[1:]}


def categories(door: Door, path: str) -> tuple[str, ...]:
    return categories_of(read(door.ask("GET", path).body))


@pytest.fixture
def vip(door: Door, core: CoreParts) -> Door:
    """Two clients who are VIPs, one who isn't."""
    before = {f"{name}.vcf" for name in "abc"}
    for name, label in (("a", "VIP"), ("b", "VIP,Old"), ("c", "Old")):
        assert door.ask("PUT", f"{HOME}{name}.vcf", vcard(f"vip-{name}", f"CATEGORIES:{label}")).status == 201
    with core.directory.writing(Principal.system()) as writing:
        assert writing.add_label_book(writing.book("clients"), "VIP", "vip").name == "VIP"
    assert before <= names(door, HOME)
    return door


def test_it_stands_in_the_home_and_holds_what_is_labelled_so(vip: Door):
    rows = vip.propfind("/ada/", TYPE, f"{D}displayname", depth="1").by_path
    assert rows["/dav/ada/vip/"].text(f"{D}displayname") == "VIP"
    assert f"{C}addressbook" in rows["/dav/ada/vip/"].names_in(TYPE)
    assert list(rows)[-1] == "/dav/ada/people/"
    assert names(vip, VIP) == {"a.vcf", "b.vcf"}
    assert vip.ask("GET", VIP + "a.vcf").status == 200
    assert vip.ask("GET", VIP + "c.vcf").status == 404
    assert vip.propfind(VIP + "c.vcf", f"{D}getetag").status == 404
    found = vip.query(VIP, '<c:prop-filter name="FN"><c:text-match>nina</c:text-match></c:prop-filter>')
    assert {row.path for row in found.rows} == {"/dav/ada/vip/a.vcf", "/dav/ada/vip/b.vcf"}


def test_who_does_not_see_the_book_does_not_see_the_label(vip: Door):
    esme = vip.signed_as("esme")
    assert "/dav/esme/vip/" not in esme.propfind("/esme/", TYPE, depth="1").by_path
    assert esme.propfind("/esme/vip/", TYPE).status == 404
    assert esme.ask("GET", "/esme/vip/a.vcf").status == 404


def test_who_may_not_read_categories_learns_of_no_label(vip: Door, core: CoreParts):
    with core.directory.writing(Principal.system()) as writing:
        writing.grant(Grant(Slug("clients"), Subject.parse("group:contractors"), Level.VIEW, ("public",)))
    ada, esme = names(vip, HOME), vip.signed_as("esme")
    labels = {name for name in ada if b"KIND:group" in vip.ask("GET", HOME + name).body}
    assert len(labels) == 2
    assert names(esme, "/esme/clients/") == ada - labels
    assert {esme.ask("GET", f"/esme/clients/{name}").status for name in labels} == {404}
    assert "/dav/esme/vip/" not in esme.propfind("/esme/", TYPE, depth="1").by_path
    assert esme.propfind("/esme/vip/", TYPE).status == 404
    assert esme.ask("GET", "/esme/vip/a.vcf").status == 404


def test_what_gets_the_label_comes_and_what_loses_it_is_gone(vip: Door):
    token = vip.sync(VIP).token
    vip.ask("PUT", HOME + "c.vcf", vcard("vip-c", "CATEGORIES:Old,VIP"))
    vip.ask("PUT", HOME + "a.vcf", vcard("vip-a"))
    answer = vip.sync(VIP, token)
    assert {row.path: row.status for row in answer.rows if row.path in {VIP_A, VIP_C}} == {
        VIP_C: None,
        VIP_A: 404,
    }
    assert vip.sync(VIP, answer.token).rows == []
    other = vip.sync(VIP, vip.sync(HOME).token)
    assert {row.path for row in other.rows if row.status is None} == {"/dav/ada/vip/b.vcf", "/dav/ada/vip/c.vcf"}


def test_a_card_that_is_made_there_is_labelled_so(vip: Door):
    assert vip.ask("PUT", VIP + "new.vcf", vcard("vip-new")).status == 201
    assert categories(vip, HOME + "new.vcf") == ("VIP",)
    assert "new.vcf" in names(vip, VIP)


def test_an_iphone_that_knows_no_categories_labels_there_and_takes_none_away(vip: Door):
    for name, status, labels in (("n", 201, {"VIP"}), ("b", 204, {"VIP", "Old"}), ("c", 204, {"VIP", "Old"})):
        assert vip.ask("PUT", f"{VIP}{name}.vcf", vcard(f"vip-{name}", name="Zed Zoo"), **IPHONE).status == status
        assert set(categories(vip, f"{HOME}{name}.vcf")) == labels


def test_a_card_that_is_deleted_there_loses_the_label_and_stays_in_its_book(vip: Door):
    assert vip.ask("DELETE", VIP + "b.vcf", if_match='"other"').status == 412
    assert vip.ask("DELETE", VIP + "b.vcf").status == 204
    assert names(vip, VIP) == {"a.vcf"}
    assert categories(vip, HOME + "b.vcf") == ("Old",)
    assert vip.ask("DELETE", VIP + "c.vcf").status == 404


def test_it_is_not_renamed_or_moved_through(vip: Door):
    body = '<d:propertyupdate xmlns:d="DAV:"><d:set><d:prop><d:displayname>x</d:displayname></d:prop></d:set></d:propertyupdate>'
    assert vip.ask("PROPPATCH", VIP, body).rows[0].statuses == (403,)
    assert vip.ask("MOVE", VIP + "a.vcf", destination="/dav/ada/contacts/a.vcf").status == 403
    assert "a.vcf" in names(vip, VIP)


def test_a_label_that_is_deleted_is_no_book_until_it_is_back(vip: Door, core: CoreParts):
    def label() -> str:
        with core.directory.reading(Principal.system()) as reading:
            found = reading.found_cards(reading.book("clients"), ANY_ENTRY, by_name=True)
            return next(listed.href for listed, card in found if card.kind == "group" and card.formatted_name == "VIP")

    path = HOME + label()
    assert vip.ask("DELETE", path).status == 204
    assert vip.propfind(VIP, TYPE).status == 404
    assert categories(vip, HOME + "a.vcf") == ()


def test_names_are_taken_once_and_only_operators_give_them(vip: Door, core: CoreParts, ada: Principal):
    with core.directory.writing(Principal.system()) as writing:
        book = writing.book("clients")
        with pytest.raises(Conflict):
            writing.add_label_book(book, "Old", "vip")
        with pytest.raises(Conflict):
            writing.add_label_book(book, "Old", "people")
        with pytest.raises(Conflict):
            writing.add_book("vip", BookKind.SHARED, "Another")
        for slug in ("contacts", "~bruno", "a/b"):
            with pytest.raises(BadInput):
                writing.add_label_book(book, "Old", slug)
        with pytest.raises(NotFound):
            writing.add_label_book(book, "None", "none")
        with pytest.raises(NotFound):
            writing.drop_label_book("none")
    with core.directory.writing(ada) as writing, pytest.raises(NotAllowed):
        writing.add_label_book(writing.book("clients"), "Old", "old")
    with core.directory.writing(Principal.system()) as writing:
        writing.drop_label_book("vip")
    assert vip.propfind(VIP, TYPE).status == 404
    assert categories(vip, HOME + "a.vcf") == ("VIP",)


def test_what_is_in_the_book_without_the_label_can_be_made_here_and_gets_it(vip: Door):
    assert vip.ask("PUT", VIP + "c.vcf", vcard("vip-c"), if_none_match="*").status == 204
    assert "c.vcf" in names(vip, VIP)
    assert vip.ask("PUT", VIP + "a.vcf", vcard("vip-a"), if_none_match="*").status == 412


def test_what_a_label_was_called_as_a_book_no_other_label_is_called(vip: Door, core: CoreParts):
    token = vip.sync(VIP).token
    with core.directory.writing(Principal.system()) as writing:
        writing.drop_label_book("vip")
        writing.rename_label(writing.label_named(writing.book("clients"), "VIP").row.uuid, "Very")
    # A phone that was away meanwhile would keep what the first one showed.
    with core.directory.writing(Principal.system()) as writing, pytest.raises(Conflict, match="another book was called 'vip'"):
        writing.add_label_book(writing.book("clients"), "Old", "vip")
    with core.directory.writing(Principal.system()) as writing, pytest.raises(Conflict, match="another book"):
        writing.add_book("vip", BookKind.SHARED, "Another")
    vip.ask("PUT", HOME + "a.vcf", vcard("vip-a"))
    with core.directory.writing(Principal.system()) as writing:
        assert writing.add_label_book(writing.book("clients"), "Very", "vip").name == "Very"
    assert {row.path: row.status for row in vip.sync(VIP, token).rows}[VIP_A] == 404


def test_what_a_label_that_is_gone_for_good_was_called_as_a_book_stays_its_own(vip: Door, core: CoreParts):
    with core.directory.writing(Principal.system()) as writing:
        uuid = writing.label_named(writing.book("clients"), "VIP").row.uuid
        writing.trash(uuid)
        writing.purge(uuid)
    with core.directory.writing(Principal.system()) as writing, pytest.raises(Conflict, match="another book"):
        writing.add_label_book(writing.book("clients"), "Old", "vip")
