# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import time
from base64 import b64encode
from contextlib import suppress
from pathlib import Path

import pytest

from tests.cli.commands import Shell, children_of
from tests.programs import find_program

pytestmark = pytest.mark.e2e


def ask(address, method, path, body=None, **headers):
    connection = http.client.HTTPConnection(address, timeout=20)
    connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer, content


def is_gone(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def await_that(condition):
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.05)


@pytest.fixture
def staffed(company):
    (company.folder / "p.csv").write_text("uid,givenName,sn,cn\nada,Ada,Marlowe,Ada Marlowe\n")
    company.ok("import", "p.csv", "--book", "people", "--apply")
    company.ok("account", "add", "ada", "--name", "Ada Marlowe", "--mail", "ada@example.com")
    return company


def test_pages_carddav_and_ldap_answer_from_one_command_and_all_is_gone_after_a_signal(staffed):
    secret = staffed.ok("device-password", "add", "ada", "--label", "test").strip()
    login = "Basic " + b64encode(f"ada:{secret}".encode()).decode()
    with staffed.serving() as served:
        assert ask(served.http, "GET", "/healthz")[0].status == 200
        assert ask(served.http, "GET", "/readyz")[0].status == 200
        assert ask(served.http, "GET", "/")[0].status in {200, 302, 303}
        assert ask(served.http, "PROPFIND", "/dav/ada/people/")[0].status == 401
        answer, content = ask(served.http, "PROPFIND", "/dav/ada/people/", Depth="1", Authorization=login)
        assert answer.status == 207
        assert content.count(b".vcf</") == 1
        assert ask(served.http, "PROPFIND", "/.well-known/carddav", Depth="0", Authorization=login)[0].status in {207, 301}
        searched = subprocess.run(
            [
                find_program("ldapsearch", package="ldap-utils"),
                "-x",
                "-LLL",
                "-H",
                f"ldap://{served.ldap}",
                "-D",
                "ada",
                "-w",
                secret,
                "-b",
                "dc=example,dc=com",
                "(cn=ada*)",
                "cn",
            ],
            capture_output=True,
            text=True,
            check=True,
        )
        assert "cn: Ada Marlowe" in searched.stdout
        everything = children_of(served.process.pid)
        assert len(everything) >= 4
        served.process.send_signal(signal.SIGTERM)
        assert served.process.wait(60) == 0
    assert all(is_gone(pid) for pid in everything)
    log = (staffed.folder / "serve.log").read_text()
    assert secret not in log
    assert '"path": "/dav/ada/people/"' in log


def test_a_new_device_password_works_at_once_and_a_closed_account_is_out_at_once(staffed):
    with staffed.serving("http") as served:
        assert served.ldap == "-"
        secret = staffed.ok("device-password", "add", "ada", "--label", "late").strip()
        login = "Basic " + b64encode(f"ada:{secret}".encode()).decode()
        assert ask(served.http, "PROPFIND", "/dav/ada/", Depth="0", Authorization=login)[0].status == 207
        staffed.ok("account", "close", "ada")
        assert ask(served.http, "PROPFIND", "/dav/ada/", Depth="0", Authorization=login)[0].status == 401


def test_a_worker_that_is_killed_is_replaced(company):
    with company.serving("http") as served:
        before = set(http_workers(served.process.pid))
        assert len(before) == 2
        for worker in before:
            os.kill(worker, signal.SIGKILL)
            await_that(lambda worker=worker: worker not in http_workers(served.process.pid) and is_healthy(served.http))
        await_that(lambda: len(http_workers(served.process.pid)) == 2)
        assert before.isdisjoint(http_workers(served.process.pid))


def http_workers(pid):
    """The processes below one that answer by HTTP, as top(1) shows them."""
    found = []
    for child in children_of(pid):
        with suppress(OSError):
            if (Path("/proc") / str(child) / "comm").read_text().startswith("ds:http"):
                found.append(child)
    return found


