# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import re

from dirserver.metering.answers import Counted
from dirserver.serve.metrics import catalogue
from dirserver.serve.metrics.catalogue import ALL, Kind

FEW = {"worker", "door", "status", "operation", "code", "reason", "state", "book", "file", "setting", "version", "python", "database"}
"""Labels whose values are known beforehand, or as many as workers."""


def test_names_are_as_prometheus_wants_them_and_each_is_explained() -> None:
    assert len({each.name for each in ALL}) == len(ALL) > 20
    for each in ALL:
        assert re.fullmatch(r"dirserver_[a-z]+(_[a-z]+)*", each.name)
        assert each.name.endswith("_total") == (each.kind is Kind.COUNTER), each.name
        assert each.text.endswith(".")
        assert set(each.labels) <= FEW, each.name


def test_buckets_hold_those_before_them_too() -> None:
    family = catalogue.HTTP_DURATION.family()
    family.put_durations(Counted("dav", (), (5, 0, 1, 0, 0, 0, 2), 9.5), "http-1", "dav")
    told = {sample.labels.get("le", sample.name): sample.value for sample in family.metric.samples}
    assert (told["0.001"], told["0.005"], told["0.025"], told["+Inf"]) == (5, 5, 6, 8)
    assert (told["dirserver_http_request_duration_seconds_count"], told["dirserver_http_request_duration_seconds_sum"]) == (8, 9.5)
