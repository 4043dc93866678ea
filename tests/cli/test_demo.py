# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import http.client
import signal
import subprocess
import time
from base64 import b64encode

import pytest

from tests.cli.commands import children_of, free_port

SMALL = ("--people", "20")


def test_a_company_is_made_once_and_kept(shell):
    first = shell.run("demo", *SMALL, "--prepare-only")
    assert first.status == 0, first.err
    assert "made: 20 people" in first.err
    shell.ok("account", "add", "guest", "--name", "G", "--mail", "g@example.com", "--config", "demo/dirserver.toml")
    second = shell.run("demo", *SMALL, "--prepare-only")
    assert second.status == 0
    assert "made:" not in second.err
    logins = [each["login"] for each in shell.json("account", "list", "--config", "demo/dirserver.toml")]
    assert {"ada", "bruno", "chika", "dov", "esme", "admin", "guest"} <= set(logins)
    shell.ok("check", "--config", "demo/dirserver.toml")


@pytest.mark.parametrize("option", ["--http", "--ldap"])
@pytest.mark.parametrize("address", ["0.0.0.0:8080", "192.0.2.1:80", "nonsense"])
def test_it_listens_on_loopback_only_because_its_passwords_are_known_to_everybody(shell, option, address):
    done = shell.run("demo", *SMALL, option, address)
    assert done.status == 2
    assert not (shell.folder / "demo").exists()


def test_a_folder_that_holds_something_else_is_left_alone(shell):
    (shell.folder / "demo").mkdir()
    (shell.folder / "demo" / "mine").write_text("x")
    done = shell.run("demo", *SMALL, "--prepare-only")
    assert (done.status, "holds something else" in done.err) == (2, True)
    assert [path.name for path in (shell.folder / "demo").iterdir()] == ["mine"]


@pytest.mark.e2e
def test_it_serves_tells_what_to_try_and_ends_with_ctrl_c(shell):
    addresses = [f"127.0.0.1:{free_port()}" for _ in range(2)]
    command = shell.command("demo", *SMALL, "--http", addresses[0], "--ldap", addresses[1])
    with (shell.folder / "demo.log").open("w") as log:
        process = subprocess.Popen(command, cwd=shell.folder, env=shell.environment, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + 120
        while "Ctrl-C ends it" not in (told := (shell.folder / "demo.log").read_text()):
            assert process.poll() is None, told
            assert time.monotonic() < deadline, told
            time.sleep(0.05)
        assert f"http://{addresses[0]}/dav/" in told
        assert f"ldapsearch -x -H ldap://{addresses[1]} -D ada" in told
        assert "█" in told
        assert answer(addresses[0]) == 207
        assert answer(addresses[0], "203.0.113.9") in {401, 403}
        workers = children_of(process.pid)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
        assert workers
    finally:
        process.kill()
        process.wait()


def answer(address, client=None):
    """The status of Ada's phone asking; ``client`` is whom a proxy would name."""
    login = b64encode(b"ada:demo-ada-device").decode()
    forwarded = {"X-Forwarded-For": client, "X-Forwarded-Proto": "https"} if client else {}
    connection = http.client.HTTPConnection(address, timeout=30)
    connection.request("PROPFIND", "/dav/ada/", headers={"Depth": "0", "Authorization": f"Basic {login}", **forwarded})
    status = connection.getresponse().status
    connection.close()
    return status
