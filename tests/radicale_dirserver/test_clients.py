# SPDX-License-Identifier: GPL-3.0-or-later
"""The requests of real clients, replayed to the letter, and what each of them looks for in the answer.

Their bodies were recorded from, or read in the sources of, the clients named; none of these programs runs here.
"""

# ruff: noqa: E501 - requests as they were sent
from __future__ import annotations

import pytest

from tests.cast import ADA_MOBILE, uuid_of
from tests.radicale_dirserver.wsgi import Answer, C, D, Door, S, vcard

ADA = f"/dav/ada/people/{uuid_of('ada')}.vcf"
APPLE = {"content_type": "text/xml", "brief": "t", "prefer": "return=minimal", "user_agent": "iOS/17.5 (21F79) dataaccessd/1.0"}


def ok_first(answer: Answer) -> None:
    """Thunderbird takes the first status of each response for its status."""
    assert answer.status == 207
    assert all((row.statuses or (row.status,))[0] in {200, 404} for row in answer.rows)


class TestApple:
    """iOS and macOS (their logs in other servers' trackers)."""

    def test_set_up_begins_at_the_well_known_address(self, door: Door):
        body = (
            '<?xml version="1.0" encoding="UTF-8"?><A:propfind xmlns:A="DAV:"><A:prop><A:current-user-principal/>'
            "<A:principal-URL/><A:resourcetype/></A:prop></A:propfind>"
        )
        answer = Door(door.app, mount="").ask("PROPFIND", "/.well-known/carddav", body, depth="0", **APPLE)
        assert answer.rows[0].hrefs(f"{D}current-user-principal") == ["/dav/ada/"]
        assert Door(door.app, None, mount="").ask("PROPFIND", "/.well-known/carddav", body, depth="0", **APPLE).status == 401

    def test_options_on_the_principal_offer_an_address_book(self, door: Door):
        assert "addressbook" in door.ask("OPTIONS", "/ada/", **APPLE).headers["dav"].split(", ")

    def test_the_principal_leads_to_home_and_gateway(self, door: Door):
        body = (
            '<?xml version="1.0" encoding="UTF-8"?><A:propfind xmlns:A="DAV:"><A:prop><B:addressbook-home-set xmlns:B="urn:ietf:params:xml:ns:carddav"/>'
            '<B:directory-gateway xmlns:B="urn:ietf:params:xml:ns:carddav"/><A:displayname/><C:email-address-set xmlns:C="http://calendarserver.org/ns/"/>'
            "<A:principal-collection-set/><A:principal-URL/><A:resource-id/><A:supported-report-set/></A:prop></A:propfind>"
        )
        row = door.ask("PROPFIND", "/ada/", body, depth="0", **APPLE).rows[0]
        assert row.hrefs(f"{C}addressbook-home-set") == ["/dav/ada/"]
        assert row.hrefs(f"{C}directory-gateway") == ["/dav/ada/directory/"]
        assert row.statuses == (200,)

    def test_the_home_says_of_each_book_what_may_be_done(self, door: Door):
        body = (
            '<?xml version="1.0" encoding="UTF-8"?><A:propfind xmlns:A="DAV:"><A:prop><A:add-member/><D:bulk-requests xmlns:D="http://me.com/_namespace/"/>'
            "<A:current-user-privilege-set/><A:displayname/>"
            '<B:max-image-size xmlns:B="urn:ietf:params:xml:ns:carddav"/><B:max-resource-size xmlns:B="urn:ietf:params:xml:ns:carddav"/>'
            '<C:me-card xmlns:C="http://calendarserver.org/ns/"/><A:owner/><C:push-transports xmlns:C="http://calendarserver.org/ns/"/>'
            '<C:pushkey xmlns:C="http://calendarserver.org/ns/"/><A:quota-available-bytes/><A:quota-used-bytes/><A:resource-id/><A:resourcetype/>'
            "<A:supported-report-set/><A:sync-token/></A:prop></A:propfind>"
        )
        rows = door.ask("PROPFIND", "/ada/", body, depth="1", **APPLE).by_path
        assert list(rows) == ["/dav/ada/", "/dav/ada/contacts/", "/dav/ada/clients/", "/dav/ada/people/"]
        assert rows["/dav/ada/"].hrefs(f"{S}me-card") == [ADA]
        assert f"{D}write" in rows["/dav/ada/contacts/"].names_in(f"{D}current-user-privilege-set")
        assert f"{D}write" not in rows["/dav/ada/people/"].names_in(f"{D}current-user-privilege-set")
        assert all(f"{D}add-member" not in row.found for row in rows.values())

    def test_a_book_is_polled_by_its_tags_and_followed_by_its_token(self, door: Door):
        poll = (
            '<?xml version="1.0" encoding="UTF-8"?><A:propfind xmlns:A="DAV:"><A:prop><C:getctag xmlns:C="http://calendarserver.org/ns/"/>'
            "<A:sync-token/></A:prop></A:propfind>"
        )
        row = door.ask("PROPFIND", "/ada/people/", poll, depth="0", **APPLE).rows[0]
        assert row.text(f"{S}getctag")
        sync = (
            '<?xml version="1.0" encoding="UTF-8"?><A:sync-collection xmlns:A="DAV:"><A:sync-token>{}</A:sync-token><A:sync-level>1</A:sync-level>'
            "<A:prop><A:getetag/></A:prop></A:sync-collection>"
        )
        assert len(door.ask("REPORT", "/ada/people/", sync.format(""), depth="1", **APPLE).rows) == 8 + 3, "people and groups"
        assert door.ask("REPORT", "/ada/people/", sync.format(row.text(f"{D}sync-token")), depth="1", **APPLE).rows == []

    def test_cards_are_fetched_by_name(self, door: Door):
        body = (
            '<?xml version="1.0" encoding="UTF-8"?><B:addressbook-multiget xmlns:B="urn:ietf:params:xml:ns:carddav"><A:prop xmlns:A="DAV:"><A:getetag/>'
            f'<B:address-data/></A:prop><A:href xmlns:A="DAV:">{ADA}</A:href></B:addressbook-multiget>'
        )
        assert ADA_MOBILE in door.ask("REPORT", "/ada/people/", body, depth="1", **APPLE).rows[0].text(f"{C}address-data")

    def test_the_gateway_is_searched_as_one_types(self, door: Door):
        conditions = "".join(
            f'<B:prop-filter name="{name}" test="allof"><B:text-match collation="i;unicode-casemap" match-type="starts-with">zoe</B:text-match></B:prop-filter>'
            for name in ("FN", "EMAIL", "NICKNAME")
        )
        body = (
            '<?xml version="1.0" encoding="UTF-8"?><B:addressbook-query xmlns:B="urn:ietf:params:xml:ns:carddav"><A:prop xmlns:A="DAV:"><A:getetag/>'
            f'<B:address-data/></A:prop><B:filter test="anyof">{conditions}</B:filter><B:limit><B:nresults>50</B:nresults></B:limit></B:addressbook-query>'
        )
        rows = door.ask("REPORT", "/ada/directory/", body, depth="1", **APPLE).rows
        assert [row.path for row in rows] == [f"/dav/ada/directory/{uuid_of('zoe')}.vcf"]

    def test_macos_may_set_its_me_card_without_harm(self, door: Door):
        body = (
            '<?xml version="1.0" encoding="UTF-8"?><A:propertyupdate xmlns:A="DAV:"><A:set><A:prop><C:me-card xmlns:C="http://calendarserver.org/ns/">'
            f"<A:href>{ADA}</A:href></C:me-card></A:prop></A:set></A:propertyupdate>"
        )
        assert door.ask("PROPPATCH", "/ada/", body, **APPLE).rows[0].statuses == (200,)

    def test_macos_may_invent_a_token(self, door: Door):
        rows = door.sync("/ada/people/", "5DEB2B21-7A3C-4B6C-9E5C-0D2E9B1F7A11").rows
        assert len([row for row in rows if row.status is None]) == 8


