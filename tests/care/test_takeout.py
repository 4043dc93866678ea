# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import io
import json
import zipfile

from dirserver.care.takeout import Takeout
from dirserver.care.trail import Trail
from dirserver.identity.holdings import Holdings
from dirserver.model.approval import Approver
from dirserver.model.modification import Modification, Operation
from tests.cast import PEOPLE, uuid_of


def test_proposals_are_told_as_they_are_stored(parts, company):
    with parts.directory.writing(company.system) as writing:
        writing.proposals.let_wait(writing.book(PEOPLE), "title", Approver.parse("manager"))
    with parts.directory.writing(company.ada) as writing:
        writing.modify(uuid_of("ada"), [Modification("title", Operation.REPLACE, ("Queen",))])
    takeout = Takeout(parts.directory, Holdings(parts.store), Trail(parts.store), clock=parts.clock)
    name, octets = takeout.of(company.ada, parts.identity.account("ada"))
    assert name.startswith("my-data-2026-")
    with zipfile.ZipFile(io.BytesIO(octets)) as bundle:
        (told,) = json.loads(bundle.read("proposals.json"))
    assert told["changes"] == {"title": {"before": ["Account Manager"], "after": ["Queen"]}}
    assert (told["state"], told["approver"]) == ("waiting", "manager")
