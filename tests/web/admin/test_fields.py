# SPDX-License-Identifier: GPL-3.0-or-later

from tests.web.visitor import Visitor


def test_each_class_is_shown_with_its_fields_and_who_reads_and_writes_it(admin: Visitor):
    page = admin.open("/admin/fields")
    assert "fixed by the settings file" in page.text
    work = page.html[
        page.html.index("<bdi>work</bdi></h2>") : page.html.index('<bdi>human resources</bdi> <code class="meta" dir="ltr">hr</code></h2>')
    ]
    assert "<li>Mobile</li>" in work
    assert "Everybody with an account" in work
    assert "hr" in work.partition("Written by")[2]
    private = page.html[page.html.index("<bdi>private</bdi>") :]
    assert "<li>Home phone and fax</li>" in private
    assert "Everybody with an account" not in private


def test_another_book_has_other_readers(admin: Visitor):
    assert admin.open("/admin/fields?book=clients").html != admin.open("/admin/fields").html


def test_classes_are_called_in_the_language_of_the_reader_beside_their_names_in_the_settings_file(admin: Visitor):
    for path in ("/admin/fields", "/admin/grants", "/admin/explain?login=ada", "/admin/approvals"):
        page = admin.open(path, headers={"Accept-Language": "eo"})
        assert "personalaj" in page.text, path
        assert "(hr)" in page.text or ">hr</code>" in page.html, path
