# SPDX-License-Identifier: GPL-3.0-or-later
"""What desk phones, printers, Apple's and Microsoft's programs say, and what each needs in the answer."""

from __future__ import annotations

import pytest

from dirserver.ldap.session import Site
from dirserver.ldap.wire.message import Control, Scope
from tests.cast import ADA_MOBILE
from tests.ldap.answers import by_offset, by_value, sort_by
from tests.ldap.conftest import SUFFIX
from tests.ldap.dialogue import Dialogue
from tests.ldap.recorded import Client, found, search_octets

PEOPLE = f"ou=people,{SUFFIX}"
ADA_PHONE = "+49 30 5550294"


@pytest.fixture
def client(site: Site) -> Client:
    return Client(Dialogue(site))


@pytest.fixture
def windows(site: Site) -> Client:
    return Client(Dialogue(site), writes_as_windows=True)


_OUTLOOK = (
    *"cn commonName mail roleOccupant display-name displayname sn surname co organizationName o givenName legacyExchangeDN".split(),
    *"objectClass uid mailNickname title company physicalDeliveryOfficeName telephoneNumber".split(),
)


def test_outlook_probes_signs_in_and_checks_names(windows: Client) -> None:
    probe = search_octets("(objectClass=*)", ("supportedControl", "supportedCapabilities"), number=10, base="", scope=Scope.BASE)
    root, done = windows.send(probe)
    assert done.code == 0
    assert {b"1.2.840.113556.1.4.473", b"2.16.840.1.113730.3.4.9", b"1.2.840.113556.1.4.319"} <= set(root.attributes["supportedControl"])
    # A name that is no DN, and one that Windows makes of it.
    assert windows.bind("dov", number=11) == 0
    assert windows.bind("EXAMPLE\\dov", number=12) == 0
    typed = "(&(mail=*)(|(mail={0}*)(|(cn={0}*)(|(sn={0}*)(givenName={0}*)))))"
    ada, done = windows.send(search_octets(typed.format("luk"), _OUTLOOK, number=13, deref=3, size=100, seconds=60))
    assert (done.code, ada.dn) == (0, f"uid=ada,{PEOPLE}")
    # The first name asked for an attribute is the one under which it comes; Outlook looks through its list until it finds one.
    assert ada.attributes["cn"] == ["Ada Łukasińska".encode()]
    assert ada.attributes["mail"] == [b"ada@example.com"]
    assert ada.attributes["display-name"] == ["Ada Łukasińska".encode()]
    assert ada.attributes["organizationName"] == [b"Example Corp"]
    assert b"organizationalPerson" in ada.attributes["objectClass"]
    to_line = "(&(objectClass=*)(|(cn={0}*)(mail={0}*)(sn={0}*)))"
    assert found(windows.send(search_octets(to_line.format("nyg"), _OUTLOOK, number=14, deref=3, size=999, seconds=15))) == ["finn"]
    assert found(windows.send(search_octets(to_line.format("ada"), _OUTLOOK, number=15, deref=3, size=999, seconds=15))) == ["ada"]
    book = "(&(|(mail={0}*)(cn={0}*)(sn={0}*)(givenName={0}*)(displayName={0}*)))"
    assert found(windows.send(search_octets(book.format("smi"), _OUTLOOK, number=16, deref=3, size=100))) == ["ludo", "zoe"]
    assert found(windows.send(search_octets("(anr=zoe smith)", _OUTLOOK, number=17, size=100))) == ["zoe"]
    assert windows.leave()


def test_outlook_browses_the_whole_book_by_place_and_by_what_is_typed(windows: Client) -> None:
    assert windows.bind() == 0
    order = sort_by("cn")
    by_name = ["ada", "bruno", "chika", "dov", "esme", "finn", "ludo", "zoe"]
    everybody = "(&(mail=*)(cn=*))"

    def page(number: int, view: Control) -> list[str]:
        return found(windows.send(search_octets(everybody, ("cn", "mail"), number=number, base=PEOPLE, controls=(order, view))))

    assert page(20, by_offset(0, 2, 1)) == by_name[:3]
    assert page(21, by_offset(1, 2, 5, 8)) == by_name[3:7]
    assert page(22, by_value(0, 1, b"Fi")) == by_name[5:7]


EVERYBODY = ["ada", "bruno", "chika", "dov", "esme", "finn", "ludo", "zoe"]
_NUMBERS = ("cn", "sn", "givenName", "displayName", "telephoneNumber", "mobile", "homePhone", "ipPhone")


_IOS = "(|(o=zoe*)(cn=zoe*)(ou=zoe*)(sn=zoe*)(mail=zoe*)(IMHandle=zoe*)(givenname=zoe*)(postalAddress=zoe*)(telephoneNumber=zoe*))"
_KADDRESSBOOK = "(&(|(objectclass=person)(objectclass=groupOfNames)(mail=*))(|(cn=sal*)(mail=sal*)(givenName=sal*)(sn=sal*)))"


