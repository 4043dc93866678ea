# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import io
import json
import time

import pytest

from dirserver.config import LogSettings
from dirserver.config.values import LogFormat
from dirserver.serve.log import AccessLog, OperationLog, shown_path


@pytest.mark.parametrize(
    "path, shown",
    [
        ("/welcome/pJ3kd8FqWv1hN2xYzR7tLm0bC5sAe9uG", "/welcome/***"),
        ("/welcome/pJ3kd8FqWv1hN2xYzR7tLm0bC5sAe9uG/", "/welcome/***/"),
        ("/people/8f14e45f-ceea-467f-a8a5-94a8b1f6d3c1", "/people/8f14e45f-ceea-467f-a8a5-94a8b1f6d3c1"),
        ("/dav/ada/people/8f14e45f-ceea-467f-a8a5-94a8b1f6d3c1.vcf", "/dav/ada/people/8f14e45f-ceea-467f-a8a5-94a8b1f6d3c1.vcf"),
        ("/a\nb\x1b[31m", "/a%0Ab%1B[31m"),
    ],
)
def test_a_path_is_shown_without_secrets_and_control_characters(path, shown):
    assert shown_path(path) == shown


def test_a_path_is_cut():
    assert len(shown_path("/x y" * 1000)) == 300


def test_an_access_line_is_one_json_object():
    stream = io.StringIO()
    AccessLog(LogSettings(format=LogFormat.JSON), "http", stream).write("GET", '/a"\n', 200, time.perf_counter(), "::1")
    line = stream.getvalue()
    assert line.count("\n") == 1
    fields = json.loads(line)
    assert (fields["event"], fields["method"], fields["path"], fields["status"]) == ("request", "GET", '/a"%0A', 200)


def test_a_plain_access_line_is_one_line():
    stream = io.StringIO()
    AccessLog(LogSettings(format=LogFormat.PLAIN), "http", stream).write("GET", "/a", 404, time.perf_counter(), "::1")
    assert " GET /a 404 " in stream.getvalue()
    assert stream.getvalue().count("\n") == 1


def test_lines_of_ldap_are_written_one_at_a_time_or_together_where_many_come():
    stream = io.StringIO()
    log = OperationLog(LogSettings(format=LogFormat.JSON), "ldap", stream)
    log.write("search", 4, 100, 0.3, "::1")
    assert json.loads(stream.getvalue())["entries"] == 100
    for _ in range(5):
        log.write("bind", 0, 0, 0.1, "::1")
    assert stream.getvalue().count("\n") == 1
    log.flush()
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [line["operation"] for line in lines] == ["search"] + ["bind"] * 5
    for _ in range(1000):
        log.write("bind", 0, 0, 0.1, "::1")
    assert stream.getvalue().count("\n") > 900


def test_a_plain_line_of_ldap_is_one_line():
    stream = io.StringIO()
    OperationLog(LogSettings(format=LogFormat.PLAIN), "ldap", stream).write("search", 0, 3, 1.0, "::1")
    assert " search 0, 3 entries 1.0 ms ::1\n" in stream.getvalue()
