# SPDX-License-Identifier: GPL-3.0-or-later
"""What the pages cost one worker: `python benchmarks/pages.py [--people N ...] [--folder FOLDER]`.

The application itself, without a server around it (that adds 27 to 44 us): one employee who is signed in asks one page after the
other, each time with another word. "CPU" is the process's own time, "p99" the slowest of a hundred, "a second" what one core would
serve. ``--folder`` asks a database that is there (dirserver.db, dirserver.key, an account ada) and leaves it alone but for a session.
"""

from __future__ import annotations

import argparse
import itertools
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from dirserver.demo.people import generate_csv
from dirserver.exchange.applying import BadRows, apply
from dirserver.exchange.planning import plan
from dirserver.model.book import BookKind, Level
from dirserver.model.grant import Grant, Subject
from dirserver.model.names import Slug
from dirserver.model.principal import Door, Principal
from dirserver.web.app import make_app
from dirserver.wiring import Parts
from tests.web.folder import make_parts, open_parts

TYPED = (
    "mar now ska gon hern kowal sil ber anna lopez eira qu zie oliv tom xyz krzy müll garc fern wisn dobr smit john berg santos "
    "pere łuka zuzan"
).split()
WRONG = "kowalksi smiht garzia fernandes wisniewsky krzystof".split()
LEAST_S = 2.0


def measure(what: str, ask: Callable[[], int]) -> None:
    """Ask for two seconds of CPU, after a round that warms up; print a row."""
    for _ in range(len(TYPED)):
        octets = ask()
    took: list[float] = []
    began = time.process_time()
    while time.process_time() - began < LEAST_S or len(took) < 5:
        start = time.process_time()
        octets = ask()
        took.append(time.process_time() - start)
    mean = sum(took) / len(took)
    worst = sorted(took)[int(len(took) * 0.99)]
    print(f"| {what:40} | {len(took):5} | {mean * 1e3:8.2f} | {worst * 1e3:8.2f} | {1 / mean:8.0f} | {octets:7} |", flush=True)


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
    print(f"\n{count} people\n\n| {'page':40} | times |  CPU, ms |  p99, ms | a second |  octets |")
    print(f"|{'-' * 42}|------:|---------:|---------:|---------:|--------:|")
    typed, wrong, person = itertools.cycle(TYPED), itertools.cycle(WRONG), itertools.cycle(names)
    measure("search as you type", lambda: get(f"/?q={next(typed)}&part=results"))
    measure("search, the whole page", lambda: get(f"/?q={next(typed)}"))
    measure("a typing mistake", lambda: get(f"/?q={next(wrong)}&part=results"))
    measure("a word that very many have (engineering)", lambda: get("/?q=engineering&part=results"))
    measure("the front page", lambda: get("/"))
    measure("narrowed down by site", lambda: get("/?site=Warszawa&part=results"))
    measure("photos", lambda: get(f"/?q={next(typed)}&look=gallery&part=results"))
    measure("a table, sorted", lambda: get(f"/?q={next(typed)}&look=table&sort=title&part=results"))
    measure("a person", lambda: get(f"/people/{next(person)}"))
    measure("the chart", lambda: get("/people/chart"))


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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
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