@pytest.mark.parametrize(
    "phone, name, version, wanted, attributes, who",
    [
        ("Yealink, by name, contains", "dov", 3, "(|(cn=*lukas*)(sn=*lukas*))", _NUMBERS, ["ada"]),
        ("Yealink, by number", "dov", 3, "(|(telephoneNumber=0305550294)(mobile=0305550294)(ipPhone=0305550294))", _NUMBERS, ["ada"]),
        ("Snom, while one types", f"uid=dov,{PEOPLE}", 3, "(|(cn=Ad*)(sn=Ad*)(givenName=Ad*))", ("cn", "telephoneNumber"), ["ada"]),
        ("Snom, who calls", "dov", 3, "(|(telephoneNumber=*1515550101*)(mobile=*1515550101*))", ("cn", "mobile"), ["ada"]),
        ("Grandstream, LDAPv2", "dov", 2, "(&(telephoneNumber=*)(sn=smith*))", ("cn", "sn", "telephoneNumber"), ["zoe"]),
        ("Grandstream, everybody else", "dov", 3, "(&(sn=*)(!(sn=smith)))", ("sn",), EVERYBODY[:-1]),
        ("Cisco, first and last name", "dov@example.com", 3, "(&(givenName=zo*)(sn=sm*))", ("sn", "givenName", "telephoneNumber"), ["zoe"]),
        ("Gigaset, exact number", "dov", 3, "(|(telephoneNumber=+49 151 5550101)(mobile=+49 151 5550101))", ("mobile",), ["ada"]),
        ("Gigaset, international with 00", "dov", 3, "(|(telephoneNumber=00491515550101)(mobile=00491515550101))", ("mobile",), ["ada"]),
        ("AD's own filter", "dov", 3, "(&(objectCategory=person)(objectClass=user)(|(cn=zo*)(sn=zo*)))", _NUMBERS, ["zoe"]),
        ("a printer: begins", "printer", 3, "(&(mail=*)(cn=a*))", ("cn", "mail", "facsimileTelephoneNumber", "o", "ou"), ["ada"]),
        ("a printer: ends", "printer", 3, "(cn=*smith)", ("cn", "mail"), ["zoe"]),
        ("a printer: includes", "printer", 2, "(|(cn=*ruk*)(mail=*runo*))", ("cn", "mail"), ["bruno"]),
        ("a printer that sends a star", "printer", 3, "(mail=*)", ("mail",), EVERYBODY),
        ("iOS", "dov", 3, _IOS, ("sn", "givenName", "mail"), ["zoe"]),
        ("KAddressBook", "dov", 3, _KADDRESSBOOK, ("cn", "mail", "objectClass"), ["sales"]),
    ],
)  # fmt: skip
def test_phones_printers_and_others_find_who_they_look_for(
    client: Client, phone: str, name: str, version: int, wanted: str, attributes: tuple[str, ...], who: list[str]
) -> None:
    bound = client.bind(name, version=version) if name != "printer" else client.bind_with_main_password(name, version=version)
    assert bound == 0, phone
    answers = client.send(search_octets(wanted, attributes, base=SUFFIX if who == ["sales"] else PEOPLE, size=100, seconds=10))
    assert sorted(found(answers)) == who, phone
    lower = {attribute.lower() for attribute in attributes}
    for entry in answers[:-1]:
        assert {attribute.lower() for attribute in entry.attributes} <= lower
    assert client.leave()


def test_a_phone_shows_who_calls_with_the_name_and_the_number_as_it_is_kept(client: Client) -> None:
    assert client.bind() == 0
    (ada, _) = client.send(search_octets("(|(telephoneNumber=*5550294)(mobile=*5550294))", _NUMBERS, size=1))
    assert ada.attributes["displayName"] == ["Ada Łukasińska".encode()]
    assert ada.attributes["telephoneNumber"] == [ADA_PHONE.encode()]
    assert ada.attributes["mobile"] == [ADA_MOBILE.encode()]
    # What she keeps to herself isn't there, and doesn't make anything fail.
    assert "homePhone" not in ada.attributes


def test_a_polycom_pages_through_the_book_in_the_order_of_names(client: Client) -> None:
    assert client.bind() == 0
    order = sort_by("sn", "givenName")
    seen: list[str] = []
    for first in (1, 4, 7):
        view = by_offset(0, 2, first)
        octets = search_octets("(&(sn=*)(telephoneNumber=*))", ("sn", "givenName", "telephoneNumber"), base=PEOPLE, controls=(order, view))
        seen += found(client.send(octets))
    assert seen == ["dov", "bruno", "ada", "finn", "esme", "chika", "ludo", "zoe"]


_APPLE = (
    *"givenName sn cn mail telephoneNumber facsimileTelephoneNumber o title ou buildingName street l st postalCode c jpegPhoto".split(),
    *"mobile co pager destinationIndicator labeledURI IMHandle".split(),
)


@pytest.mark.parametrize("base", ["", SUFFIX])
def test_macos_searches_without_a_base_too_and_gets_the_photo_that_it_names(client: Client, base: str) -> None:
    assert client.bind() == 0
    wanted = "(|(givenname=ada*)(sn=ada*)(cn=ada*)(mail=ada*))"
    (ada, done) = client.send(search_octets(wanted, _APPLE, base=base, seconds=30))
    assert (ada.dn, done.code) == (f"uid=ada,{PEOPLE}", 0)
    assert ada.attributes["jpegPhoto"][0].startswith(b"\xff\xd8")


def test_a_phone_that_signs_in_with_nothing_is_told_to(client: Client) -> None:
    assert client.bind("") == 0
    *entries, done = client.send(search_octets("(cn=a*)", ("cn",)))
    assert (entries, done.code) == ([], 50)
