# SPDX-License-Identifier: GPL-3.0-or-later
"""How long a large import takes and what it needs: `python benchmarks/import.py [--people N] [--url URL] [--again]`.

Makes the CSV and the database in processes of their own, so that the peak of memory is the import's alone.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import tempfile
import time
from pathlib import Path

from dirserver.demo.people import generate_csv
from dirserver.directory.directory import Directory
from dirserver.exchange.applying import apply
from dirserver.exchange.planning import plan
from dirserver.model.book import BookKind
from dirserver.model.principal import Principal
from dirserver.store.engine.opening import open_store


def make_csv(path: Path, people: int) -> None:
    with path.open("wb") as stream:
        generate_csv(people, stream)


def make_book(url: str) -> None:
    operator = Principal.system()
    with Directory(open_store(url), {}).writing(operator) as writing:
        if "people" not in {view.slug for view in writing.books()}:
            writing.add_book("people", BookKind.PEOPLE, "People")


def import_once(url: str, path: Path) -> None:
    store = open_store(url)
    directory, operator = Directory(store, {}), Principal.system()
    before = _peak_mb()
    calls = 0

    def progress(done: int, total: int) -> None:
        nonlocal calls
        assert 0 < done <= total
        calls += 1

    start = time.perf_counter()
    planned = plan(path, directory=directory, principal=operator, book="people", progress=progress)
    between = time.perf_counter()
    applied = apply(planned, directory, operator, progress=progress)
    end = time.perf_counter()
    store.close()
    _tell("plan", between - start, planned.rows, f"{planned.to_add} to add, {planned.unchanged} unchanged")
    _tell("apply", end - between, planned.rows, f"{applied.added} added, {applied.changed} changed")
    memory = f"peak {_peak_mb():.0f} MB, {_peak_mb() - before:.0f} MB above the start"
    _tell("both", end - start, planned.rows, f"{time.process_time():.2f} s of CPU since the process began; {memory}; {calls} steps told")


def _tell(what: str, seconds: float, rows: int, more: str) -> None:
    print(f"  {what:6} {seconds:6.2f} s   {rows / seconds:7.0f} rows/s   {more}")


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _apart(function, *arguments) -> None:
    process = multiprocessing.get_context("spawn").Process(target=function, args=arguments)
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit(process.exitcode)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--url", help="an empty database (postgresql+psycopg://...); default: a SQLite file that goes away")
    parser.add_argument("--again", action="store_true", help="import the same file a second time: nothing changes")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "people.csv"
        url = options.url or f"sqlite:///{folder}/dirserver.db"
        _apart(make_csv, path, options.people)
        _apart(make_book, url)
        print(f"{options.people} people, {path.stat().st_size / 1e6:.1f} MB, {url.partition(':')[0]}")
        _apart(import_once, url, path)
        if options.again:
            print("the same file again")
            _apart(import_once, url, path)


if __name__ == "__main__":
    main()
