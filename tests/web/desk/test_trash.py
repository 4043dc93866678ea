# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.model.principal import Principal
from tests.cast import uuid_of
from tests.web.desk.conftest import add


def test_what_was_deleted_is_brought_back_and_only_who_manages_a_book_removes_for_good(ada, signed_in, parts):
    uuid = add(parts, "one", cn="Ana Ruiz")
    with parts.directory.writing(Principal.system()) as writing:
        writing.trash(uuid)
    page = ada.open("/desk/clients/trash")
    assert "Ana Ruiz" in page.text
    assert "Remove for good" not in page.text
    form = page.form("/desk/clients/trash").filled()
    assert ada.send("/desk/clients/trash", {**form, "do": "purge"}).status == 403
    assert ada.send("/desk/clients/trash", {**form, "do": "restore"}).location == "/desk/clients/trash?done=restored"
    assert "The trash is empty." in ada.open("/desk/clients/trash").text
    with parts.directory.writing(Principal.system()) as writing:
        writing.archive(uuid)
    page = ada.open("/desk/clients/trash?state=archived")
    assert "Ana Ruiz" in page.text
    form = page.form("/desk/clients/trash").filled()
    assert ada.send("/desk/clients/trash", {**form, "do": "trash"}).location == "/desk/clients/trash?done=trashed"
    admin = signed_in("admin")
    with parts.directory.writing(Principal.system()) as writing:
        writing.trash(uuid_of("dov"))
    form = admin.open("/desk/people/trash").form("/desk/people/trash").filled()
    refused = admin.send("/desk/people/trash", {**form, "do": "purge"})
    assert (refused.status, "close that account first" in refused.text) == (409, True)
    form = admin.open("/desk/clients/trash").form("/desk/clients/trash").filled()
    assert admin.send("/desk/clients/trash", {**form, "do": "purge"}).location == "/desk/clients/trash?done=purged"
    assert "The trash is empty." in admin.open("/desk/clients/trash").text
