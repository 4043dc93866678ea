# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families

from dirserver.serve.metrics import catalogue
from dirserver.serve.metrics.page import Page


class One:
    def collect(self) -> Iterator[Metric]:
        family = catalogue.ENTRIES.family()
        family.put(3, "people", 'a "quoted"\nstate')
        yield family.metric


class Broken:
    def collect(self) -> Iterator[Metric]:
        raise ZeroDivisionError("a secret")


def ask(page: Page, method: str, path: str) -> tuple[str, dict[str, str], str]:
    told: list[Any] = []
    environ: Any = {"REQUEST_METHOD": method, "PATH_INFO": path}
    content = b"".join(page(environ, lambda *begun: told.append(begun)))  # type: ignore[arg-type, return-value]
    ((status, headers),) = told
    assert dict(headers)["Content-Length"] == str(len(content))
    return status[:3], dict(headers), content.decode()


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_metrics_come_as_prometheus_reads_them(method: str) -> None:
    status, headers, text = ask(Page(One()), method, "/metrics")
    assert (status, headers["Content-Type"]) == ("200", "text/plain; version=0.0.4; charset=utf-8")
    (family,) = text_string_to_metric_families(text)
    assert (family.name, family.type, family.samples[0].value) == ("dirserver_entries", "gauge", 3)
    assert family.samples[0].labels == {"book": "people", "state": 'a "quoted"\nstate'}


@pytest.mark.parametrize(
    "method, path, status",
    [("GET", "/", "404"), ("GET", "/metrics/", "404"), ("GET", "/healthz", "404"), ("POST", "/metrics", "405"), ("PUT", "/x", "404")],
)
def test_there_is_nothing_else(method: str, path: str, status: str) -> None:
    assert ask(Page(One()), method, path)[0] == status


def test_a_fault_is_told_without_what_it_was() -> None:
    status, _, text = ask(Page(Broken()), "GET", "/metrics")
    assert status == "500"
    assert "secret" not in text
