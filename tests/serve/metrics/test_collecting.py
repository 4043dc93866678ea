# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client.exposition import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from dirserver.config.values import FilePath
from dirserver.metering.board import Board
from dirserver.metering.meter import Meter, State
from dirserver.model.principal import Door
from dirserver.serve.metrics.catalogue import ALL
from dirserver.serve.metrics.collecting import Collection
from dirserver.wiring import Parts, wire
from tests.certificates import make_certificate
from tests.web.folder import make_parts

Labels = tuple[tuple[str, str], ...]


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Parts]:
    parts = make_parts(tmp_path)
    yield parts
    parts.close()


def told(collection: Collection) -> dict[tuple[str, Labels], float]:
    text = generate_latest(collection).decode()
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_what_workers_count_is_told(made: Parts) -> None:
    board = Board.make(["main", "http-1", "ldap-1", "push"])
    main, http, ldap, push = board.slots()
    main.begin(os.getpid())
    main.be_up()
    main.done_daily()
    push.begin(2**22 + 1)
    push.end()
    http.begin(os.getpid())
    ldap.begin(os.getpid())
    first, second = Meter.of_http(http), Meter.of_ldap(ldap)
    first.answers.note("dav", 2, 0.000_04)
    first.refused(Door.DAV, is_throttled=True)
    first.settle(State(connections=3, most_connections=9, welcomed=5, turned_away_address=2, places=4, busy=1, unreadable=7))
    second.answers.note("bind", 49, 0.2)
    second.settle(State(waiting=6))
    found = told(Collection(made.config, board, made.vitals))
    expected = {
        "dirserver_worker_up worker=main": 1,
        "dirserver_worker_up worker=push": 0,
        "dirserver_worker_starts_total worker=push": 1,
        "dirserver_worker_deaths_total worker=push": 1,
        "dirserver_worker_deaths_total worker=http-1": 0,
        "dirserver_http_requests_unreadable_total worker=http-1": 7,
        "dirserver_http_requests_total door=dav status=2xx worker=http-1": 1,
        "dirserver_http_requests_total door=pages status=5xx worker=http-1": 0,
        "dirserver_http_request_duration_seconds_bucket door=dav le=0.001 worker=http-1": 1,
        "dirserver_ldap_operations_total code=49 operation=bind worker=ldap-1": 1,
        "dirserver_ldap_operations_total code=80 operation=search worker=ldap-1": 0,
        "dirserver_sign_ins_refused_total door=dav reason=throttled worker=http-1": 1,
        "dirserver_connections worker=http-1": 3,
        "dirserver_connections_limit worker=http-1": 9,
        "dirserver_connections_total worker=http-1": 5,
        "dirserver_connections_refused_total reason=address worker=http-1": 2,
        "dirserver_threads_busy worker=http-1": 1,
        "dirserver_requests_waiting worker=ldap-1": 6,
        "dirserver_database_up": 1,
        "dirserver_letters_waiting": 0,
        "dirserver_push_subscriptions state=behind": 0,
    }
    flat = {" ".join([name, *(f"{key}={value}" for key, value in labels)]): value for (name, labels), value in found.items()}
    assert {key: flat.get(key) for key in expected} == expected
    assert flat["dirserver_worker_resident_memory_bytes worker=main"] > 10_000_000
    assert "dirserver_worker_resident_memory_bytes worker=push" not in flat
    assert flat["dirserver_daily_last_success_timestamp_seconds"] > 1_600_000_000
    assert flat["dirserver_database_size_bytes file=main"] > 0


def test_each_name_that_is_told_is_explained(made: Parts) -> None:
    board = Board.make(["main", "http-1", "ldap-1"])
    known = {each.name for each in ALL}
    names = {name for name, _ in told(Collection(made.config, board, made.vitals))}
    endings = ("_bucket", "_count", "_sum", "")
    assert [name for name in names if not any(name.removesuffix(end) in known for end in endings)] == []


def test_when_a_certificate_expires_is_told_and_one_that_cannot_be_read_is_left_out(made: Parts, tmp_path: Path) -> None:
    files = make_certificate(tmp_path)
    http = replace(made.config.http, tls_certificate=FilePath(str(files.certificate)))
    ldap = replace(made.config.ldap, tls_certificate=FilePath(str(tmp_path / "gone.pem")))
    found = told(Collection(replace(made.config, http=http, ldap=ldap), Board.make(["main"]), made.vitals))
    name = "dirserver_certificate_expiry_timestamp_seconds"
    assert [labels for told_name, labels in found if told_name == name] == [(("setting", "http"),)]


def test_a_database_that_does_not_answer_is_told_and_everything_else_still(made: Parts, tmp_path: Path) -> None:
    parts = wire(made.config)
    collection = Collection(made.config, Board.make(["main"]), parts.vitals)
    parts.close()
    for file in tmp_path.glob("dirserver.db*"):
        file.unlink()
    (tmp_path / "dirserver.db").mkdir()
    found = told(collection)
    assert found["dirserver_database_up", ()] == 0
    assert ("dirserver_change_number", ()) not in found
    assert ("dirserver_worker_up", (("worker", "main"),)) in found
