# SPDX-License-Identifier: GPL-3.0-or-later
"""How a worker process begins: ``python -m dirserver.serve.child``, or its ``main`` in a fork of the parent; by the supervisor alone."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from dirserver.config import Address, load
from dirserver.errors import DirserverError, Unavailable
from dirserver.metering.board import Board, Slot
from dirserver.serve.lifeline import be_called, die_with_parent
from dirserver.serve.log import configure
from dirserver.serve.plain import structlog
from dirserver.serve.report import Report

# By name: an LDAP worker has no use for Flask, one for letters none for Twisted.
_WORKERS = {
    "http": "dirserver.serve.http_worker",
    "ldap": "dirserver.serve.ldap_worker",
    "mail": "dirserver.serve.mail_worker",
    "metrics": "dirserver.serve.metrics.worker",
    "push": "dirserver.serve.push_worker",
}
# What begins another program, as a page's traceback may do by way of a library, shows its environment to it.
_SECRET_VARIABLES = ("DIRSERVER_DATABASE_URL",)


def main(words: Sequence[str] | None = None) -> int:
    """Run one worker; returns its exit status."""
    parser = argparse.ArgumentParser(prog="dirserver worker")
    parser.add_argument("kind", choices=sorted(_WORKERS))
    parser.add_argument("--name", required=True)
    parser.add_argument("--config", type=Path)
    parser.add_argument("--address", type=Address.parse)
    parser.add_argument("--tls-address", type=Address.parse)
    parser.add_argument("--bound-fd", type=int)
    parser.add_argument("--tls-bound-fd", type=int)
    parser.add_argument("--place", type=int, default=0)
    parser.add_argument("--board-fd", type=int)
    parser.add_argument("--slot", type=int, default=0)
    parser.add_argument("--report-fd", required=True, type=int)
    parser.add_argument("--parent", required=True, type=int)
    given = parser.parse_args(words)
    die_with_parent(given.parent)
    be_called(given.name)
    report = Report(given.report_fd)
    try:
        config = load(given.config)
        configure(config.log, given.name)
        for name in _SECRET_VARIABLES:
            os.environ.pop(name, None)
        importlib.import_module(_WORKERS[given.kind]).run(config, given.address, report, **_more(given))
    except DirserverError as error:
        report.failed(error)
        return 1
    except Exception:  # noqa: BLE001 # outermost frame of the process: the log is all there is
        structlog.get_logger(__name__).exception("worker failed")
        report.failed(Unavailable(f"{given.name} could not start or go on; the log says why"))
        return 1
    return 0


def _more(given: argparse.Namespace) -> Mapping[str, object]:
    """Return what workers of this kind are told besides."""
    slot = None if given.board_fd is None else Slot(Board(given.board_fd), given.slot)
    if slot is not None:
        slot.clear()
    match given.kind:
        case "http":
            return {"place": given.place, "slot": slot, "bound_fd": given.bound_fd}
        case "ldap":
            return {"tls_address": given.tls_address, "slot": slot, "bound_fd": given.bound_fd, "tls_bound_fd": given.tls_bound_fd}
        case "metrics":
            return {"slot": slot, "bound_fd": given.bound_fd}
        case _:
            return {}


if __name__ == "__main__":
    sys.exit(main())
