# SPDX-License-Identifier: GPL-3.0-or-later

from urllib.parse import unquote

import pytest

from dirserver.model.principal import Principal
from dirserver.web.people.asked import PAGE_SIZE as SIZES
from dirserver.web.people.asked import Look
from dirserver.wiring import Parts
from tests.cast import ADA_HOME, ADA_MOBILE, draft
from tests.web.visitor import Page, Visitor

PAGE_SIZE = SIZES[Look.LIST]


def names(page: Page) -> list[str]:
    found = (link.removeprefix("/people/") for link in page.links if link.startswith("/people/") and link.count("/") == 2)
    return [name for name in found if name != "chart"]


def test_behind_the_last_page_stands_the_last_page(ada: Visitor):
    answer = ada.open("/?page=999&look=gallery")
    assert answer.status == 302
    shown = ada.open(answer.location)
    assert shown.status == 200
    assert answer.location == "/?look=gallery"
    assert "There is nothing here yet" not in shown.text
    assert ada.open("/?q=nobodyatall&page=7").status == 200


def test_the_list_shows_everybody_with_what_one_looks_for(ada: Visitor):
    page = ada.open("/")
    assert set(names(page)) == {"ada", "bruno", "chika", "dov", "esme", "finn", "zoe", "ludo"}
    assert "8 people" in page.text
    assert "Ada Łukasińska" in page.text
    assert "Account Manager · Sales" in page.text
    assert "tel:+49-30-5550294" in page.links
    assert "mailto:ada@example.com" in page.links


@pytest.mark.parametrize(
    "query", ["lukasinska", "ŁUKAS", "ada", "manager account", "a@example", "0294", "+49 30 555 0294", "(030) 5550294"]
)
def test_a_search_forgives_spelling(ada: Visitor, query):
    assert "ada" in names(ada.open(f"/?q={query.replace('+', '%2B')}"))


def test_a_search_says_how_many_it_found(ada: Visitor):
    assert "2 found" in ada.open("/?q=developer").text
    assert "Nobody found." in ada.open("/?q=xyzzy").text


def test_the_part_for_scripts_holds_the_results_only(ada: Visitor):
    page = ada.open("/?q=bruno&part=results")
    assert names(page) == ["bruno"]
    assert "<html" not in page.html
    assert 'data-status="1 found"' in page.html


@pytest.mark.parametrize("query", [ADA_MOBILE.replace("+", "%2B"), ADA_HOME.replace("+", "%2B"), "5550101"])
def test_esme_cannot_find_ada_by_numbers_that_she_may_not_see(esme: Visitor, query):
    assert names(esme.open(f"/?q={query}")) == []


def test_esme_sees_names_and_work_numbers_in_the_list(esme: Visitor):
    page = esme.open("/")
    assert "Ada Łukasińska" in page.text
    # Her own address is hers to see.
    assert [link for link in page.links if link.startswith("mailto:")] == ["mailto:esme@example.com"]


def test_the_list_comes_in_pages(ada: Visitor, parts: Parts):
    with parts.directory.writing(Principal.system()) as writing:
        drafts = [draft(f"p{number:03}", "Pat", f"Aaronson {number:03}", "Clerk", None) for number in range(60)]
        writing.add_all(writing.book("people"), drafts)
    first, second = ada.open("/"), ada.open("/?page=2")
    assert f"1–{PAGE_SIZE} of 68" in first.text
    assert f"{PAGE_SIZE + 1}–{2 * PAGE_SIZE} of 68" in second.text
    assert len(names(first)) == PAGE_SIZE
    assert not set(names(first)) & set(names(second))
    assert "/?page=2" in first.links
    found = ada.open("/?q=aaronson")
    assert f"1–{PAGE_SIZE} of 60" in found.text
    assert "/?q=aaronson&page=3" in ada.open("/?q=aaronson&page=2").links


@pytest.mark.parametrize("query", ["%00", "a" * 5000, "*)(uid=*", "%25", "_", "\\", "' OR 1=1 --", "%F0%9F%98%80", "%E2%80%AE"])
def test_no_query_breaks_the_search(ada: Visitor, query):
    assert ada.open(f"/?q={query}").status == 200


@pytest.mark.parametrize("page", ["0", "-3", "x", "99999999999999999999", ""])
def test_no_page_number_breaks_the_list(ada: Visitor, page):
    assert ada.open(f"/?page={page}").status in {200, 302}


def test_what_people_are_called_is_text(ada: Visitor, change):
    change("zoe", title="<script>alert(1)</script>")
    page = ada.open("/?q=smith")
    assert "<script>alert" not in page.html
    assert "<script>alert(1)</script>" in page.text


def test_shared_books_are_searched_the_same_way(ada: Visitor, esme: Visitor):
    page = ada.open("/books/clients?q=zuraw")
    assert "Żuraw sp. z o.o." in page.text
    assert "3 contacts" in page.text
    assert "/books/clients" not in esme.open("/").links
    assert esme.open("/books/clients").status == 404
    assert ada.open("/books/~bruno").status == 404
    assert ada.open("/books/~ada").status == 200


def test_guessed_addresses_lead_to_the_list(ada: Visitor):
    assert ada.open("/people").location == "/"
    assert ada.open("/books/people").location.endswith("/")


def test_a_list_is_narrowed_down_by_links(ada: Visitor, change):
    for login in ("ada", "bruno"):
        change(login, l="Łódź")
    change("dov", l="Berlin", ou="IT")
    page = ada.open("/")
    assert {"/?site=%C5%81%C3%B3d%C5%BA", "/?site=Berlin", "/?department=IT", "/?group=sales"} <= set(page.links)
    page = ada.open("/?site=lodz&q=ada")
    assert names(page) == ["ada"]
    assert "/?q=ada" in page.links
    assert dict(page.forms[1].fields if page.forms[0].action != "/" else page.forms[0].fields).get("site") == "lodz"
    assert names(ada.open("/?site=Berlin&group=sales")) == []


