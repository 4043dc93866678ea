# SPDX-License-Identifier: GPL-3.0-or-later
"""Metrics of a whole server, as Prometheus scrapes them."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from ldap3 import Connection, Server
from prometheus_client.parser import text_string_to_metric_families

from tests.cast import password_of
from tests.e2e.site import Site, free_ports, serving, wait_until

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, int]]:
    made = Site(tmp_path_factory.mktemp("metrics"))
    made.found()
    made.add_account("ada", "Ada")
    (port,) = free_ports(1)
    made.set("listen", f'"127.0.0.1:{port}"', section="metrics")
    with serving(made):
        yield made, port


def scrape(port: int) -> dict[str, float]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as answer:
        text = answer.read().decode()
    found: dict[str, float] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            # Workers share the port: whichever has answered.
            labels = sorted(f"{key}={value}" for key, value in sample.labels.items() if not (key == "worker" and re.search(r"\d", value)))
            name = " ".join([sample.name, *labels])
            found[name] = found.get(name, 0) + sample.value
    return found


def test_what_each_door_answers_is_counted_by_its_outcome(site: tuple[Site, int]) -> None:
    served, port = site
    for path, login in (("/sign-in", ""), ("/dav/ada/", "wrong"), ("/dav/ada/", password_of("ada")), ("/api/v1/people", "")):
        request = urllib.request.Request(f"{served.url}{path}")
        if login:
            manager = urllib.request.HTTPPasswordMgrWithDefaultRealm()
            manager.add_password(None, served.url, "ada", login)
            opener = urllib.request.build_opener(urllib.request.HTTPBasicAuthHandler(manager))
        else:
            opener = urllib.request.build_opener()
        try:
            opener.open(request, timeout=30).close()
        except urllib.error.HTTPError as error:
            error.close()
    server = Server(served.ldap_url)
    for password in ("wrong", password_of("ada")):
        connection = Connection(server, "ada", password)
        connection.bind()
        connection.search("dc=example,dc=com", "(cn=ada)")
        connection.unbind()

    # Workers settle once a second, each at a moment of its own.
    last = ("dirserver_ldap_operations_total code=0 operation=bind", "dirserver_http_requests_total door=api status=4xx")
    first = ("dirserver_http_requests_total door=pages status=2xx", "dirserver_sign_ins_refused_total door=dav reason=credentials")
    wait_until(lambda: all(scrape(port).get(name) for name in (*first, *last)), "all is counted")
    found = scrape(port)
    assert found["dirserver_http_requests_total door=pages status=2xx"] == 1
    assert found["dirserver_http_requests_total door=api status=4xx"] == 1
    assert found["dirserver_http_requests_total door=dav status=4xx"] >= 2
    assert found["dirserver_ldap_operations_total code=49 operation=bind"] == 1
    assert found["dirserver_sign_ins_refused_total door=ldap reason=credentials"] == 1
    assert found["dirserver_sign_ins_refused_total door=dav reason=credentials"] >= 1
    assert found["dirserver_http_request_duration_seconds_count door=pages"] == 1
    assert found["dirserver_connections_total"] > 0
    assert found["dirserver_database_up"] == 1
    assert not re.search(r"\bada\b", " ".join(found))


def test_a_worker_that_dies_is_seen_to_have_been_started_again_and_so_are_the_metrics(site: tuple[Site, int]) -> None:
    served, port = site
    pids = {name: pid for pid in served.pids() for name in [Path(f"/proc/{pid}/comm").read_text().strip()]}
    os.kill(pids["ds:ldap-1"], signal.SIGKILL)
    wait_until(lambda: scrape(port)["dirserver_worker_starts_total"] == 4, "one of the three is there for the second time")
    wait_until(lambda: scrape(port)["dirserver_worker_up"] == 3, "it is ready again")
    assert scrape(port)["dirserver_worker_deaths_total"] == 1
    # What the others have counted since the start outlives the process that tells it.
    os.kill(pids["ds:metrics"], signal.SIGKILL)

    def is_back() -> bool:
        try:
            return scrape(port)["dirserver_worker_starts_total worker=metrics"] == 2
        except OSError:
            return False

    wait_until(is_back, "metrics are told again")
    assert served.process is not None
    os.kill(served.process.pid, signal.SIGHUP)
    wait_until(lambda: '"event": "reloaded"' in served.log_file.read_text(), "it is reloaded", 90, served.log)
    # Who is followed by another one hasn't died.
    found = scrape(port)
    assert found["dirserver_worker_starts_total"] >= 6
    assert found["dirserver_worker_deaths_total"] == 1


def test_slow_clients_keep_nobody_from_the_metrics(site: tuple[Site, int]) -> None:
    _, port = site
    slow = [socket.create_connection(("127.0.0.1", port), timeout=30) for _ in range(40)]
    try:
        for line in slow[:20]:
            line.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n")
        assert scrape(port)["dirserver_database_up"] == 1
    finally:
        for line in slow:
            line.close()


def test_the_doors_tell_nothing(site: tuple[Site, int]) -> None:
    served, _ = site
    connection = http.client.HTTPConnection("127.0.0.1", served.http_port, timeout=30)
    connection.request("GET", "/metrics")
    assert connection.getresponse().status in {302, 303, 404}
    connection.close()
