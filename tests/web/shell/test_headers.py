# SPDX-License-Identifier: GPL-3.0-or-later

import re

import pytest
from flask import Flask

from tests.web.messages import template_name, templates
from tests.web.visitor import Visitor

INLINE = re.compile(r"<style|\bstyle=|\son[a-z]+=|<script(?![^>]*\bsrc=)|javascript:", re.IGNORECASE)


@pytest.mark.parametrize("path", ["/sign-in", "/", "/people/nobody-there", "/no/such/page", "/static/none.css", "/welcome/x"])
def test_every_answer_is_guarded_errors_too(nobody: Visitor, path):
    page = nobody.open(path)  # the visitor checks the headers
    assert page.answer.headers["X-Frame-Options"] == "DENY"


def test_over_tls_browsers_are_told_to_stay_there(app: Flask):
    page = Visitor(app, scheme="https").open("/sign-in")
    assert page.answer.headers["Strict-Transport-Security"] == "max-age=63072000"


def test_pages_about_people_are_stored_by_nobody(ada: Visitor):
    for path in ("/", "/people/ada", "/me/edit", "/people/ada/history", "/me/devices", "/people/ada/card.vcf", "/people/ada/qr.svg"):
        assert ada.open(path).answer.headers["Cache-Control"] == "no-store", path


@pytest.mark.parametrize("template", templates(), ids=template_name)
def test_no_template_needs_inline_scripts_or_styles(template):
    assert INLINE.search(template.read_text()) is None
