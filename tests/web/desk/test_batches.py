# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.model.principal import Principal
from tests.cast import uuid_of


def test_a_steward_undoes_an_import_of_their_book_only(ada, parts):
    with parts.directory.writing(Principal.system()) as writing:
        writing.begin_batch("import", "clients.csv")
        writing.trash(uuid_of("Acme GmbH"))
    with parts.directory.writing(Principal.system()) as writing:
        other = writing.begin_batch("import", "people.csv")
        writing.archive(uuid_of("zoe"))
    page = ada.open("/desk/clients/batches")
    assert "clients.csv" in page.text
    assert "people.csv" not in page.text
    form = page.form("/desk/clients/batches").filled()
    assert ada.send("/desk/clients/batches", {**form, "batch": other}).status == 403
    assert ada.send("/desk/clients/batches", form).status == 303
    assert "undone" in ada.open("/desk/clients/batches").text
    assert ada.send("/desk/clients/batches", form).status == 409
