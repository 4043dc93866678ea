# SPDX-License-Identifier: GPL-3.0-or-later
"""Workers share out the cores of the machine."""

from __future__ import annotations

import multiprocessing
import os
from multiprocessing.connection import Connection

from dirserver.serve.cores import Cores

_FORK = multiprocessing.get_context("fork")


def _worker(cores: Cores, line: Connection) -> None:
    cores.settle()
    line.send(os.sched_getaffinity(0))
    line.recv()


class _Worker:
    """A process that settles on a core and stays until it is told to go."""

    def __init__(self, cores: Cores) -> None:
        self._line, theirs = _FORK.Pipe()
        self._process = _FORK.Process(target=_worker, args=(cores, theirs))
        self._process.start()
        self.core: set[int] = self._line.recv()

    def end(self) -> None:
        self._line.send(None)
        self._process.join()


def test_each_worker_stays_on_one_core_and_who_comes_for_another_takes_its_core() -> None:
    before = os.sched_getaffinity(0)
    cores = Cores(first=8080)
    workers = [_Worker(cores) for _ in range(len(before))]
    assert sorted(core for worker in workers for core in worker.core) == sorted(before)
    workers[0].end()
    successor = _Worker(cores)
    assert successor.core == workers[0].core
    for worker in (*workers[1:], successor):
        worker.end()
    assert os.sched_getaffinity(0) == before


def test_more_workers_than_cores_share_them_evenly() -> None:
    there = os.sched_getaffinity(0)
    cores = Cores(first=0)
    workers = [_Worker(cores) for _ in range(2 * len(there))]
    settled = [core for worker in workers for core in worker.core]
    assert {settled.count(core) for core in there} == {2}
    for worker in workers:
        worker.end()
