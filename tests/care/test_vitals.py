# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections import Counter

import pytest

from dirserver.care import vitals
from dirserver.care.vitals import VitalSigns
from dirserver.model.principal import Door, Principal
from dirserver.store.engine import counters
from tests.cast import Company, uuid_of
from tests.parts import CoreParts


def test_everything_is_new_at_each_look_but_entries_are_counted_seldom(
    parts: CoreParts, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    signs = VitalSigns(parts.store, clock=parts.clock)
    first = signs.look()
    assert (first.letters_waiting, first.letters_failed, first.push.all, first.backup_us) == (0, 0, 0, None)
    with parts.directory.writing(Principal.system(Door.CLI)) as writing:
        writing.trash(uuid_of("esme"))
    with parts.store.writing() as tx:
        counters.note_backup(tx, 7)
    second = signs.look()
    assert second.change_number > first.change_number
    assert (second.backup_us, second.entries) == (7, first.entries)
    monkeypatch.setattr(vitals, "_COUNTED_EVERY_S", 0.0)
    states = Counter({each.state: each.count for each in signs.look().entries if each.kind == "people"})
    assert states["trashed"] == 1