class TestDavx5:
    """DAVx5 on Android (its sources)."""

    def test_the_principal_must_offer_address_books(self, door: Door):
        assert "addressbook" in door.ask("OPTIONS", "/ada/").headers["dav"]

    def test_the_home_is_refreshed(self, door: Door):
        body = (
            "<?xml version='1.0' encoding='UTF-8' ?><propfind xmlns=\"DAV:\" xmlns:CAL=\"urn:ietf:params:xml:ns:caldav\" "
            'xmlns:CARD="urn:ietf:params:xml:ns:carddav"><prop><resourcetype /><current-user-privilege-set /><displayname /><owner />'
            '<CARD:addressbook-description /><n0:transports xmlns:n0="https://bitfire.at/webdav-push" /><n1:topic xmlns:n1="https://bitfire.at/webdav-push" />'
            "</prop></propfind>"
        )
        rows = door.ask("PROPFIND", "/ada/", body, depth="1", content_type="application/xml; charset=utf-8").by_path
        assert f"{D}write-content" in rows["/dav/ada/contacts/"].names_in(f"{D}current-user-privilege-set")
        assert f"{D}write-content" not in rows["/dav/ada/people/"].names_in(f"{D}current-user-privilege-set")
        assert "{https://bitfire.at/webdav-push}transports" in rows["/dav/ada/people/"].missing
        for row in rows.values():
            for owner in row.hrefs(f"{D}owner"):
                assert door.propfind(owner.removeprefix("/dav"), f"{D}displayname", f"{D}resourcetype").status == 207

    def test_a_sync_asks_what_the_book_can_do(self, door: Door):
        body = (
            "<?xml version='1.0' encoding='UTF-8' ?><propfind xmlns=\"DAV:\" xmlns:CAL=\"urn:ietf:params:xml:ns:caldav\" "
            'xmlns:CARD="urn:ietf:params:xml:ns:carddav"><prop><CAL:max-resource-size /><CARD:max-resource-size /><CARD:supported-address-data />'
            '<supported-report-set /><n0:getctag xmlns:n0="http://calendarserver.org/ns/" /><sync-token /></prop></propfind>'
        )
        row = door.ask("PROPFIND", "/ada/people/", body, depth="0").rows[0]
        assert f"{D}sync-collection" in row.names_in(f"{D}supported-report-set")
        assert "4.0" in {each.get("version") for each in row.found[f"{C}supported-address-data"]}
        assert row.text(f"{D}sync-token")

    def test_every_changed_member_has_an_etag_and_no_type(self, door: Door):
        body = (
            "<?xml version='1.0' encoding='UTF-8' ?><sync-collection xmlns=\"DAV:\"><sync-token /><sync-level>1</sync-level>"
            "<prop><getetag /><resourcetype /></prop></sync-collection>"
        )
        answer = door.ask("REPORT", "/ada/people/", body, depth="0")
        assert all(row.text(f"{D}getetag") and len(row.found[f"{D}resourcetype"]) == 0 for row in answer.rows)
        assert answer.token

    def test_ten_cards_at_a_time_in_version_4(self, door: Door):
        names = [f"/dav/ada/people/{uuid_of(login)}.vcf" for login in ("ada", "bruno", "zoe")]
        hrefs = "".join(f"<href>{name}</href>" for name in names)
        body = (
            "<?xml version='1.0' encoding='UTF-8' ?><CARD:addressbook-multiget xmlns=\"DAV:\" xmlns:CARD=\"urn:ietf:params:xml:ns:carddav\"><prop>"
            '<getcontenttype /><getetag /><CARD:address-data content-type="text/vcard" version="4.0" /></prop>'
            f"{hrefs}</CARD:addressbook-multiget>"
        )
        rows = door.ask("REPORT", "/ada/people/", body, depth="0").rows
        listed = {row.path: row.text(f"{D}getetag") for row in door.sync("/ada/people/").rows}
        assert [row.path for row in rows] == names
        assert all("VERSION:4.0" in row.text(f"{C}address-data") for row in rows)
        assert all(row.text(f"{D}getetag") == listed[row.path] for row in rows)
        assert all(row.text(f"{D}getcontenttype").startswith("text/vcard") for row in rows)

    def test_a_refused_upload_is_benign(self, door: Door):
        answer = door.ask(
            "PUT", "/ada/people/new.vcf", vcard("new", version="4.0"), content_type="text/vcard;version=4.0", if_none_match="*"
        )
        assert answer.status == 403
        assert answer.preconditions == [f"{D}need-privileges"]


