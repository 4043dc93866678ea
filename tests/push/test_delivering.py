# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import socket
import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from dirserver.config import PushSettings
from dirserver.push import delivering
from dirserver.push.connection import Answer
from dirserver.push.delivering import Delivery, Fate, Letter, outcome_of, read_retry_after
from dirserver.push.destination import Destinations
from dirserver.push.keys import PushKeys
from tests.parts import KEY, Clock
from tests.push.service import Phone, PushService


def letter(phone: Phone, resource: str = "") -> Letter:
    return Letter("id", resource or phone.resource, phone.p256dh, phone.auth, b"<push-message/>")


def delivery(settings: PushSettings, **others) -> Delivery:
    return Delivery(PushKeys(KEY, "mailto:it@example.com", clock=Clock()), Destinations(settings, **others))


@pytest.mark.parametrize(
    "status, fate",
    [
        (200, Fate.TAKEN),
        (201, Fate.TAKEN),
        (204, Fate.TAKEN),
        (301, Fate.REFUSED),
        (307, Fate.REFUSED),
        (400, Fate.REFUSED),
        (401, Fate.REFUSED),
        (403, Fate.REFUSED),
        (404, Fate.GONE),
        (410, Fate.GONE),
        (413, Fate.REFUSED),
        (429, Fate.LATER),
        (500, Fate.LATER),
        (503, Fate.LATER),
    ],
)
def test_what_a_push_service_s_answer_means(status, fate):
    assert outcome_of(Answer(status, "")).fate is fate


def test_a_wait_is_seconds_or_a_time_and_never_for_ever():
    assert read_retry_after("120") == 120.0
    assert read_retry_after("99999999999999999999") == 6 * 3600
    assert read_retry_after(format_datetime(datetime.now(UTC) + timedelta(seconds=100), usegmt=True)) == pytest.approx(100, abs=5)
    assert read_retry_after("Wed, 21 Oct 2015 07:28:00 GMT") == 0.0
    for nothing in ("", "soon", "-1", "²", "Wed, 99 Foo 0000 00:00:00 GMT"):
        assert read_retry_after(nothing) is None


def test_a_name_that_leads_inside_is_never_connected_to(service: PushService):
    # The name is public as far as anybody can see; its address is not.
    outcome = delivery(PushSettings(), resolve=lambda host, port: ("127.0.0.1",)).deliver(
        letter(service.phone(), "https://rebind.example/x")
    )
    assert outcome.fate is Fate.FAILED
    assert service.connections == 0


def test_what_the_operator_has_forbidden_since_is_over(service: PushService):
    assert delivery(PushSettings()).deliver(letter(service.phone())).fate is Fate.GONE
    assert service.connections == 0


def test_the_next_address_is_tried_when_one_refuses(service: PushService):
    settings = PushSettings(own_services=(service.origin.replace("127.0.0.1", "localhost"),))
    # Nobody listens on the second address of loopback.
    made = delivery(settings, resolve=lambda host, port: ("127.0.0.2", "127.0.0.1"))
    phone = service.phone()
    assert made.deliver(letter(phone, phone.resource.replace("127.0.0.1", "localhost"))).fate is Fate.TAKEN
    assert service.received[0].headers["host"] == service.origin.removeprefix("http://").replace("127.0.0.1", "localhost")


def test_addresses_are_remembered_for_a_moment(service: PushService):
    asked = []

    def resolve(host: str, port: int) -> tuple[str, ...]:
        asked.append(host)
        return ("127.0.0.1",)

    made = delivery(PushSettings(own_services=(service.origin,)), resolve=resolve)
    for _ in range(3):
        assert made.deliver(letter(service.phone())).fate is Fate.TAKEN
    assert len(asked) == 1


def test_a_service_that_drips_its_answer_is_cut_off(service: PushService, monkeypatch):
    monkeypatch.setattr(delivering, "DEADLINE_S", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        ended = threading.Event()

        def drip() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(65_536)
                try:
                    while not ended.is_set():
                        connection.sendall(b"H")
                        time.sleep(0.02)
                except OSError:
                    return

        origin = f"http://127.0.0.1:{listening.getsockname()[1]}"
        threads = [threading.Thread(target=drip)]
        made = delivery(PushSettings(own_services=(origin,)))
        outcomes = []
        threads.append(threading.Thread(target=lambda: outcomes.append(made.deliver(letter(service.phone(), f"{origin}/x")))))
        for thread in threads:
            thread.start()
        while not outcomes and threads[1].is_alive():
            made.cut_overdue()
            time.sleep(0.05)
        ended.set()
        for thread in threads:
            thread.join(30)
    assert outcomes[0].fate is Fate.FAILED


def test_three_failures_in_a_row_are_enough_for_a_minute(service: PushService):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        origin = f"http://127.0.0.1:{taken.getsockname()[1]}"
        made = delivery(PushSettings(own_services=(origin, service.origin)))
        fates = [made.deliver(letter(service.phone(), f"{origin}/x")).fate for _ in range(5)]
    assert fates == [Fate.FAILED] * 3 + [Fate.UNTRIED] * 2
    assert made.deliver(letter(service.phone())).fate is Fate.TAKEN


def test_after_its_end_nothing_is_begun(service: PushService):
    made = delivery(PushSettings(own_services=(service.origin,)))
    made.close()
    assert made.deliver(letter(service.phone())).fate is Fate.UNTRIED
    assert service.received == []
