# SPDX-License-Identifier: GPL-3.0-or-later
"""10 000 LDAP connections that do nothing: `python benchmarks/crowd.py [--connections N]`.

Prints what one of them costs in memory (RSS of the one LDAP process, anonymous connections that asked one thing; the kernel's
buffers are not in it), the CPU of a quiet second with all of them, what somebody else waits meanwhile, and the same for searches that are
kept open to be told of changes: one change, told to all.
"""

from __future__ import annotations

import argparse
import resource
import socket
import tempfile
import time
from pathlib import Path

from dirserver.config import load
from dirserver.ldap.mirror.requests import PERSISTENT_SEARCH
from dirserver.ldap.wire.message import BindRequest, Control, Message, Scope, SearchRequest
from dirserver.model.filter import Equality, Present
from dirserver.model.modification import Modification, Operation
from dirserver.model.principal import Principal
from dirserver.wiring import wire
from tests.cast import make_company, password_of, uuid_of
from tests.ldap.conftest import Server, free_port, start_server
from tests.ldap.mirror.copies import watch_value
from tests.ldap.speech import encode_message

ROOT_DSE = encode_message(Message(1, SearchRequest("", Scope.BASE, Present("objectClass"), ("1.1",))))
FOLLOWERS = 1_000


def memory(server: Server) -> int:
    """RSS in octets."""
    return int(Path(f"/proc/{server.process.pid}/statm").read_text().split()[1]) * resource.getpagesize()


def cpu_s(server: Server) -> float:
    """CPU that the process has used."""
    user, system = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / 100


def connected(server: Server, number: int) -> socket.socket:
    """Open a connection from one of many addresses of loopback, since one has only so many ports."""
    client = socket.socket()
    client.bind((f"127.0.{number // 20_000}.2", 0))
    client.settimeout(60)
    client.connect(("127.0.0.1", server.port))
    return client


def served_ms(server: Server) -> float:
    """How long somebody waits who connects, signs in and looks for Ada."""
    begun = time.perf_counter()
    with server.connect() as client:
        client.sendall(encode_message(Message(1, BindRequest(3, "dov", password_of("dov").encode()))))
        client.recv(1000)
        client.sendall(encode_message(Message(2, SearchRequest("dc=example,dc=com", Scope.SUBTREE, Equality("uid", "ada")))))
        client.recv(10_000)
    return (time.perf_counter() - begun) * 1e3


def crowd(server: Server, count: int) -> None:
    """Measure idle connections."""
    served_ms(server)
    before, cpu = memory(server), cpu_s(server)
    clients = []
    for number in range(count):
        clients.append(connected(server, number))
        clients[-1].sendall(ROOT_DSE)
        clients[-1].recv(1000)
    octets, spent = (memory(server) - before) / count, (cpu_s(server) - cpu) / count
    print(f"{count} connections: {octets / 1024:.1f} KiB each, {spent * 1e6:.0f} us CPU each")
    cpu = cpu_s(server)
    time.sleep(5)
    print(f"a second with all of them: {(cpu_s(server) - cpu) / 5 * 1e3:.1f} ms CPU; somebody else waits {served_ms(server):.1f} ms")
    for client in clients:
        client.close()


def followers(server: Server, file: Path) -> None:
    """Measure searches that are kept open."""
    wanted = SearchRequest("dc=example,dc=com", Scope.SUBTREE, Equality("uid", "zoe"), ("title",))
    control = Control(PERSISTENT_SEARCH, is_critical=True, value=watch_value())
    time.sleep(2)
    before, clients = memory(server), []
    for number in range(FOLLOWERS):
        client = connected(server, number)
        client.sendall(encode_message(Message(1, BindRequest(3, "dov", password_of("dov").encode()))))
        client.recv(1000)
        client.sendall(encode_message(Message(2, wanted, (control,))))
        clients.append(client)
    time.sleep(3)
    print(f"{FOLLOWERS} persistent searches: {(memory(server) - before) / FOLLOWERS / 1024:.1f} KiB each")
    cpu = cpu_s(server)
    time.sleep(5)
    print(f"a second without a change: {(cpu_s(server) - cpu) / 5 * 1e3:.1f} ms CPU")
    parts = wire(load(file))
    cpu, begun = cpu_s(server), time.perf_counter()
    with parts.directory.writing(Principal.system()) as writing:
        writing.modify(uuid_of("zoe"), [Modification("title", Operation.REPLACE, ("New",))])
    for client in clients:
        client.recv(10_000)
    waited = time.perf_counter() - begun
    print(f"one change: the last has heard after {waited:.2f} s, {(cpu_s(server) - cpu) / FOLLOWERS * 1e6:.0f} us CPU each")
    parts.close()


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--connections", type=int, default=10_000)
    count = parser.parse_args().connections
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "dirserver.toml"
        (Path(folder) / "dirserver.key").write_text("A" * 43 + "=")
        (Path(folder) / "dirserver.key").chmod(0o600)
        settings = f"max_connections = {count + 100}\nidle_timeout_before_bind_s = 600\npersistent_searches = {FOLLOWERS}\n"
        file.write_text(f'domain = "example.com"\n[ldap]\n{settings}persistent_searches_per_account = {FOLLOWERS}\n')
        parts = wire(load(file), may_create=True)
        make_company(parts)
        parts.close()
        server = start_server(file, free_port())
        try:
            crowd(server, count)
            followers(server, file)
        finally:
            server.process.terminate()
            server.process.wait(60)


if __name__ == "__main__":
    main()