class TestThunderbird:
    """Thunderbird (its sources)."""

    def test_discovery(self, door: Door):
        body = '<propfind xmlns="DAV:" xmlns:cs="http://calendarserver.org/ns/" xmlns:card="urn:ietf:params:xml:ns:carddav"><prop>{}</prop></propfind>'
        known = Door(door.app, mount="").ask("PROPFIND", "/.well-known/carddav", body.format("<current-user-principal/>"), depth="0")
        assert known.rows[0].hrefs(f"{D}current-user-principal") == ["/dav/ada/"]
        home = door.ask("PROPFIND", "/ada/", body.format("<card:addressbook-home-set/>"), depth="0").rows[0]
        assert home.hrefs(f"{C}addressbook-home-set")[0] == "/dav/ada/"
        books = door.ask("PROPFIND", "/ada/", body.format("<resourcetype/><displayname/><current-user-privilege-set/>"), depth="1")
        ok_first(books)
        people = books.by_path["/dav/ada/people/"]
        assert not {f"{D}write", f"{D}write-content", f"{D}bind", f"{D}all"} & people.names_in(f"{D}current-user-privilege-set")
        assert f"{D}read" in people.names_in(f"{D}current-user-privilege-set")

    def test_the_first_copy_and_the_polls_after_it(self, door: Door):
        body = (
            '<propfind xmlns="DAV:" xmlns:cs="http://calendarserver.org/ns/"><prop><resourcetype/><getetag/><cs:getctag/></prop></propfind>'
        )
        ok_first(door.ask("PROPFIND", "/ada/people/", body, depth="1"))
        sync = (
            '<sync-collection xmlns="DAV:" xmlns:card="urn:ietf:params:xml:ns:carddav"><sync-token>{}</sync-token><sync-level>1</sync-level>'
            "<prop><getetag/><card:address-data/></prop></sync-collection>"
        )
        token = door.propfind("/ada/contacts/", f"{D}sync-token").rows[0].text(f"{D}sync-token")
        door.ask("PUT", "/ada/contacts/tb.vcf", vcard("tb", version="4.0"), content_type="text/vcard", origin="null")
        answer = door.ask("REPORT", "/ada/contacts/", sync.format(token), depth="1")
        assert [row.path for row in answer.rows] == ["/dav/ada/contacts/tb.vcf"]
        assert "UID:tb" in answer.rows[0].text(f"{C}address-data")

    def test_a_lost_token_never_stops_it(self, door: Door):
        # It gives up for good on the RFC's 403 valid-sync-token.
        assert door.sync("/ada/people/", "http://other.example/token").status == 207

    def test_its_unconditional_4_0_loses_nothing_that_it_does_not_know(self, door: Door):
        door.ask("PUT", "/ada/contacts/x.vcf", vcard("x", "X-ABC:kept"))
        card = (
            door.multiget("/ada/contacts/", ["/dav/ada/contacts/x.vcf"], data='<c:address-data version="4.0"/>')
            .rows[0]
            .text(f"{C}address-data")
        )
        assert door.ask("PUT", "/ada/contacts/x.vcf", card.replace("Nina", "Nora").replace("\n", "\r\n")).status == 204
        served = door.ask("GET", "/ada/contacts/x.vcf").body
        assert b"Nora" in served
        assert b"X-ABC:kept" in served

    def test_its_own_spelling_of_a_card_changes_nothing(self, door: Door):
        lines = ("item1.TEL:1", "item1.X-ABLabel:Boss", r"NOTE:one\; two", "ORG:Nowak;Sales;North", "PHOTO:data:image/jpeg;base64,/9j/2Q==")
        door.ask("PUT", "/ada/contacts/own.vcf", vcard("own", *lines, version="4.0"))
        before = door.ask("GET", "/ada/contacts/own.vcf").body
        respelt = (
            "ITEM1.TEL:1",
            "ITEM1.X-ABLABEL:Boss",
            r"NOTE:one\\; two",
            r"ORG:Nowak;Sales\, North",
            r"PHOTO:data:image/jpeg;base64\,/9j/2Q==",
        )
        assert door.ask("PUT", "/ada/contacts/own.vcf", vcard("own", *respelt, version="4.0")).status == 204
        assert door.ask("GET", "/ada/contacts/own.vcf").body == before


