# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.store.uploads import import_runs, uploads
from dirserver.store.uploads.import_runs import RunRow
from dirserver.store.uploads.uploads import UploadRow


def test_how_far_an_import_is_goes_with_its_file(parts, company):
    account = company.ada.account_id
    run = RunRow("abc", "running", 0, 30, "", 1)
    with parts.store.writing() as tx:
        uploads.add(tx, UploadRow("abc", account, "clients", "list.csv", 1), iter((b"cn\nAda\n",)))
        import_runs.put(tx, run)
        import_runs.beat(tx, "abc", 10, 2)
        assert import_runs.fetch(tx, "abc", account, "clients") == run._replace(done=10, beat_us=2)
        assert import_runs.fetch(tx, "abc", account + 1, "clients") is import_runs.fetch(tx, "abc", account, "people") is None
        import_runs.drop_octets(tx, "abc")
        assert list(uploads.parts(tx, "abc")) == []
        uploads.drop(tx, "abc")
        assert import_runs.fetch(tx, "abc", account, "clients") is None
