# SPDX-License-Identifier: GPL-3.0-or-later

from io import BytesIO

from dirserver.wiring import Parts
from tests.web.visitor import Visitor

FILES = "/book/clients/files"


def test_only_a_list_may_be_long(ada: Visitor, parts: Parts):
    page = ada.open(FILES)
    long = page.form(FILES).filled(file=(BytesIO(b"x" * 3_000_000), "x.csv"))
    assert ada.send(FILES, long).status == 303
    long = page.form(FILES).filled(file=(BytesIO(b"x" * (parts.config.http.max_body_bytes + 1)), "x.csv"))
    assert ada.send(FILES, long).status == 413
    assert ada.send("/books", {"name": "x" * 2_000_000}).status == 413


def test_an_export_holds_what_one_sees_and_is_for_who_may_edit(ada: Visitor, chika: Visitor):
    page = ada.open(FILES)
    for form, begins in (("csv", b"uid,"), ("xlsx", b"PK"), ("vcard", b"BEGIN:VCARD"), ("ldif", b"version: 1")):
        answer = ada.send(f"{FILES}/export", page.form(f"{FILES}/export").filled(format=form)).answer
        assert answer.data.lstrip(b"\xef\xbb\xbf").startswith(begins)
        assert "attachment" in answer.headers["Content-Disposition"]
    token = chika.open("/books").forms[0].filled()
    assert chika.send(f"{FILES}/export", token).status == 403
