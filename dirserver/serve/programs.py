# SPDX-License-Identifier: GPL-3.0-or-later
"""Which workers a server is made of, and how each is begun."""

from __future__ import annotations

import http.client
import os
import ssl
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from dirserver.config import Address, Config
from dirserver.listening.binding import bound_at
from dirserver.metering.board import Board, Slot
from dirserver.serve import child
from dirserver.serve.supervisor import Entrance, Program

_PROBE_TIMEOUT_S = 2.0
# -P: the current directory is no place to import from.
_CHILD = (sys.executable, "-P", "-m", "dirserver.serve.child")
MAIN = "main"
"""What the parent is called."""


class Kind(StrEnum):
    """What a worker serves."""

    HTTP = "http"
    LDAP = "ldap"


@dataclass(frozen=True, slots=True)
class Served:
    """The addresses that are open now; None for what was not started."""

    http: Address | None
    ldap: Address | None
    ldaps: Address | None = None
    metrics: Address | None = None


def programs(config: Config, served: Served) -> list[Program]:
    """Return what is to be begun, in this order."""
    settings = ("--config", str(config.file)) if config.file is not None else ()
    begun = []
    if served.http is not None:
        address, with_tls = served.http, bool(config.http.tls_certificate)
        for place in range(config.http.workers):
            words = ("http", "--address", str(address), "--place", str(place), *settings)
            at = (_entrance(address, "http", "listen"),)
            begun.append(_program(f"http-{place + 1}", words, at, is_answering=lambda: _is_alive(address, with_tls=with_tls)))
        if config.push.enabled:
            # Where devices subscribe. Several nodes share the work.
            begun.append(_program("push", ("push", *settings)))
        if config.mail.is_set:
            begun.append(_program("mail", ("mail", *settings)))
    if served.ldap is not None:
        under_tls = ("--tls-address", str(served.ldaps)) if served.ldaps is not None else ()
        words = ("ldap", "--address", str(served.ldap), *under_tls, *settings)
        doors = [_entrance(served.ldap, "ldap", "listen")]
        if served.ldaps is not None:
            doors.append(_entrance(served.ldaps, "ldap", "tls_listen", "--tls-bound-fd"))
        begun += [_program(f"ldap-{number}", words, tuple(doors)) for number in range(1, config.ldap.workers + 1)]
    if served.metrics is not None:
        words = ("metrics", "--address", str(served.metrics), *settings)
        begun.append(_program("metrics", words, (_entrance(served.metrics, "metrics", "listen"),)))
    return begun


def on_board(begun: Sequence[Program]) -> tuple[list[Program], Slot]:
    """Give each program a slot to count in; returns them, and the slot of this process, which is the first."""
    board = Board.make([MAIN, *(program.name for program in begun)])
    own, *slots = board.slots()
    own.begin(os.getpid())
    own.be_up()
    return [replace(program, slot=slot) for program, slot in zip(begun, slots, strict=True)], own


def _program(name: str, words: tuple[str, ...], at: tuple[Entrance, ...] = (), is_answering: Callable[[], bool] = lambda: True) -> Program:
    return Program(name, _CHILD, words, 1, is_answering, run=child.main, entrances=at)


def _entrance(address: Address, section: str, setting: str, word: str = "--bound-fd") -> Entrance:
    return Entrance(word, lambda: bound_at(address, f"[{section}] {setting}").detach())


def _is_alive(address: Address, *, with_tls: bool) -> bool:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address.host, address.host)  # noqa: S104 # where to ask, not where to listen
    # Whether it answers, not whose certificate it is: that names the public host, not this address.
    connection = (
        http.client.HTTPSConnection(host, address.port, timeout=_PROBE_TIMEOUT_S, context=ssl._create_unverified_context())  # noqa: S323, SLF001
        if with_tls
        else http.client.HTTPConnection(host, address.port, timeout=_PROBE_TIMEOUT_S)
    )
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
