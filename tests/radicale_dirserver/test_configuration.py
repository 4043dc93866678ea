# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from radicale_dirserver.configuration import DAV_CLASSES, radicale_configuration
from tests.parts import CoreParts


def test_what_would_stop_a_thread_or_open_a_door_is_switched_off(core: CoreParts):
    made = radicale_configuration(core.directory, core.identity)
    assert made.get("auth", "delay") == 0
    assert made.get("server", "delay_on_error") == 0
    assert made.get("web", "type") == "none"
    assert made.get("sharing", "type") == "none"
    assert made.get("hook", "type") == "none"
    assert not made.get("rights", "permit_delete_collection")
    assert not made.get("rights", "permit_overwrite_collection")
    assert made.get("storage", "predefined_collections") == {}
    assert made.get("auth", "urldecode_username")


def test_the_classes_are_those_that_are_answered():
    assert "2" not in DAV_CLASSES.split(", ")
    assert "calendar-access" not in DAV_CLASSES
    assert {"1", "3", "access-control", "addressbook"} <= set(DAV_CLASSES.split(", "))
