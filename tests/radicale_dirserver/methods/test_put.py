# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import base64
import io
from datetime import timedelta
from email.utils import format_datetime, parsedate_to_datetime

import pytest
from PIL import Image

from dirserver.model.approval import Approver
from dirserver.model.principal import Principal
from tests.cast import ADA_HOME, uuid_of
from tests.parts import CoreParts
from tests.radicale_dirserver.wsgi import C, D, Door, vcard

CARD = vcard("n-1", "TEL;TYPE=CELL:+48 600 100 200", "X-ODD;X-P=1:kept, as it is")
PATH = "/ada/contacts/n.vcf"
GONE = {"destination": "/dav/ada/clients/n.vcf"}
ADA = f"/ada/people/{uuid_of('ada')}.vcf"


def jpeg(side: int = 24) -> str:
    out = io.BytesIO()
    Image.new("RGB", (side, side), "navy").save(out, "JPEG")
    return base64.b64encode(out.getvalue()).decode()


def test_a_new_card_is_kept_to_the_octet_and_its_etag_is_told(door: Door):
    answer = door.ask("PUT", PATH, CARD, content_type="text/vcard; charset=utf-8", if_none_match="*")
    assert answer.status == 201
    served = door.ask("GET", PATH)
    assert served.body == CARD.encode()
    assert answer.headers["etag"] == served.headers["etag"]


def test_a_card_is_replaced(door: Door):
    door.ask("PUT", PATH, CARD)
    answer = door.ask("PUT", PATH, CARD.replace("600 100 200", "600 100 201"))
    assert answer.status == 204
    assert b"600 100 201" in door.ask("GET", PATH).body


@pytest.mark.parametrize("sent", [CARD.replace("\r\n", "\n"), CARD.replace("kept, as", "kept,\r\n  as"), CARD + "\r\n"])
def test_line_ends_and_folding_do_not_cost_the_etag(door: Door, sent: str):
    answer = door.ask("PUT", PATH, sent)
    assert answer.status == 201
    assert answer.headers["etag"] == door.ask("GET", PATH).headers["etag"]
    assert door.ask("GET", PATH).body == CARD.encode()


@pytest.mark.parametrize(
    "sent",
    [
        CARD.replace("FN:Nina Nowak\r\n", ""),
        CARD.replace("VERSION:3.0\r\n", "").replace("END:", "VERSION:3.0\r\nEND:"),
        "BEGIN:VCARD\r\nVERSION:2.1\r\nUID:old\r\nN:Nowak;Nina\r\nFN:Nina\r\nTEL;CELL:1\r\nEND:VCARD\r\n",
    ],
)
def test_an_etag_is_told_only_when_what_is_served_says_what_was_sent(door: Door, sent: str):
    answer = door.ask("PUT", PATH, sent)
    assert answer.status == 201
    assert "etag" not in answer.headers


@pytest.mark.parametrize("version", ["3.0", "4.0"])
def test_awkward_values_come_back_as_they_went(door: Door, version: str):
    lines = ["NOTE:Hello\\, world", "URL:http://192.0.2.1/a,b?c=d\\;e", "item1.X-ABLabel:_$!<Other>!$_", "item1.TEL:1"]
    card = vcard("awkward", *lines, version=version)
    assert door.ask("PUT", PATH, card).status == 201
    assert door.ask("GET", PATH).body == card.encode()


@pytest.mark.parametrize("version, photo", [("3.0", "PHOTO;ENCODING=b;TYPE=JPEG:{}"), ("4.0", "PHOTO:data:image/jpeg;base64,{}")])
def test_photos_come_back(door: Door, version: str, photo: str):
    card = vcard("photo", photo.format(jpeg()), version=version)
    assert door.ask("PUT", PATH, card).status == 201
    served = door.ask("GET", PATH).body.replace(b"\r\n ", b"")
    assert jpeg().encode() in served


