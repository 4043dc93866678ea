# SPDX-License-Identifier: GPL-3.0-or-later
"""/people and /contacts as a program uses them."""

from io import BytesIO

from PIL import Image

from dirserver.card.reader import read
from tests.cast import ADA_HOME, ADA_MOBILE, uuid_of


def _picture() -> bytes:
    out = BytesIO()
    Image.new("RGB", (64, 64), (30, 200, 30)).save(out, "PNG")
    return out.getvalue()


def test_a_person_is_found_by_any_part_of_a_name_and_by_number(ada):
    assert [each["name"] for each in ada.ok("GET", "/people?q=luka")["items"]] == ["ada"]
    assert [each["name"] for each in ada.ok("GET", "/people?phone=0151 5550101")["items"]] == ["ada"]
    assert [each["name"] for each in ada.ok("GET", "/people?mail=BRUNO@example.com")["items"]] == ["bruno"]


def test_what_may_not_be_read_is_not_there_and_finds_nobody(esme, ada):
    told = esme.ok("GET", "/people/ada")
    assert "mobile" not in told["attributes"]
    assert "homePhone" not in told["attributes"]
    assert esme.ok("GET", "/people", query_string={"phone": ADA_MOBILE})["items"] == []
    assert ada.ok("GET", "/people/ada")["attributes"]["homePhone"] == [ADA_HOME]


def test_pages_of_a_list_hold_everybody_once(ada):
    seen, path = [], "/people?limit=3"
    while path:
        answer = ada("GET", path)
        told = answer.get_json()
        seen += [each["name"] for each in told["items"]]
        path = f"/people?limit=3&cursor={told['next']}" if told["next"] else None
        assert (told["next"] is not None) == ("Link" in answer.headers)
    assert sorted(seen) == ["ada", "bruno", "chika", "dov", "esme", "finn", "ludo", "zoe"]
    assert len(seen) == len(set(seen))


def test_pages_of_what_is_typed_go_on_too(ada):
    first = ada.ok("GET", "/people?q=example&limit=2")
    second = ada.ok("GET", f"/people?q=example&limit=2&cursor={first['next']}")
    names = [each["name"] for each in first["items"] + second["items"]]
    assert len(set(names)) == 4


def test_only_the_fields_that_are_asked_for_come(ada):
    told = ada.ok("GET", "/people/bruno?fields=email,title")
    assert set(told["attributes"]) == {"mail", "title"}
    assert ada.refused("GET", "/people/bruno?fields=shoeSize", 422)["mistakes"][0]["where"] == "fields"


def test_a_change_keeps_what_it_does_not_name_and_null_takes_away(chika):
    before = chika.ok("GET", "/people/ada")["attributes"]
    told = chika.ok("PATCH", "/people/ada", json={"attributes": {"mobile": "+49 151 1234567", "title": None}})
    assert told["attributes"]["mobile"] == ["+49 151 1234567"]
    assert "title" not in told["attributes"]
    assert {**told["attributes"], "mobile": before["mobile"], "title": before["title"]} == before


def test_a_manager_is_named_by_login_or_by_id(chika):
    told = chika.ok("PATCH", "/people/ada", json={"attributes": {"manager": "dov"}})
    assert told["attributes"]["manager"] == [f"urn:uuid:{uuid_of('dov')}"]
    assert chika.ok("PATCH", "/people/ada", json={"attributes": {"manager": uuid_of("bruno")}})["attributes"]["manager"]
    told = chika.refused("PATCH", "/people/ada", 422, json={"attributes": {"manager": "who"}})
    assert told["mistakes"][0]["where"] == "/attributes/manager"


def test_a_change_that_was_made_from_an_older_state_is_refused(chika):
    answer = chika("GET", "/people/ada")
    tag = answer.headers["ETag"]
    chika.ok("PATCH", "/people/ada", json={"attributes": {"title": "Boss"}}, headers={"If-Match": tag})
    chika.refused("PATCH", "/people/ada", 412, json={"attributes": {"title": "Chief"}}, headers={"If-Match": tag})
    assert chika.ok("GET", "/people/ada")["attributes"]["title"] == ["Boss"]
    assert chika("GET", "/people/ada", headers={"If-None-Match": tag}).status_code == 200