def is_healthy(address):
    try:
        return ask(address, "GET", "/healthz")[0].status == 200
    except OSError:
        return False


def test_nothing_is_left_when_the_parent_itself_is_killed(company):
    with company.serving() as served:
        everything = children_of(served.process.pid)
        served.process.kill()
        served.process.wait(30)
        await_that(lambda: all(is_gone(pid) for pid in everything))


@pytest.mark.parametrize("section", ["http", "ldap"])
def test_a_taken_port_is_told_and_nothing_starts(company, section):
    settings = company.folder / "dirserver.toml"
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        lines = settings.read_text().splitlines()
        start = lines.index(f"[{section}]")
        at = next(number for number in range(start, len(lines)) if lines[number].startswith("listen = "))
        lines[at] = f'listen = "127.0.0.1:{port}"'
        settings.write_text("\n".join(lines))
        done = company.run("serve")
    assert done.status == 2
    assert f"127.0.0.1:{port}: the port is taken" in done.err
    assert f"[{section}] listen" in done.err
    assert '"event": "ready"' not in done.err


def test_systemd_is_told_when_it_is_ready_and_when_it_stops(company, monkeypatch):
    address = company.folder / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.bind(str(address))
        channel.settimeout(60)
        process = subprocess.Popen(
            company.command("serve", "ldap"),
            cwd=company.folder,
            env={**company.environment, "NOTIFY_SOCKET": str(address)},
            stderr=subprocess.DEVNULL,
        )
        try:
            assert channel.recv(4096).startswith(b"READY=1\n")
            process.send_signal(signal.SIGINT)
            assert channel.recv(4096) == b"STOPPING=1"
            assert process.wait(60) == 0
        finally:
            process.kill()
            process.wait()


def test_a_body_over_the_limit_and_a_path_with_a_query_leave_no_trace_of_what_was_sent(company):
    with company.serving("http") as served:
        answer, _ = ask(served.http, "PUT", "/dav/x", "", Content_Length=str(10**9))
        assert answer.status == 413
        ask(served.http, "GET", "/people?q=verysecretsearch")
    assert "verysecretsearch" not in (company.folder / "serve.log").read_text()


def test_a_restore_is_refused_while_a_server_uses_the_database(company):
    company.ok("backup", "b.zip")
    with company.serving("http") as served:
        assert ask(served.http, "GET", "/readyz")[0].status == 200
        done = company.run("restore", "b.zip", "--yes")
        assert (done.status, "stop it first" in done.err) == (5, True)
        assert ask(served.http, "GET", "/readyz")[0].status == 200
    company.ok("restore", "b.zip", "--yes")


@pytest.mark.postgresql
def test_two_nodes_share_one_postgresql(tmp_path, postgres_url):
    first, second = Shell(tmp_path / "first"), Shell(tmp_path / "second")
    for node in (first, second):
        node.folder.mkdir()
    first.ok("init", "--domain", "example.com", "--database", postgres_url)
    for name in ("dirserver.key", "dirserver.toml"):
        (second.folder / name).write_bytes((first.folder / name).read_bytes())
        (second.folder / name).chmod(0o600)
    for node in (first, second):
        node.listen_on_free_ports()
    first.ok("account", "add", "ada", "--name", "Ada", "--mail", "ada@example.com")
    secret = first.ok("device-password", "add", "ada", "--label", "x").strip()
    login = "Basic " + b64encode(f"ada:{secret}".encode()).decode()
    card = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:x1\r\nFN:Grace\r\nN:Hopper;Grace;;;\r\nEND:VCARD\r\n"
    with first.serving("http") as one, second.serving("http") as other:
        assert ask(one.http, "PUT", "/dav/ada/contacts/x1.vcf", card, Authorization=login, Content_Type="text/vcard")[0].status == 201
        answer, content = ask(other.http, "GET", "/dav/ada/contacts/x1.vcf", Authorization=login)
        assert (answer.status, b"FN:Grace" in content) == (200, True)
    assert second.run("check").status == 0
