# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from flask import Flask

from dirserver.directory.search.question import Facet
from dirserver.web.people.asked import Asked, Look, asked


def read(app: Flask, query: str) -> Asked:
    with app.test_request_context(f"/?{query}"):
        return asked("people")


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?q=ada",
        "?site=Berlin&department=IT",
        "?look=gallery&q=a",
        "?look=table&col=sn&col=mail&sort=-l&page=3",
        "?from=k&look=print",
        "?group=sales&label=VIP",
    ],
)
def test_an_address_says_what_was_asked(app: Flask, query):
    with app.test_request_context(f"/{query}"):
        found = asked("people")
        again = found.url
    with app.test_request_context(again):
        assert asked("people") == found


def test_from_one_list_to_the_next(app: Flask):
    start = read(app, "q=ada&site=Berlin&page=3&look=table&sort=l")
    with app.test_request_context("/"):
        assert start.with_text("bruno").url == "/?site=Berlin&look=table&sort=l&q=bruno"
        assert start.with_choice(Facet.DEPARTMENT, "IT").chosen == {Facet.SITE: "Berlin", Facet.DEPARTMENT: "IT"}
        assert start.without(Facet.SITE).url == "/?look=table&sort=l&q=ada"
        assert start.looking("list").url == "/?site=Berlin&q=ada"
        assert start.sorted("l").sort == "-l"
        assert start.sorted("mail").sort == "mail"
        assert start.with_initial("k").url == "/?site=Berlin&from=k&look=table"
        assert start.on_page(2).offset == 50
        assert Asked("clients").url == "/books/clients"


def test_what_makes_no_sense_is_left_out(app: Flask):
    found = read(app, "look=x&col=password&sort=uid&page=-2&from=abc&site=%20")
    assert found == Asked("people", initial="a")
    assert read(app, "sort=l").sort == ""
    assert read(app, "look=print").look is Look.PRINT


def test_paper_keeps_the_columns_and_the_order_of_a_table(app: Flask):
    table = read(app, "look=table&col=sn&col=mobile&sort=-l&site=Berlin")
    with app.test_request_context("/"):
        assert table.looking("print").url == "/?site=Berlin&look=print&col=sn&col=mobile&sort=-l"
        assert table.looking("print").off_paper() == table
        assert read(app, "look=print&q=a").off_paper() == Asked("people", "a")
