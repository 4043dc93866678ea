# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole conversations of real clients, request by request as they send them: from the address that somebody typed to the second sync.

Each goes where the answer before it led, as the program does, and asks of each answer what the program needs in it to go on.
"""

# ruff: noqa: E501 - requests as they were sent
from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import unquote, urlsplit

from tests.cast import uuid_of
from tests.radicale_dirserver.wsgi import Answer, C, D, Door, Row, S, vcard

XML = '<?xml version="1.0" encoding="UTF-8"?>'
ZOE = f"{uuid_of('zoe')}.vcf"


class Client:
    """A program that goes where it is told: by addresses, never by names of ours."""

    def __init__(self, door: Door, **headers: str) -> None:
        self._signed = Door(door.app, door.login, mount="")
        self._unsigned = self._signed.signed_as(None)
        self._headers = headers

    def ask(self, method: str, address: str, body: str = "", *, signed: bool = True, **headers: str) -> Answer:
        """Send a request; the address as it stood in an answer."""
        door = self._signed if signed else self._unsigned
        return door.ask(method, unquote(urlsplit(address).path), body, **(self._headers | headers))

    def put(self, address: str, card: str, **headers: str) -> Answer:
        return self.ask(
            "PUT", address, card.replace("\r\n", "\n").replace("\n", "\r\n"), content_type="text/vcard; charset=utf-8", **headers
        )


def hrefs(addresses: Iterable[str], tag: str = "href", declared: str = "") -> str:
    return "".join(f"<{tag}{declared}>{address}</{tag}>" for address in addresses)


def books_of(answer: Answer) -> Mapping[str, Row]:
    """The books among the children of a home, by address."""
    return {row.path: row for row in answer.rows if row.found[f"{D}resourcetype"].find(f"{C}addressbook") is not None}


def may_write(book: Row) -> bool:
    return bool({f"{D}write", f"{D}write-content", f"{D}all"} & book.names_in(f"{D}current-user-privilege-set"))


def told(answer: Answer) -> dict[str, int]:
    """What a sync tells, by address: 200 or 404. A change without an ETag is none for any of these programs."""
    assert answer.token
    assert all(row.status == 404 or row.text(f"{D}getetag").strip('"') for row in answer.rows)
    return {row.path: row.status or 200 for row in answer.rows}


def set_up_iphone(phone: Client) -> Mapping[str, Row]:
    """Its way from the typed host to the books of the home."""
    principal_of = (
        f'{XML}<A:propfind xmlns:A="DAV:"><A:prop><A:current-user-principal/><A:principal-URL/><A:resourcetype/></A:prop></A:propfind>'
    )
    # It tries without a password first, and gives up where the realm is no Basic.
    assert (
        phone.ask("PROPFIND", "/.well-known/carddav", principal_of, signed=False, depth="0").headers["www-authenticate"].startswith("Basic")
    )
    principal = phone.ask("PROPFIND", "/.well-known/carddav", principal_of, depth="0").rows[0].hrefs(f"{D}current-user-principal")[0]
    assert "addressbook" in phone.ask("OPTIONS", principal).headers["dav"]
    about = (
        f'{XML}<A:propfind xmlns:A="DAV:"><A:prop><B:addressbook-home-set xmlns:B="urn:ietf:params:xml:ns:carddav"/>'
        '<B:directory-gateway xmlns:B="urn:ietf:params:xml:ns:carddav"/><A:displayname/><C:email-address-set xmlns:C="http://calendarserver.org/ns/"/>'
        "<A:principal-collection-set/><A:principal-URL/><A:resource-id/><A:supported-report-set/></A:prop></A:propfind>"
    )
    home = phone.ask("PROPFIND", principal, about, depth="0").rows[0].hrefs(f"{C}addressbook-home-set")[0]
    listed = (
        f'{XML}<A:propfind xmlns:A="DAV:"><A:prop><A:add-member/><D:bulk-requests xmlns:D="http://me.com/_namespace/"/><A:current-user-privilege-set/>'
        '<A:displayname/><B:max-image-size xmlns:B="urn:ietf:params:xml:ns:carddav"/><B:max-resource-size xmlns:B="urn:ietf:params:xml:ns:carddav"/>'
        '<C:me-card xmlns:C="http://calendarserver.org/ns/"/><A:owner/><C:push-transports xmlns:C="http://calendarserver.org/ns/"/>'
        '<C:pushkey xmlns:C="http://calendarserver.org/ns/"/><A:quota-available-bytes/><A:quota-used-bytes/><A:resource-id/><A:resourcetype/>'
        "<A:supported-report-set/><A:sync-token/></A:prop></A:propfind>"
    )
    return books_of(phone.ask("PROPFIND", home, listed, depth="1"))


def test_an_iphone(door: Door) -> None:
    phone = Client(door, user_agent="iOS/17.5 (21F79) dataaccessd/1.0", brief="t", prefer="return=minimal")
    books = set_up_iphone(phone)
    # It syncs every book of the home, and takes the first that may be written for new contacts.
    own = next(address for address, row in books.items() if may_write(row))
    people = list(books)[-1]
    assert not may_write(books[people])
    poll = (
        f'{XML}<A:propfind xmlns:A="DAV:"><A:prop><C:getctag xmlns:C="http://calendarserver.org/ns/"/><A:sync-token/></A:prop></A:propfind>'
    )
    sync = f'{XML}<A:sync-collection xmlns:A="DAV:"><A:sync-token>{{}}</A:sync-token><A:sync-level>1</A:sync-level><A:prop><A:getetag/></A:prop></A:sync-collection>'
    tokens, declared = {}, ' xmlns:A="DAV:"'
    for book in books:
        assert phone.ask("PROPFIND", book, poll, depth="0").rows[0].text(f"{S}getctag")
        answer = phone.ask("REPORT", book, sync.format(""), depth="1")
        fetch = (
            f'{XML}<B:addressbook-multiget xmlns:B="urn:ietf:params:xml:ns:carddav"><A:prop xmlns:A="DAV:"><A:getetag/><B:address-data/></A:prop>'
            f"{hrefs(told(answer), 'A:href', declared)}</B:addressbook-multiget>"
        )
        if answer.rows:
            cards = phone.ask("REPORT", book, fetch, depth="1").rows
            assert [row.text(f"{D}getetag") for row in cards] == [row.text(f"{D}getetag") for row in answer.rows]
            assert all("VERSION:3.0" in row.text(f"{C}address-data") for row in cards)
        tokens[book] = answer.token
    # A contact is made, changed and deleted; a colleague is changed, which nobody allowed.
    made = phone.put(f"{own}0C1D.vcf", vcard("0C1D"), if_none_match="*")
    assert made.status == 201
    answer = phone.ask("REPORT", own, sync.format(tokens[own]), depth="1")
    assert told(answer) == {f"{own}0C1D.vcf": 200}
    assert answer.rows[0].text(f"{D}getetag") == made.headers["etag"]
    assert phone.put(f"{own}0C1D.vcf", vcard("0C1D", "NOTE:x"), if_match=made.headers["etag"]).status == 204
    assert phone.put(f"{own}0C1D.vcf", vcard("0C1D", "NOTE:y"), if_match=made.headers["etag"]).status == 412
    assert phone.ask("DELETE", f"{own}0C1D.vcf").status == 204
    assert told(phone.ask("REPORT", own, sync.format(answer.token), depth="1")) == {f"{own}0C1D.vcf": 404}
    refused = phone.put(f"{people}{ZOE}", phone.ask("GET", f"{people}{ZOE}").body.decode().replace("Developer", "Chief"))
    # A refusal would halt all further sync: it is taken, and what stands comes back.
    assert (refused.status, refused.headers.get("etag")) == (204, None)
    assert told(phone.ask("REPORT", people, sync.format(tokens[people]), depth="1")) == {f"{people}{ZOE}": 200}


def set_up_davx5(app: Client, ask: str) -> Mapping[str, Row]:
    """Its way from the typed address to the books of the home, and to whoever owns them."""
    typed = "<resourcetype /><displayname /><current-user-principal /><CARD:addressbook-home-set /><CARD:addressbook-description />"
    principal = app.ask("PROPFIND", "/dav/", ask.format(typed), depth="0").rows[0].hrefs(f"{D}current-user-principal")[0]
    assert "addressbook" in app.ask("OPTIONS", principal).headers["dav"]
    home = app.ask(
        "PROPFIND", principal, ask.format("<displayname /><group-membership /><resourcetype /><CARD:addressbook-home-set />"), depth="0"
    )
    (home_address,) = home.rows[0].hrefs(f"{C}addressbook-home-set")
    refresh = (
        "<resourcetype /><current-user-privilege-set /><displayname /><owner /><CARD:addressbook-description />"
        '<n0:transports xmlns:n0="https://bitfire.at/webdav-push" /><n1:topic xmlns:n1="https://bitfire.at/webdav-push" />'
    )
    books = books_of(app.ask("PROPFIND", home_address, ask.format(refresh), depth="1"))
    for owner in {owner for row in books.values() for owner in row.hrefs(f"{D}owner")}:
        assert app.ask("PROPFIND", owner, ask.format("<displayname /><resourcetype />"), depth="0").status == 207
    return books


def test_davx5(door: Door) -> None:
    app = Client(door, user_agent="DAVx5/4.5-ose (dav4jvm; okhttp/4.12.0) Android/14", content_type="application/xml; charset=utf-8")
    begin = '<?xml version=\'1.0\' encoding=\'UTF-8\' ?><propfind xmlns="DAV:" xmlns:CAL="urn:ietf:params:xml:ns:caldav" xmlns:CARD="urn:ietf:params:xml:ns:carddav"><prop>'
    ask = begin + "{}</prop></propfind>"
    books = set_up_davx5(app, ask)
    own = next(address for address, row in books.items() if may_write(row))
    people = list(books)[-1]
    can = (
        "<CAL:max-resource-size /><CARD:max-resource-size /><CARD:supported-address-data /><supported-report-set />"
        '<n0:getctag xmlns:n0="http://calendarserver.org/ns/" /><sync-token />'
    )
    state = app.ask("PROPFIND", people, ask.format(can), depth="0").rows[0]
    assert f"{D}sync-collection" in state.names_in(f"{D}supported-report-set")
    sync = (
        "<?xml version='1.0' encoding='UTF-8' ?><sync-collection xmlns=\"DAV:\"><sync-token>{}</sync-token><sync-level>1</sync-level>"
        "<prop><getetag /><resourcetype /></prop></sync-collection>"
    )
    first = app.ask("REPORT", people, sync.format(""), depth="0")
    assert first.token == state.text(f"{D}sync-token")
    listed = {row.path: row.text(f"{D}getetag") for row in first.rows}
    multiget = (
        "<?xml version='1.0' encoding='UTF-8' ?><CARD:addressbook-multiget xmlns=\"DAV:\" xmlns:CARD=\"urn:ietf:params:xml:ns:carddav\"><prop>"
        '<getcontenttype /><getetag /><CARD:address-data content-type="text/vcard" version="4.0" /></prop>{}</CARD:addressbook-multiget>'
    )
    batches = (list(listed)[start : start + 10] for start in range(0, len(listed), 10))
    cards = [row for batch in batches for row in app.ask("REPORT", people, multiget.format(hrefs(batch)), depth="0").rows]
    assert {row.path: row.text(f"{D}getetag") for row in cards} == listed
    assert all("VERSION:4.0" in row.text(f"{C}address-data") for row in cards)
    # Up: new, changed, deleted; then what is read-only is taken back quietly.
    token = app.ask("REPORT", own, sync.format(""), depth="0").token
    new = app.put(f"{own}5a7b.vcf", vcard("5a7b", version="4.0"), if_none_match="*")
    assert (new.status, bool(new.headers.get("etag"))) == (201, True)
    assert app.put(f"{own}5a7b.vcf", vcard("5a7b", "NOTE:x", version="4.0"), if_match=new.headers["etag"]).status == 204
    changed = app.ask("REPORT", own, sync.format(token), depth="0")
    assert told(changed) == {f"{own}5a7b.vcf": 200}
    assert app.ask("DELETE", f"{own}5a7b.vcf", if_match=new.headers["etag"]).status == 412
    assert app.ask("DELETE", f"{own}5a7b.vcf", if_match=changed.rows[0].text(f"{D}getetag")).status == 204
    assert told(app.ask("REPORT", own, sync.format(changed.token), depth="0")) == {f"{own}5a7b.vcf": 404}
    assert app.put(f"{people}{ZOE}", vcard("z"), if_match=listed[f"{people}{ZOE}"]).preconditions == [f"{D}need-privileges"]
    assert told(app.ask("REPORT", people, sync.format(first.token), depth="0")) == {}


def test_thunderbird(door: Door) -> None:
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Thunderbird/153.7.0"
    bird = Client(door, user_agent=agent, origin="null")
    ask = '<propfind xmlns="DAV:" xmlns:cs="http://calendarserver.org/ns/" xmlns:card="urn:ietf:params:xml:ns:carddav"><prop>{}</prop></propfind>'
    principal = bird.ask("PROPFIND", "/.well-known/carddav", ask.format("<current-user-principal/>"), depth="0").rows[0]
    home = bird.ask(
        "PROPFIND", principal.hrefs(f"{D}current-user-principal")[0], ask.format("<card:addressbook-home-set/>"), depth="0"
    ).rows[0]
    # It takes the first address only.
    books = books_of(
        bird.ask(
            "PROPFIND",
            home.hrefs(f"{C}addressbook-home-set")[0],
            ask.format("<resourcetype/><displayname/><current-user-privilege-set/>"),
            depth="1",
        )
    )
    assert all(row.statuses[0] == 200 for row in books.values())
    own = next(address for address, row in books.items() if may_write(row))
    people = list(books)[-1]
    listed = bird.ask("PROPFIND", people, ask.format("<resourcetype/><getetag/><cs:getctag/>"), depth="1").rows[1:]
    multiget = (
        '<card:addressbook-multiget xmlns="DAV:" xmlns:card="urn:ietf:params:xml:ns:carddav"><prop><getetag/><card:address-data/></prop>{}'
        "</card:addressbook-multiget>"
    )
    cards = bird.ask("REPORT", people, multiget.format(hrefs(row.path for row in listed)), depth="1").rows
    assert [row.text(f"{D}getetag") for row in cards] == [row.text(f"{D}getetag") for row in listed]
    sync = (
        '<sync-collection xmlns="DAV:" xmlns:card="urn:ietf:params:xml:ns:carddav"><sync-token>{}</sync-token><sync-level>1</sync-level>'
        "<prop><getetag/><card:address-data/></prop></sync-collection>"
    )

    def token_of(book: str) -> str:
        return bird.ask("PROPFIND", book, ask.format("<displayname/><cs:getctag/><sync-token/>"), depth="0").rows[0].text(f"{D}sync-token")

    token, shown = token_of(own), token_of(people)
    # It writes 4.0 without a condition, and fetches at once what became of it.
    assert bird.put(f"{own}tb.vcf", vcard("tb", version="4.0")).status == 201
    (fetched,) = bird.ask("REPORT", own, multiget.format(hrefs([f"{own}tb.vcf"])), depth="1").rows
    assert "VERSION:4.0" in fetched.text(f"{C}address-data")
    answer = bird.ask("REPORT", own, sync.format(token), depth="1")
    assert told(answer) == {f"{own}tb.vcf": 200}
    assert answer.rows[0].text(f"{C}address-data") == fetched.text(f"{C}address-data")
    assert bird.ask("DELETE", f"{own}tb.vcf").status == 204
    assert told(bird.ask("REPORT", own, sync.format(answer.token), depth="1")) == {f"{own}tb.vcf": 404}
    assert told(bird.ask("REPORT", people, sync.format(shown), depth="1")) == {}


def test_evolution(door: Door) -> None:
    box = Client(door, user_agent="Evolution/3.50.2")
    ask = (
        XML
        + '<D:propfind xmlns:D="DAV:" xmlns:A="urn:ietf:params:xml:ns:carddav" xmlns:C="http://calendarserver.org/ns/"><D:prop>{}</D:prop></D:propfind>'
    )
    # Each first question comes without a login.
    assert box.ask("PROPFIND", "/.well-known/carddav", ask.format("<D:current-user-principal/>"), signed=False, depth="0").status == 401
    principal = box.ask("PROPFIND", "/.well-known/carddav", ask.format("<D:current-user-principal/>"), depth="0").rows[0]
    home = box.ask("PROPFIND", principal.hrefs(f"{D}current-user-principal")[0], ask.format("<A:addressbook-home-set/>"), depth="0").rows[0]
    wanted = "<D:resourcetype/><D:displayname/><D:current-user-privilege-set/><A:addressbook-description/><C:getctag/>"
    books = books_of(box.ask("PROPFIND", home.hrefs(f"{C}addressbook-home-set")[0], ask.format(wanted), depth="1"))
    own = next(address for address, row in books.items() if may_write(row))
    people = list(books)[-1]
    assert "addressbook" in box.ask("OPTIONS", people, signed=False).headers["dav"]
    state = box.ask("PROPFIND", people, ask.format("<D:supported-report-set/><A:supported-address-data/><C:getctag/>"), depth="0").rows[0]
    assert f"{D}sync-collection" in state.names_in(f"{D}supported-report-set")
    sync = (
        XML
        + '<D:sync-collection xmlns:D="DAV:"><D:sync-token>{}</D:sync-token><D:sync-level>1</D:sync-level><D:prop><D:getetag/></D:prop></D:sync-collection>'
    )
    first = box.ask("REPORT", people, sync.format(""), depth="0")
    multiget = (
        XML
        + '<A:addressbook-multiget xmlns:A="urn:ietf:params:xml:ns:carddav" xmlns:D="DAV:"><D:prop><D:getetag/><A:address-data/></D:prop>{}'
        "</A:addressbook-multiget>"
    )
    cards = box.ask("REPORT", people, multiget.format(hrefs(told(first), "D:href")), depth="1").rows
    assert [row.text(f"{D}getetag") for row in cards] == [row.text(f"{D}getetag") for row in first.rows]
    # A strong ETag after a PUT saves it the way back; a token without a colon it would forget.
    token = box.ask("REPORT", own, sync.format(""), depth="0").token
    assert ":" in token
    made = box.put(f"{own}pas-id-1.vcf", vcard("pas-id-1"), if_none_match="*")
    assert made.headers["etag"].startswith('"')
    assert told(box.ask("REPORT", own, sync.format(token), depth="0")) == {f"{own}pas-id-1.vcf": 200}
    # A contact that is dragged to another book is written there and deleted here.
    assert box.ask("DELETE", f"{own}pas-id-1.vcf", if_match=made.headers["etag"]).status == 204
    assert box.put(f"{people}{ZOE}", vcard("z")).preconditions == [f"{D}need-privileges"]


def test_kde(door: Door) -> None:
    kdav = Client(
        door, user_agent="Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) akonadi_davgroupware_resource/6.0"
    )
    ask = '<propfind xmlns="DAV:"><prop>{}</prop></propfind>'
    found = kdav.ask("PROPFIND", "/dav/", ask.format("<current-user-principal/>"), depth="0").rows[0].hrefs(f"{D}current-user-principal")[0]
    home = kdav.ask("PROPFIND", found, ask.format('<addressbook-home-set xmlns="urn:ietf:params:xml:ns:carddav"/>'), depth="0").rows[0]
    wanted = '<displayname/><resourcetype/><CS:getctag xmlns:CS="http://calendarserver.org/ns/"/>'
    books = books_of(kdav.ask("PROPFIND", home.hrefs(f"{C}addressbook-home-set")[0], ask.format(wanted), depth="1"))
    own, people = next(iter(books)), list(books)[-1]
    items = kdav.ask("PROPFIND", people, ask.format("<displayname/><resourcetype/><getetag/>"), depth="1").rows[1:]
    multiget = (
        '<addressbook-multiget xmlns="urn:ietf:params:xml:ns:carddav"><prop xmlns="DAV:"><getetag/><address-data xmlns="urn:ietf:params:xml:ns:carddav">'
        "<allprop/></address-data></prop>{}</addressbook-multiget>"
    )
    addresses = hrefs((row.path for row in items), declared=' xmlns="DAV:"')
    cards = kdav.ask("REPORT", people, multiget.format(addresses), depth="1").rows
    assert [row.text(f"{D}getetag") for row in cards] == [row.text(f"{D}getetag") for row in items]
    # It has no tokens: the ctag says whether to list again, and must move with each change and with no poll.
    before = kdav.ask("PROPFIND", own, ask.format(wanted), depth="0").rows[0].text(f"{S}getctag")
    assert before == books[own].text(f"{S}getctag")
    made = kdav.put(f"{own}k.vcf", vcard("k"), if_none_match="*")
    assert kdav.ask("PROPFIND", own, ask.format(wanted), depth="0").rows[0].text(f"{S}getctag") != before
    # Moved by hand in its folders, a contact keeps all that it holds.
    clients = next(address for address in books if address not in {own, people})
    assert (
        kdav.ask(
            "MOVE",
            f"{own}k.vcf",
            destination=f"https://contacts.example.com{clients}k.vcf",
            host="contacts.example.com",
            if_match=made.headers["etag"],
        ).status
        == 201
    )
    assert b"UID:k\n" in kdav.ask("GET", f"{clients}k.vcf").body.replace(b"\r\n", b"\n")
    # It lets people edit any book, and would try a refused change for ever.
    assert kdav.put(f"{people}{ZOE}", vcard("z")).status == 204
    assert b"Smith" in kdav.ask("GET", f"{people}{ZOE}").body


def test_vdirsyncer(door: Door) -> None:
    mirror = Client(door, user_agent="vdirsyncer/0.21.0", content_type="application/xml; charset=UTF-8")
    ask = '<propfind xmlns="DAV:"><prop>{}</prop></propfind>'
    root = mirror.ask("PROPFIND", "/dav/", ask.format("<current-user-principal/>"), depth="1").rows
    assert [row.path for row in root] == ["/dav/", "/dav/ada/"]
    principal = root[0].hrefs(f"{D}current-user-principal")[0]
    home = mirror.ask("PROPFIND", principal, ask.format('<addressbook-home-set xmlns="urn:ietf:params:xml:ns:carddav"/>'), depth="0").rows[
        0
    ]
    books = books_of(mirror.ask("PROPFIND", home.hrefs(f"{C}addressbook-home-set")[0], ask.format("<resourcetype/>"), depth="1"))
    own, people = next(iter(books)), list(books)[-1]
    assert mirror.ask("PROPFIND", people, ask.format("<displayname/>"), depth="0").rows[0].text(f"{D}displayname")
    listing = ask.format("<resourcetype/><getcontenttype/><getetag/>")
    items = [
        row
        for row in mirror.ask("PROPFIND", people, listing, depth="1").rows
        if row.found[f"{D}resourcetype"].find(f"{D}collection") is None
    ]
    multiget = '<C:addressbook-multiget xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav"><prop><getetag/><C:address-data/></prop>{}</C:addressbook-multiget>'
    cards = mirror.ask("REPORT", people, multiget.format(hrefs(row.path for row in items)), depth="1").rows
    assert [(row.path, row.text(f"{D}getetag")) for row in cards] == [(row.path, row.text(f"{D}getetag")) for row in items]
    made = mirror.put(f"{own}v@1.vcf", vcard("v@1"), if_none_match="*")
    after = {unquote(row.path): row.text(f"{D}getetag") for row in mirror.ask("PROPFIND", own, listing, depth="1").rows[1:]}
    # It compares addresses as they read with all percent signs undone.
    assert after == {f"{own}v@1.vcf": made.headers["etag"]}
    assert mirror.ask("DELETE", f"{own}v@1.vcf", if_match=made.headers["etag"]).status == 204
    assert mirror.put(f"{people}{ZOE}", vcard("z")).status == 403
