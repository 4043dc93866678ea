# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import time as clock
from datetime import UTC, date, datetime

import pytest

from dirserver.model.zone import Zone

MADRID = Zone("Europe/Madrid")


def test_a_day_begins_at_its_own_midnight_in_summer_and_in_winter():
    assert MADRID.beginning(date(2027, 1, 31)) == datetime(2027, 1, 30, 23, tzinfo=UTC)
    assert MADRID.beginning(date(2027, 7, 31)) == datetime(2027, 7, 30, 22, tzinfo=UTC)


def test_a_moment_is_shown_as_clocks_there_show_it():
    shown = MADRID.shown(datetime(2027, 7, 1, 12, tzinfo=UTC))
    assert (shown.hour, f"{shown:%Z}", MADRID.called) == (14, "CEST", "Europe/Madrid")
    assert MADRID.moment(datetime(2027, 7, 1, 14)) == shown  # noqa: DTZ001 # what clocks show


def test_without_a_name_it_is_the_machines_own(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    clock.tzset()
    try:
        assert Zone().beginning(date(2027, 1, 31)) == datetime(2027, 1, 30, 15, tzinfo=UTC)
        assert (Zone().shown(datetime(2027, 1, 1, tzinfo=UTC)).hour, Zone().called) == (9, "JST")
    finally:
        monkeypatch.undo()
        clock.tzset()