def test_preconditions_are_kept(door: Door):
    assert door.ask("PUT", PATH, CARD, if_match='"x"').status == 412
    assert door.ask("PUT", PATH, CARD, if_match="*").status == 412
    etag = door.ask("PUT", PATH, CARD, if_none_match="*").headers["etag"]
    changed = CARD.replace("Nina", "Nora")
    assert door.ask("PUT", PATH, changed, if_none_match="*").status == 412
    assert door.ask("PUT", PATH, changed, if_match='"x"').status == 412
    assert door.ask("PUT", PATH, changed, if_none_match=etag).status == 412
    assert door.ask("GET", PATH).body == CARD.encode()
    assert door.ask("PUT", PATH, changed, if_match=f'"x", {etag}').status == 204
    assert door.ask("PUT", PATH, changed, if_match=etag).status == 412
    assert door.ask("PUT", PATH, CARD, if_match="*").status == 204


def test_an_entry_that_changed_since_a_date_is_spared(door: Door):
    door.ask("PUT", PATH, CARD)
    changed = parsedate_to_datetime(door.ask("GET", PATH).headers["last-modified"])
    before, then = (format_datetime(changed - timedelta(seconds=s), usegmt=True) for s in (1, 0))
    for method, headers in (("PUT", {}), ("DELETE", {}), ("MOVE", GONE), ("COPY", GONE)):
        answer = door.ask(method, PATH, CARD.replace("Nina", "Nora"), if_unmodified_since=before, **headers)
        assert (method, answer.status) == (method, 412)
    assert door.ask("GET", PATH).body == CARD.encode()
    etag = door.ask("GET", PATH).headers["etag"]
    assert door.ask("PUT", PATH, CARD, if_unmodified_since=before, if_match=etag).status == 204, "a date counts without tags alone"
    assert door.ask("PUT", PATH, CARD, if_unmodified_since=then, if_none_match=etag).status == 412
    assert door.ask("PUT", PATH, CARD, if_unmodified_since="some day").status == 204
    assert door.ask("PUT", PATH, CARD, if_unmodified_since=then).status == 204
    assert door.ask("PUT", "/ada/contacts/new.vcf", vcard("new"), if_unmodified_since=before).status == 201
    assert door.ask("MOVE", PATH, if_unmodified_since=then, **GONE).status == 201


@pytest.mark.parametrize("method", ["PUT", "DELETE", "MOVE", "COPY"])
def test_webdavs_own_condition_is_one(door: Door, method: str):
    etag = door.ask("PUT", PATH, CARD).headers["etag"]
    headers, sent = {} if method in {"PUT", "DELETE"} else GONE, CARD.replace("Nina", "Nora")
    for lists, status in (('(["x"])', 412), ("(<urn:uuid:1>)", 412), (f"(Not [{etag}])", 412), ("(nonsense", 400)):
        assert door.ask(method, PATH, sent, environ={"HTTP_IF": lists}, **headers).status == status
    assert door.ask(method, PATH, sent, environ={"HTTP_IF": f"([{etag}])"}, if_match='"x"', **headers).status == 412
    assert door.ask("GET", PATH).body == CARD.encode()
    assert door.ask(method, PATH, sent, environ={"HTTP_IF": f'(["x"]) </dav{PATH}> ([{etag}])'}, **headers).status in {201, 204}


def test_webdavs_own_condition_on_what_is_not_there(door: Door):
    assert door.ask("PUT", PATH, CARD, environ={"HTTP_IF": '(["x"])'}).status == 412
    for tags in ('"x"', "*"):
        assert door.ask("PUT", PATH, CARD, environ={"HTTP_IF": "(Not <DAV:no-lock>)"}, if_match=tags).status == 412
    assert door.ask("PUT", PATH, CARD, environ={"HTTP_IF": "(Not <DAV:no-lock>)"}, if_none_match="*").status == 201


@pytest.mark.parametrize("method, headers", [("DELETE", {}), ("MOVE", {"destination": "/dav/ada/clients/n.vcf"})])
def test_what_must_not_be_there_is_not_touched(door: Door, method: str, headers: dict[str, str]):
    etag = door.ask("PUT", PATH, CARD).headers["etag"]
    for tags in ("*", etag, f'"other", {etag}'):
        assert door.ask(method, PATH, if_none_match=tags, **headers).status == 412
        assert door.ask(method, PATH, if_none_match=tags, if_match=etag, **headers).status == 412
    assert door.ask("GET", PATH).body == CARD.encode()
    assert door.ask(method, PATH, if_none_match='"other"', **headers).status in {201, 204}