class TestEvolution:
    """evolution-data-server (its sources)."""

    def test_it_asks_first_without_a_login(self, door: Door):
        nobody = door.signed_as(None)
        assert "addressbook" in nobody.ask("OPTIONS", "/ada/people/").headers["dav"]
        assert nobody.propfind("/ada/people/", f"{D}current-user-privilege-set").status == 401
        assert nobody.propfind("/ada/people/", f"{S}getctag").status == 401

    def test_its_tokens_need_a_colon(self, door: Door):
        assert ":" in door.sync("/ada/people/").token

    def test_older_ones_compare_etags(self, door: Door):
        rows = door.propfind("/ada/people/", f"{D}getetag", depth="1").rows
        fetched = door.multiget("/ada/people/", [row.path for row in rows[1:]], f"{D}getetag", data="<c:address-data/>").rows
        assert [row.text(f"{D}getetag") for row in fetched] == [row.text(f"{D}getetag") for row in rows[1:]]


class TestKde:
    """kdav (its sources)."""

    def test_collections_and_items(self, door: Door):
        ok_first(door.propfind("/ada/", f"{D}displayname", f"{D}resourcetype", f"{S}getctag", depth="1"))
        ok_first(door.propfind("/ada/people/", f"{D}displayname", f"{D}resourcetype", f"{D}getetag", depth="1"))

    def test_whole_cards_may_be_asked_for_by_allprop(self, door: Door):
        row = door.multiget("/ada/people/", [ADA], data="<c:address-data><c:allprop/></c:address-data>").rows[0]
        assert ADA_MOBILE in row.text(f"{C}address-data")


class TestVdirsyncer:
    """vdirsyncer (its sources); the program itself runs in test_vdirsyncer."""

    def test_it_lists_the_root_first(self, door: Door):
        answer = door.propfind("/", f"{D}current-user-principal", depth="1")
        assert [row.path for row in answer.rows] == ["/dav/", "/dav/ada/"]

    @pytest.mark.parametrize("book", ["people", "contacts"])
    def test_it_lists_a_book_by_types_and_tags(self, door: Door, book: str):
        rows = door.propfind(f"/ada/{book}/", f"{D}resourcetype", f"{D}getcontenttype", f"{D}getetag", depth="1").rows
        assert all(row.text(f"{D}getcontenttype").startswith("text/vcard") for row in rows[1:])