def test_what_is_hidden_narrows_nothing_down(esme: Visitor, change):
    change("ada", l="Łódź")
    page = esme.open("/")
    assert not [link for link in page.links if "site=" in link]
    assert names(esme.open("/?site=lodz")) == []


def test_names_are_browsed_by_letter(ada: Visitor):
    assert "/?from=b" in ada.open("/").links
    assert set(names(ada.open("/?from=s"))) == {"zoe", "ludo"}


def test_mistakes_are_forgiven_and_told(ada: Visitor):
    page = ada.open("/?q=lukasinsak")
    assert names(page) == ["ada"]
    assert "Nobody found for “lukasinsak”" in page.text
    assert "/?q=%C5%81ukasi%C5%84ska" in page.links


def test_the_gallery_shows_the_same_people(ada: Visitor):
    assert set(names(ada.open("/?look=gallery"))) == {"ada", "bruno", "chika", "dov", "esme", "finn", "zoe", "ludo"}


def test_the_table_has_the_columns_that_one_chooses(ada: Visitor, esme: Visitor):
    page = ada.open("/?look=table&col=sn&col=mobile")
    assert "+49 1515550101" in page.text
    assert "Account Manager" not in page.text
    assert "+49 1515550101" not in esme.open("/?look=table&col=mobile").text


def test_the_table_is_sorted_as_the_language_sorts(ada: Visitor, change, monkeypatch):
    for login, town in (("ada", "Łódź"), ("bruno", "Luzern"), ("chika", "Mainz"), ("dov", "Ząb")):
        change(login, l=town)
    assert names(ada.open("/?look=table&sort=l"))[:4] == ["ada", "bruno", "chika", "dov"]
    assert names(ada.open("/?look=table&sort=-l"))[:4] == ["dov", "chika", "bruno", "ada"]
    in_polish = {"Accept-Language": "pl"}
    assert names(ada.open("/?look=table&sort=l", in_polish))[:4] == ["bruno", "ada", "chika", "dov"]
    monkeypatch.setattr("dirserver.web.people.listing.MOST_BY_LANGUAGE", 2)
    assert names(ada.open("/?look=table&sort=l", in_polish))[:4] == ["ada", "bruno", "chika", "dov"]


def test_everything_that_was_found_is_one_page_to_print(ada: Visitor, parts: Parts):
    with parts.directory.writing(Principal.system()) as writing:
        writing.add_all(
            writing.book("people"), [draft(f"p{number:03}", "Pat", f"Aaronson {number:03}", "Clerk", None) for number in range(60)]
        )
    page = ada.open("/?q=aaronson&look=print")
    assert len(names(page)) == 60


def test_a_table_is_printed_as_it_stands(ada: Visitor, change):
    for login, town in (("ada", "Berlin"), ("bruno", "Zürich"), ("chika", "Mainz")):
        change(login, l=town)
    page = ada.open("/?look=print&sort=-l&col=sn&col=l")
    assert names(page)[:3] == ["bruno", "chika", "ada"]
    assert page.html.count('<th scope="col">') == 2
    assert "/?look=table&col=sn&col=l&sort=-l" in page.links


def test_what_a_list_is_narrowed_down_by_is_seen_and_taken_away_on_a_phone(ada: Visitor, change):
    change("ada", l="Berlin")
    page = ada.open("/?site=Berlin&q=a")
    assert 'class="chips narrowed-by"' in page.html
    assert page.links.count("/?q=a") == 2
    assert "narrowed-by" not in ada.open("/?q=a").html


def test_what_is_drawn_for_one_is_not_shown_to_another(ada: Visitor, esme: Visitor, change):
    assert "mailto:ada@example.com" in ada.open("/").links
    assert "mailto:ada@example.com" not in esme.open("/").links
    change("ada", title="Director")
    assert "Director" in ada.open("/").text


@pytest.mark.parametrize(
    "query",
    [
        "look=x",
        "sort=x&look=table",
        "col=x&look=table",
        "from=%00",
        "from=xyz",
        "site=" + "a" * 5000,
        "group=%00&label=%FF",
        "page=9&look=print",
    ],
)
def test_no_address_breaks_the_list(ada: Visitor, query):
    assert ada.open(f"/?{query}").status in {200, 302}


def test_a_list_and_its_letters_stand_in_the_readers_alphabet(ada: Visitor, parts: Parts):
    with parts.directory.writing(Principal.system()) as writing:
        book = writing.book("people")
        writing.add_all(book, [draft(login, "Pat", login.capitalize(), "Clerk", None) for login in ("lza", "łoś", "lis", "ñandú", "nuño")])
    for language, order, letters in (
        ("en", "lis łoś lza ñandú nuño", "B K L N O S"),
        ("pl", "lis lza łoś ñandú nuño", "B K L Ł N O S"),
        ("es", "lis łoś lza nuño ñandú", "B K L N Ñ O S"),
    ):
        read = {"Accept-Language": language}
        for look in ("", "?look=print", "?look=table"):
            shown = [name for name in map(unquote, names(ada.open(f"/{look}", headers=read))) if name in order.split()]
            assert shown == order.split(), (language, look)
        page = ada.open("/?from=%C5%82", headers=read)
        initials = [unquote(link.partition("from=")[2]).upper() for link in page.links if "from=" in link]
        assert [letter for letter in letters.split() if letter not in initials] == []
        assert ("lis" in names(page)) is (language != "pl")