def test_an_etag_that_a_proxy_made_weak_still_counts(door: Door):
    etag = door.ask("PUT", PATH, CARD).headers["etag"]
    assert door.ask("PUT", PATH, CARD.replace("Nina", "Nora"), if_match=f"W/{etag}").status == 204


def test_a_uid_that_is_taken_names_its_card(door: Door):
    door.ask("PUT", PATH, CARD)
    answer = door.ask("PUT", "/ada/contacts/other.vcf", CARD)
    assert (answer.status, answer.preconditions) == (409, [f"{C}no-uid-conflict"])
    assert answer.xml.findtext(f".//{D}href") == "/dav/ada/contacts/n.vcf"


def test_an_entry_keeps_its_uid(door: Door):
    etag = door.ask("PUT", PATH, CARD).headers["etag"]
    door.ask("PUT", "/ada/contacts/other.vcf", vcard("n-2"))
    for uid, condition in (("n-3", None), ("n-2", None), ("urn:uuid:n-3", None), ("n-3", etag)):
        answer = door.ask("PUT", PATH, vcard(uid, name="Somebody Else"), environ={"HTTP_IF_MATCH": condition})
        assert (answer.status, answer.preconditions) == (409, [f"{C}no-uid-conflict"])
        assert answer.xml.findtext(f".//{D}href") == "/dav/ada/contacts/n.vcf"
    served = door.ask("GET", PATH)
    assert (served.body, served.headers["etag"]) == (CARD.encode(), etag)


@pytest.mark.parametrize("sent", ["urn:uuid:n-1", "N-1", "URN:UUID:n-1"])
def test_a_uid_that_is_only_spelt_otherwise_is_the_same_one(door: Door, sent: str):
    door.ask("PUT", PATH, CARD)
    answer = door.ask("PUT", PATH, vcard(sent, name="Nora Nowak"))
    assert (answer.status, "etag" in answer.headers) == (204, False)
    assert door.ask("GET", PATH).body == vcard("n-1", name="Nora Nowak").encode()


def test_a_card_without_a_uid_is_the_one_that_is_there(door: Door):
    door.ask("PUT", PATH, CARD)
    assert door.ask("PUT", PATH, vcard("x", name="Nora Nowak").replace("UID:x\r\n", "")).status == 204
    assert b"UID:n-1\r\n" in door.ask("GET", PATH).body


def test_who_may_not_write_a_card_lacks_a_privilege_whatever_uid_is_sent(door: Door):
    answer = door.ask("PUT", f"/ada/people/{uuid_of('bruno')}.vcf", vcard("x-1"))
    assert (answer.status, answer.preconditions) == (403, [f"{D}need-privileges"])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nonsense",
        b"BEGIN:VCARD\r\nVERSION:3.0\r\nEND:VCAL\r\n",
        b"BEGIN:VCARD\nFN:\xff\xfe\nEND:VCARD\n",
        CARD.encode() * 2,
        b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
    ],
)
def test_a_bad_card_says_why_and_changes_nothing(door: Door, body: bytes):
    answer = door.ask("PUT", PATH, body)
    assert (answer.status, answer.preconditions) == (403, [f"{C}valid-address-data"])
    assert len(answer.xml[1].text or "") > 10
    assert door.ask("GET", PATH).status == 404


def test_a_card_that_is_too_large_says_so_unread(door: Door):
    answer = door.ask("PUT", PATH, b"x", environ={"CONTENT_LENGTH": "50000000"})
    assert (answer.status, answer.preconditions) == (403, [f"{C}max-resource-size"])


def test_a_part_of_a_card_is_not_taken_for_all_of_it(door: Door):
    assert door.ask("PUT", PATH, CARD, content_range="bytes 0-9/200").status == 400
    assert door.ask("GET", PATH).status == 404
    door.ask("PUT", PATH, CARD)
    for span in ("bytes 0-9/200", "bytes */*", "lines 1-2/3"):
        assert door.ask("PUT", PATH, CARD.replace("Nina", "Nora"), content_range=span).status == 400
    assert door.ask("GET", PATH).body == CARD.encode()


def test_only_cards_are_kept(door: Door):
    answer = door.ask("PUT", PATH, "<html/>", content_type="text/html")
    assert (answer.status, answer.preconditions) == (403, [f"{C}supported-address-data"])


