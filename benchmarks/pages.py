# SPDX-License-Identifier: GPL-3.0-or-later
"""What the pages cost one worker: `python benchmarks/pages.py [--people N ...] [--folder FOLDER] [--socket]`.

The application itself, without a server around it (that adds 27 to 44 us): one employee who is signed in asks one page after the
other, each time with another word, as the search box does (``part=results``) and as whole pages. "CPU" is the process's own time, "p99"
the slowest of a hundred, "least" the mean over the words of the least that each took: on a busy machine the others hold what waits for
memory. "x bare" is how many times that is what a route of Flask's takes that does nothing, in the same run; "a second" what one core would
serve. ``--folder`` asks a database that is there (dirserver.db, dirserver.key, an account ada) and leaves it alone but for a session.

``--socket`` starts a site with one HTTP worker (with ``--folder``, a copy of the one there, whose ada has the password of the tests' cast)
and asks it on kept connections: how long the very first search takes, then one connection ("wall", median; "p99") and four at a time ("a
second"). "CPU" is of all processes of the site; what this client takes of the same cores is not in it.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from dirserver.demo.people import generate_csv
from dirserver.exchange.applying import BadRows, apply
from dirserver.exchange.planning import plan
from dirserver.model.book import BookKind, Level
from dirserver.model.grant import Grant, Subject
from dirserver.model.names import Slug
from dirserver.model.principal import Door, Principal
from dirserver.web.app import make_app
from dirserver.wiring import Parts
from tests.e2e.pages import Pages
from tests.e2e.site import Site, copied, cpu_s
from tests.web.folder import make_parts, open_parts

TYPED = (
    "mar now ska gon hern kowal sil ber anna lopez eira qu zie oliv tom xyz krzy müll garc fern wisn dobr smit john berg santos "
    "pere łuka zuzan"
).split()
WRONG = "kowalksi smiht garzia fernandes wisniewsky krzystof".split()
NUMBERS = ("5550", "%2B48 22", "030 12", "4711", "0048 22 1")
LEAST_S = 2.0
CONNECTIONS = 4
ASKED = (
    ("search as you type", "/?q={}&part=results", TYPED),
    ("search, the whole page", "/?q={}", TYPED),
    ("the front page", "/", ("",)),
    ("the chart", "/people/chart", ("",)),
)
"""What is asked over a socket."""


def measure(what: str, ask: Callable[[str], int], words: Sequence[str] = ("",), bare_s: float = 0.0) -> float:
    """Ask for two seconds of CPU, after a round that warms up; print a row. Returns the mean of the least that each word took."""
    octets = max(ask(word) for word in words)
    took: list[float] = []
    least = dict.fromkeys(words, float("inf"))
    began = time.process_time()
    for word in itertools.cycle(words):
        if time.process_time() - began > LEAST_S and len(took) >= max(5, len(words)):
            break
        start = time.process_time()
        ask(word)
        took.append(time.process_time() - start)
        least[word] = min(least[word], took[-1])
    mean, best = sum(took) / len(took), sum(least.values()) / len(least)
    worst = sorted(took)[int(len(took) * 0.99)]
    times = f"{mean * 1e3:8.2f} | {worst * 1e3:8.2f} | {best * 1e3:8.2f} | {best / (bare_s or best):6.1f} | {1 / best:8.0f}"
    print(f"| {what:40} | {len(took):5} | {times} | {octets:7} |", flush=True)
    return best


def bare() -> float:
    """Measure a route that does nothing, and return what it takes in seconds."""
    app = Flask("bare")
    app.add_url_rule("/", "show", lambda: "here")
    client = app.test_client()
    return measure("a bare route of Flask's", lambda _: len(client.get("/").data))


def ask_everything(parts: Parts) -> None:
    """Ask each kind of page."""
    account = parts.identity.account("ada")
    secret = parts.identity.open_session(Principal(Door.WEB, account.id, account.login), address="127.0.0.1")
    client = make_app(parts).test_client()
    client.set_cookie("dirserver", secret, domain="localhost")

    def get(path: str) -> int:
        answer = client.get(path)
        assert answer.status_code == 200, (path, answer.status)
        return len(answer.data)

    with parts.directory.reading(Principal.system()) as reading:
        count = reading.count(reading.book("people"))
        names = [entry.name for entry in reading.suggest("mar", books=(Slug("people"),), limit=50).entries]
    # Until what is held in memory is made, SQL answers.
    get("/?q=mar&part=results")
    parts.directory.crowds.settle()
    print(f"\n{count} people\n\n| {'page':40} | times |  CPU, ms |  p99, ms |    least | x bare | a second |  octets |")
    print(f"|{'-' * 42}|------:|---------:|---------:|---------:|-------:|---------:|--------:|")
    least = bare()
    for what, path, words in (
        ("search as you type", "/?q={}&part=results", TYPED),
        ("search, the whole page", "/?q={}", TYPED),
        ("a typing mistake", "/?q={}&part=results", WRONG),
        ("a number", "/?q={}&part=results", NUMBERS),
        ("a word that very many have", "/?q={}&part=results", ["engineering"]),
        ("the front page", "/", [""]),
        ("narrowed down by site", "/?site=Warszawa&part=results", [""]),
        ("photos", "/?q={}&look=gallery&part=results", TYPED),
        ("a table, sorted", "/?q={}&look=table&sort=title&part=results", TYPED),
        ("a person", "/people/{}", names),
        ("the chart", "/people/chart", [""]),
    ):
        measure(what, lambda word, path=path: get(path.format(word)), words, least)  # type: ignore[misc]


@contextmanager
def made(people: int) -> Iterator[Parts]:
    """A database with so many people."""
    with tempfile.TemporaryDirectory() as name:
        parts = make_parts(Path(name))
        system = Principal.system()
        with parts.directory.writing(system) as writing:
            writing.add_book("people", BookKind.PEOPLE, "People")
            writing.grant(Grant(Slug("people"), Subject.parse("authenticated"), Level.VIEW, ("public", "work")))
            writing.grant(Grant(Slug("people"), Subject.parse("self"), Level.EDIT, ("public", "work", "private"), ("mobile",)))
        file = Path(name) / "people.csv"
        with file.open("wb") as stream:
            generate_csv(people, stream)
        with file.open("rb") as stream:
            apply(plan(stream, directory=parts.directory, principal=system, book="people"), parts.directory, system, bad_rows=BadRows.SKIP)
        parts.identity.add_account("ada", name="Ada", mail="ada@example.com", password="a password for the benchmark")
        yield parts
        parts.close()


def ask_over_socket(site: Site) -> None:
    """Start a site's pages in one worker and ask them. Who used them before the start is ada, as after any but the first start."""
    site.set("workers", "1", section="http")
    site.start("serve", "http")
    try:
        Pages(site.http_port, "ada")
        site.stop()
        site.start("serve", "http")
        pages = Pages(site.http_port, "ada")
        for what in ("the first search", "the second search"):
            began = time.perf_counter()
            pages.get(f"/?q={TYPED[0]}&part=results")
            print(f"{what} after the start: {(time.perf_counter() - began) * 1e3:.0f} ms", flush=True)
        _wait_until_quiet(site)
        print(f"\n| {'page':26} | times | wall, ms |  p99, ms |  CPU, ms | a second |")
        print(f"|{'-' * 28}|------:|---------:|---------:|---------:|---------:|")
        others = [pages, *(Pages(site.http_port, "ada") for _ in range(CONNECTIONS - 1))]
        for what, path, words in ASKED:
            paths = [path.format(word) for word in words]
            # Two rounds that warm up.
            _in_turn(pages, [*paths, *paths], 0.0)
            before = cpu_s(site.pids())
            took = sorted(_in_turn(pages, paths, LEAST_S))
            cpu = (cpu_s(site.pids()) - before) / len(took)
            times = f"{statistics.median(took) * 1e3:8.2f} | {took[int(len(took) * 0.99)] * 1e3:8.2f} | {cpu * 1e3:8.2f}"
            print(f"| {what:26} | {len(took):5} | {times} | {_at_once(others, paths):8.0f} |", flush=True)
    finally:
        site.kill()


