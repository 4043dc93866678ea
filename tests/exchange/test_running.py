# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import io
import itertools
import threading

import pytest

from dirserver.errors import Conflict
from dirserver.exchange.applying import BadRows
from dirserver.exchange.mapping import ColumnMapping
from dirserver.exchange.running import Run, Runs, Standing
from dirserver.exchange.workbench import Workbench
from dirserver.store.uploads import import_runs
from dirserver.store.uploads.import_runs import RunRow
from tests.cast import CLIENTS

LIST = b"cn,mail\nAna,ana@client.example\nBea,no address\n"


def test_an_import_goes_on_by_itself_and_tells_how_it_ended(parts, company):
    bench = Workbench(parts.store, clock=parts.clock)
    runs = Runs(parts.store, parts.directory, clock=parts.clock)
    account = company.ada.account_id
    upload = bench.keep(account, CLIENTS, "list.csv", io.BytesIO(LIST))

    def begin(bad_rows):
        runs.begin(account, bench.upload(account, upload), ColumnMapping(), company.ada, bad_rows).join(60)
        return runs.standing(account, upload, CLIENTS)

    def count():
        with parts.directory.reading(company.ada) as reading:
            return reading.count(reading.book(CLIENTS))

    assert runs.standing(account, upload, CLIENTS) is None
    failed = begin(BadRows.STOP)
    assert (failed.run, "1 of 2 rows" in failed.reason, count()) == (Run.FAILED, True, 3)
    assert begin(BadRows.SKIP) == Standing(Run.DONE, 99, "")
    assert count() == 4
    again = bench.upload(account, upload)
    with pytest.raises(Conflict):
        runs.begin(account, again, ColumnMapping(), company.ada, BadRows.SKIP)
    again.close()
    assert runs.standing(company.bruno.account_id, upload, CLIENTS) is None
    assert runs.standing(account, upload, "people") is None
    with parts.store.writing() as tx:
        import_runs.put(tx, RunRow(upload, Run.RUNNING, 10, 40, "", parts.clock()))
    assert runs.standing(account, upload, CLIENTS) == Standing(Run.RUNNING, 25, "")
    parts.clock.pass_s(16 * 60)
    assert runs.standing(account, upload, CLIENTS).run is Run.LOST
    bench.drop(account, upload)
    assert runs.standing(account, upload, CLIENTS) is None


def test_how_far_an_import_is_goes_on_while_it_writes(parts, company):
    bench = Workbench(parts.store, clock=parts.clock)
    account = company.ada.account_id
    rows = "".join(f"Client {number},{'x' * 2000}\n" for number in range(150))
    upload = bench.keep(account, CLIENTS, "list.csv", io.BytesIO(f"cn,nobodyKnowsThis\n{rows}".encode()))
    moments = itertools.count(parts.clock(), 2_000_000)
    seen: list[int] = []
    asked = threading.Lock()

    def clock() -> int:
        # The import looks at the clock wherever it says how far it is: that is when somebody looks at the page.
        if threading.current_thread().name.startswith("import") and asked.acquire(blocking=False):
            seen.append(runs.standing(account, upload, CLIENTS).percent)
            asked.release()
        return next(moments)

    runs = Runs(parts.store, parts.directory, clock=clock)
    runs.begin(account, bench.upload(account, upload), ColumnMapping(), company.ada, BadRows.STOP).join(60)
    assert runs.standing(account, upload, CLIENTS) == Standing(Run.DONE, 99, "")
    assert any(67 < percent < 99 for percent in seen[:-1])
