# SPDX-License-Identifier: GPL-3.0-or-later
"""SIGHUP: new settings, worker by worker, while clients come and go."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.site import Site, serving, wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

ANONYMOUS_BIND = bytes.fromhex("300c020101600702010304008000")
BOUND = bytes.fromhex("0a0100")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    made.found()
    with serving(made):
        yield made


def status(site: Site, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", site.http_port, timeout=30)
    connection.request("GET", path)
    found = connection.getresponse().status
    connection.close()
    return found


def bound(site: Site, *, hesitates_s: float = 0) -> bool:
    with socket.create_connection(("127.0.0.1", site.ldap_port), timeout=30) as line:
        time.sleep(hesitates_s)
        line.sendall(ANONYMOUS_BIND)
        return BOUND in line.recv(4096)


def reload(site: Site) -> None:
    assert site.process is not None
    before = site.log_file.read_text().count('"event": "reloaded"')
    os.kill(site.process.pid, signal.SIGHUP)
    wait_until(lambda: site.log_file.read_text().count('"event": "reloaded"') > before, "it is reloaded", 90, site.log)


def test_new_settings_are_used_and_nobody_who_comes_meanwhile_is_refused(site: Site) -> None:
    is_over, faults, asked = threading.Event(), [], [0, 0, 0, 0]

    def come_and_go(door: int) -> None:
        while not is_over.is_set():
            try:
                # Who is slow to speak is on the way in for longer.
                good = bound(site, hesitates_s=0.2 * (door - 1)) if door else status(site, "/healthz") == 200
            except (OSError, http.client.HTTPException) as error:
                faults.append(repr(error))
            else:
                asked[door] += 1
                if not good:
                    faults.append(f"a wrong answer at door {door}")

    threads = [threading.Thread(target=come_and_go, args=(door,)) for door in range(4)]
    before = set(site.pids())
    assert status(site, "/api/v1/openapi.json") == 200
    site.set("max_body_bytes", "65536", section="http")
    with (site.folder / "dirserver.toml").open("a") as file:
        file.write("\n[api]\nenabled = false\n")
    for thread in threads:
        thread.start()
    reload(site)
    is_over.set()
    for thread in threads:
        thread.join(60)
    assert faults == []
    assert min(asked) > 3
    assert status(site, "/api/v1/openapi.json") == 404
    assert site.process is not None
    assert before & set(site.pids()) == {site.process.pid}


def test_settings_with_a_mistake_change_nothing(site: Site) -> None:
    before = set(site.pids())
    assert site.process is not None
    (site.folder / "dirserver.toml").write_text("[htpp]\n")
    os.kill(site.process.pid, signal.SIGHUP)
    wait_until(lambda: "did you mean 'http'?" in site.log_file.read_text(), "it is told", 30, site.log)
    assert set(site.pids()) == before
    assert status(site, "/readyz") == 200
    assert bound(site)


def test_where_new_workers_cannot_start_that_is_said_instead(site: Site) -> None:
    before = set(site.pids())
    assert site.process is not None
    key = site.folder / "dirserver.key"
    key.rename(site.folder / "away.key")
    os.kill(site.process.pid, signal.SIGHUP)
    wait_until(lambda: "reloading was given up" in site.log_file.read_text(), "it is told", 90, site.log)
    assert '"event": "reloaded"' not in site.log_file.read_text()
    assert before <= set(site.pids())
    assert status(site, "/readyz") == 200
    (site.folder / "away.key").rename(key)
    reload(site)
    assert before & set(site.pids()) == {site.process.pid}