def test_a_card_in_an_old_charset_is_understood(door: Door):
    card = vcard("latin", name="Jörg Müller")
    assert door.ask("PUT", PATH, card.encode("latin-1"), content_type="text/vcard; charset=iso-8859-1").status == 201
    assert "Jörg Müller" in door.ask("GET", PATH).body.decode()


def test_chunks_are_taken_whole(door: Door):
    environ = {
        "wsgi.input": io.BytesIO(CARD.encode()),
        "wsgi.input_terminated": True,
        "HTTP_TRANSFER_ENCODING": "chunked",
        "CONTENT_LENGTH": None,
    }
    assert door.ask("PUT", PATH, CARD, environ=environ).status == 201


@pytest.mark.parametrize(
    "login, path",
    [
        ("ada", "/ada/people/new.vcf"),
        ("esme", f"/esme/people/{uuid_of('ada')}.vcf"),
        ("dov", "/dov/clients/new.vcf"),
        ("ada", f"/ada/directory/{uuid_of('ada')}.vcf"),
    ],
)
def test_who_may_not_write_lacks_a_privilege(door: Door, login: str, path: str):
    answer = door.signed_as(login).ask("PUT", path, vcard("x-1"))
    assert (answer.status, answer.preconditions) == (403, [f"{D}need-privileges"])


@pytest.mark.parametrize("path", ["/bruno/contacts/x.vcf", "/esme/clients/x.vcf", "/ada/none/x.vcf"])
def test_where_nothing_shows_nothing_is_written(door: Door, path: str):
    login = "esme" if path.startswith("/esme") else "ada"
    assert door.signed_as(login).ask("PUT", path, CARD).status == 404


@pytest.mark.parametrize("path", ["/ada/people/", "/ada/", "/"])
def test_a_collection_is_not_written(door: Door, path: str):
    assert door.ask("PUT", path, CARD).status == 409


def test_ones_own_card_changes_where_it_may_and_keeps_the_rest(door: Door, core: CoreParts):
    card = door.ask("GET", ADA).body.decode()
    changed = card.replace("TITLE:Account Manager", "TITLE:Key Account Manager")
    assert door.ask("PUT", ADA, changed).status == 204
    assert "TITLE:Key Account Manager" in door.ask("GET", ADA).body.decode()
    with core.directory.reading(Principal.system()) as reading:
        assert reading.find(uuid_of("ada")).modified_by == "ada"


def test_what_a_writer_cannot_see_stays(door: Door, core: CoreParts):
    card = f"/chika/people/{uuid_of('ada')}.vcf"
    chika = door.signed_as("chika")
    body = chika.ask("GET", card).body.decode()
    assert ADA_HOME in body
    assert chika.ask("PUT", card, body.replace("TITLE:Account Manager", "TITLE:Boss")).status == 204
    assert ADA_HOME in chika.ask("GET", card).body.decode()
    esme_sees = door.signed_as("esme").ask("GET", f"/esme/people/{uuid_of('ada')}.vcf").body.decode()
    assert "TITLE:Boss" in esme_sees
    assert ADA_HOME not in esme_sees


def test_what_waits_for_consent_costs_the_etag_and_the_next_sync_puts_it_right(door: Door, core: CoreParts):
    with core.directory.writing(Principal.system()) as writing:
        writing.proposals.let_wait(writing.book("people"), "title", Approver.parse("manager"))
    token = door.sync("/ada/people/").token
    card = door.ask("GET", ADA)
    answer = door.ask("PUT", ADA, card.body.decode().replace("Account Manager", "Queen"), if_match=card.headers["etag"])
    assert (answer.status, "etag" in answer.headers) == (204, False)
    assert b"Account Manager" in door.ask("GET", ADA).body
    assert door.sync("/ada/people/", token).rows


def test_where_the_disk_is_full_that_is_said_and_reading_goes_on(door: Door, core: CoreParts):
    with core.store.writing() as tx:
        tx.driver.execute("PRAGMA max_page_count = 1")
    answer = door.ask("PUT", PATH, vcard("n-1", f"NOTE:{'x' * 100_000}"))
    assert answer.status == 507
    assert b"sufficient-disk-space" in answer.body
    assert b"disk is full" in answer.body
    assert "retry-after" not in answer.headers
    assert door.ask("GET", PATH).status == 404
    assert door.ask("GET", ADA).status == 200
