# SPDX-License-Identifier: GPL-3.0-or-later
"""What it costs to tell phones: `python benchmarks/push.py [--people N] [--url URL]`.

Each of the people has two subscriptions, to a book that all read and to their own. The push service is a process of its own on loopback,
so what it and the network need is not in it.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import insert

sys.path.insert(0, str(Path(__file__).parents[1]))

from dirserver.card.fields import from_attributes
from dirserver.config import PushSettings
from dirserver.directory.directory import Directory
from dirserver.directory.views.entry import Draft
from dirserver.model.book import BookKind, Level
from dirserver.model.grant import Grant, Subject
from dirserver.model.principal import Principal
from dirserver.push.delivering import Delivery
from dirserver.push.destination import Destinations
from dirserver.push.follower import Follower
from dirserver.push.keys import PushKeys
from dirserver.store.engine.opening import Store, open_store
from dirserver.store.schema.tables import account, book, push_subscription
from tests.cast import CLASSES
from tests.push.service import Answer, Phone, push_service

SYSTEM = Principal.system()
FIRST = 1_000


def now_us() -> int:
    return time.time_ns() // 1000


def take_everything(told: multiprocessing.Queue[str]) -> None:
    with push_service() as service:
        service.take = lambda _: Answer()
        told.put(service.origin)
        time.sleep(3_600)


def fill(store: Store, directory: Directory, people: int, origin: str) -> None:
    with directory.writing(SYSTEM) as writing:
        shared = writing.add_book("people", BookKind.PEOPLE, "People").book.id
        writing.grant(Grant(writing.book("people").slug, Subject.parse("authenticated"), Level.VIEW, ("public", "work")))
    phones = [Phone(f"{origin}/up") for _ in range(20)]
    numbers = range(FIRST, FIRST + people)
    flags = {"is_admin": False, "is_active": True, "is_loopback_only": False, "created_us": 0}
    with store.writing() as tx:
        logins = [{"id": number, "uuid": f"u{number}", "login": f"a{number}", "login_key": f"a{number}", **flags} for number in numbers]
        tx.connection.execute(insert(account), logins)
        own = {"kind": "personal", "name": "Contacts", "epoch": "abc", "created_us": 0}
        books = [{"id": number, "uuid": f"{number:036d}", "slug": f"~a{number}", "owner_id": number, **own} for number in numbers]
        tx.connection.execute(insert(book), books)
        subscribed = [
            {
                "id": f"{number} {book_id}",
                "account_id": number,
                "book_id": book_id,
                "resource": f"{origin}/up/{number}",
                "resource_key": str(number),
                "origin": origin,
                "p256dh": phones[number % 20].p256dh,
                "auth": phones[number % 20].auth,
                "number": 0,
                "created_us": 0,
                "expires_us": 2**60,
            }
            for number in numbers
            for book_id in (shared, number)
        ]
        tx.connection.execute(insert(push_subscription), subscribed)
        if not store.is_sqlite:
            tx.connection.exec_driver_sql("ANALYZE")


def cpu_us(what: Callable[[], object], times: int) -> float:
    before = time.process_time()
    for _ in range(times):
        what()
    return (time.process_time() - before) / times * 1_000_000


def measure(url: str, people: int) -> None:
    told: multiprocessing.Queue[str] = multiprocessing.Queue()
    process = multiprocessing.Process(target=take_everything, args=(told,), daemon=True)
    process.start()
    origin = told.get()
    store = open_store(url)
    directory = Directory(store, CLASSES)
    fill(store, directory, people, origin)
    keys = PushKeys(b"x" * 32, "mailto:postmaster@example.com", clock=now_us)
    delivery = Delivery(keys, Destinations(PushSettings(own_services=(origin,))))
    follower = Follower(store, directory, keys, delivery, clock=now_us)
    pulse = store.pulse()
    print(f"{people} people, {2 * people} subscriptions, {'SQLite' if store.is_sqlite else 'PostgreSQL'}; CPU of this process")
    print(f"  a second in which nothing was written   {cpu_us(pulse.has_moved, 1_000):10.0f} us")
    print(f"  a second in which something was written {cpu_us(follower.step, 20):10.0f} us")
    with directory.writing(SYSTEM) as writing:
        writing.add(writing.book("people"), Draft(from_attributes({"cn": ("Nina Nowak",)}, uid="nina")))
    started = time.perf_counter()
    each = cpu_us(follower.step, 1) / people
    wall_s = time.perf_counter() - started
    print(f"  a message                               {each:10.0f} us; all of them in {wall_s:.1f} s")
    print(f"  memory at its peak                      {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:10.0f} MB")
    pulse.close()
    delivery.close()
    store.close()
    process.kill()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--url", default="")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure(given.url or f"sqlite:///{folder}/push.db", given.people)


if __name__ == "__main__":
    main()
