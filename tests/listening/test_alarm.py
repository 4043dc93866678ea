# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from twisted.internet.task import Clock

from dirserver.listening.alarm import Alarm


def test_it_calls_once_and_only_what_was_set_last() -> None:
    clock, called = Clock(), list[str]()
    alarm = Alarm(clock)
    alarm.put_off(1)
    alarm.stop()
    alarm.set(5, lambda: called.append("first"))
    alarm.set(5, lambda: called.append("second"))
    clock.advance(4)
    alarm.put_off(5)
    clock.advance(4)
    assert called == []
    clock.advance(1)
    assert called == ["second"]
    alarm.stop()
    alarm.set(5, lambda: called.append("third"))
    alarm.stop()
    clock.advance(10)
    assert called == ["second"]
    assert not clock.getDelayedCalls()


def test_it_may_be_set_anew_by_what_it_calls() -> None:
    clock, called = Clock(), list[int]()
    alarm = Alarm(clock)
    alarm.set(1, lambda: alarm.set(1, lambda: called.append(1)))
    clock.pump([1, 1])
    assert called == [1]


def test_set_for_later_and_then_for_sooner_it_calls_when_it_was_set_for_last() -> None:
    clock, called = Clock(), list[str]()
    alarm = Alarm(clock)
    alarm.set(20, lambda: called.append("handshake"))
    alarm.set(60, lambda: called.append("idle"))
    assert len(clock.getDelayedCalls()) == 1
    clock.advance(20)
    clock.advance(39)
    assert called == []
    alarm.put_off(5)
    clock.advance(4)
    assert called == []
    clock.advance(1)
    assert called == ["idle"]
    alarm.put_off(5)
    clock.advance(10)
    assert called == ["idle"]
    assert not clock.getDelayedCalls()
