# SPDX-License-Identifier: GPL-3.0-or-later

import pytest

from dirserver.web.shell.forgery import FIELD, fits, make_token
from tests.cast import ADA_MOBILE
from tests.web.visitor import Visitor


def test_a_token_fits_its_key_and_no_other():
    token = make_token("key")
    assert fits(token, "key")
    assert not fits(token, "another key")
    assert not fits("", "key")
    assert not fits(".", "key")
    assert not fits(token, "")
    assert not fits("é." + token, "key")


def test_two_pages_have_different_tokens():
    assert make_token("key") != make_token("key")


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
    ],
)
def test_a_form_that_another_site_sends_is_refused(ada: Visitor, card_of, headers):
    """CVE-2019-18345, CVE-2019-18346 and CVE-2019-18347 (DAViCal)."""
    form = ada.open("/me/edit").form("/me/edit")
    page = ada.send("/me/edit", form.filled(mobile="+49 151 5559999"), headers=headers)
    assert page.status == 403
    assert ADA_MOBILE in str(card_of("ada"))


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://localhost"}, {"Origin": "https://localhost"}, {}]
)
def test_a_form_of_our_own_goes_through(ada: Visitor, headers):
    form = ada.open("/me/edit").form("/me/edit")
    assert ada.send("/me/edit", form.filled(mobile="+49 151 5559999"), headers=headers).status == 303


@pytest.mark.parametrize("token", [None, "", "wrong", "0123456789abcdef.0123456789abcdef0123456789abcdef01234567"])
def test_a_form_without_the_right_token_is_refused(ada: Visitor, token):
    form = ada.open("/me/edit").form("/me/edit").filled(mobile="+49 151 5559999")
    if token is None:
        del form[FIELD]
    else:
        form[FIELD] = token
    page = ada.send("/me/edit", form)
    assert page.status == 403
    assert "too old" in page.text


def test_signing_in_needs_a_token_too(nobody: Visitor):
    assert nobody.send("/sign-in", {"login": "ada", "password": "ada-has-a-long-password"}).status == 403


def test_one_visitors_token_is_no_use_to_another(ada: Visitor, esme: Visitor):
    stolen = ada.open("/me/edit").form("/me/edit").filled()
    assert esme.send("/me/edit", stolen).status == 403


@pytest.mark.parametrize("path, status", [("/principals/", 404), ("/.well-known/caldav", 404), ("/me/devices", 405)])
def test_a_program_that_asks_a_page_for_contacts_learns_that_they_arent_there(nobody: Visitor, path: str, status: int):
    """It looks elsewhere then; a refusal it takes for its password's."""
    assert nobody.client.open(path, method="PROPFIND").status_code == status