def _in_turn(pages: Pages, paths: Sequence[str], least_s: float) -> list[float]:
    """Ask for so long, and for each path once at least; return what each took."""
    took: list[float] = []
    began = time.perf_counter()
    for path in itertools.cycle(paths):
        start = time.perf_counter()
        if len(took) >= len(paths) and start - began > least_s:
            return took
        pages.get(path)
        took.append(time.perf_counter() - start)
    return took


def _at_once(many: Sequence[Pages], paths: Sequence[str]) -> float:
    """Ask on several connections at a time; return how many were answered in a second."""
    counts: list[int] = []
    threads = [threading.Thread(target=lambda one=one: counts.append(len(_in_turn(one, paths, LEAST_S)))) for one in many]  # type: ignore[misc]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - began)


def _wait_until_quiet(site: Site) -> None:
    """Wait until what is made behind the pages is made."""
    before = -1.0
    while (now := cpu_s(site.pids())) - before > 0.05:
        before = now
        time.sleep(0.5)


@contextmanager
def made_site(people: int) -> Iterator[Site]:
    """A whole site with so many people."""
    with tempfile.TemporaryDirectory() as name:
        site = Site(Path(name))
        site.found()
        with (site.folder / "people.csv").open("wb") as stream:
            generate_csv(people, stream)
        site.run("import", "people.csv", "--book", "people", "--apply", timeout_s=3600)
        site.add_account("ada", "Ada")
        yield site


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--socket", action="store_true")
    options = parser.parse_args()
    if options.socket and options.folder:
        with tempfile.TemporaryDirectory() as name:
            ask_over_socket(copied(options.folder, Path(name) / "site"))
        return
    if options.socket:
        for people in options.people:
            with made_site(people) as site:
                print(f"\n{people} people")
                ask_over_socket(site)
        return
    if options.folder:
        parts = open_parts(options.folder)
        ask_everything(parts)
        parts.close()
        return
    for people in options.people:
        with made(people) as parts:
            ask_everything(parts)


if __name__ == "__main__":
    main()
