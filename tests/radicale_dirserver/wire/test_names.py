# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from radicale_dirserver.wire.names import calendarserver, carddav, dav, split


def test_clark_names_come_apart_again():
    assert split(dav("href")) == ("DAV:", "href")
    assert split(carddav("filter")) == ("urn:ietf:params:xml:ns:carddav", "filter")
    assert split(calendarserver("getctag")) == ("http://calendarserver.org/ns/", "getctag")
    assert split("bare") == ("", "bare")