def test_what_did_not_change_is_not_sent_again(ada):
    tag = ada("GET", "/people/bruno").headers["ETag"]
    assert ada("GET", "/people/bruno", headers={"If-None-Match": tag}).status_code == 304


def test_one_may_change_oneself_as_far_as_the_rules_go(ada):
    assert ada.ok("PATCH", "/people/ada", json={"attributes": {"mobile": "+49 151 7654321"}})["attributes"]["mobile"]
    ada.refused("PATCH", "/people/ada", 403, json={"attributes": {"employeeNumber": "1"}})
    ada.refused("PATCH", "/people/bruno", 403, json={"attributes": {"title": "Intern"}})


def test_a_new_contact_has_an_address_and_is_what_was_sent(ada):
    answer = ada("POST", "/contacts", json={"book": "clients", "attributes": {"o": "Neu AG", "mail": ["a@neu.example", "b@neu.example"]}})
    assert answer.status_code == 201, answer.text
    made = answer.get_json()
    assert answer.headers["Location"].endswith(f"/contacts/{made['id']}")
    assert ada.ok("GET", f"/contacts/{made['id']}")["attributes"]["mail"] == ["a@neu.example", "b@neu.example"]
    ada.refused("GET", f"/people/{made['id']}", 404)


def test_one_who_may_be_there_already_is_only_added_with_force(ada):
    new = {"book": "clients", "attributes": {"cn": "Somebody Else", "mail": "INFO@client.example"}}
    told = ada.refused("POST", "/contacts", 409, json=new)
    assert told["type"].endswith("near-duplicate")
    assert {each["why"][0] for each in told["candidates"]} == {"mail"}
    assert len(told["candidates"]) == 3
    ada.ok("POST", "/contacts?force=true", status=201, json=new)


def test_deleted_is_in_the_trash_and_comes_back(ada):
    found = ada.ok("GET", "/contacts?q=acme")["items"][0]
    assert ada("DELETE", f"/contacts/{found['id']}").status_code == 204
    ada.refused("GET", f"/contacts/{found['id']}", 404)
    assert [each["id"] for each in ada.ok("GET", "/contacts?state=trashed")["items"]] == [found["id"]]
    assert ada.ok("POST", f"/contacts/{found['id']}/restore")["state"] == "active"


def test_history_tells_each_state_and_leads_back(chika):
    first = chika.ok("GET", "/people/zoe")
    chika.ok("PATCH", "/people/zoe", json={"attributes": {"title": "Lead Developer"}})
    told = chika.ok("GET", "/people/zoe/history")["items"]
    assert told[0]["changed"] == ["title"]
    assert (told[0]["door"], told[0]["by"], told[0]["is_current"]) == ("api", "chika", True)
    back = chika.ok("POST", "/people/zoe/revert", json={"revision": told[1]["number"]})
    assert back["attributes"] == first["attributes"]


def test_a_photo_is_stored_as_a_picture_of_our_own_making(chika):
    assert chika.ok("PUT", "/people/zoe/photo", data=_picture(), content_type="image/png")["has_photo"] is True
    answer = chika("GET", "/people/zoe/photo")
    assert answer.mimetype == "image/jpeg"
    assert Image.open(BytesIO(answer.data)).size == (64, 64)
    chika.refused("PUT", "/people/zoe/photo", 422, data=b"no picture", content_type="image/png")
    assert chika.ok("DELETE", "/people/zoe/photo")["has_photo"] is False
    chika.refused("GET", "/people/zoe/photo", 404)


def test_a_card_comes_in_either_version(ada):
    answer = ada("GET", "/people/bruno/vcard?version=4.0")
    assert answer.mimetype == "text/vcard"
    assert b"VERSION:4.0" in answer.data
    card = read(ada("GET", "/people/bruno/vcard").text)
    assert card.uid == uuid_of("bruno")


def test_a_book_of_people_is_not_reached_as_one_of_contacts(ada):
    ada.refused("GET", "/contacts?book=people", 404)
    ada.refused("POST", "/contacts", 403, json={"book": "people", "attributes": {"cn": "X"}})
    assert {each["book"] for each in ada.ok("GET", "/contacts")["items"]} == {"clients"}
