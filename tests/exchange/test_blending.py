# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.card.media import split_media
from dirserver.card.reader import read
from dirserver.card.writer import write
from dirserver.exchange.blending import blend


def card(*lines: str, version: str = "3.0"):
    return read("\n".join(["BEGIN:VCARD", f"VERSION:{version}", "UID:1", *lines, "END:VCARD"]))


STORED = card("FN:Ada", "N:;Ada;;;", "item1.TEL;TYPE=CELL:1", "item1.X-ABLABEL:Boat", "NOTE:keep", "X-SHOE:38", "REV:20260101T000000Z")


def test_what_the_file_is_silent_about_stays():
    blended = blend(STORED, card("FN:Ada M", "REV:20270101T000000Z"))
    assert blended == STORED.with_property(STORED.first("FN").with_text("Ada M"))


def test_the_same_again_is_the_very_same_card():
    assert blend(STORED, STORED) is STORED
    assert blend(STORED, card("item7.TEL;TYPE=cell:1", "item7.X-ABLABEL:Boat", "FN:Ada")) is STORED


def test_a_label_goes_with_its_number():
    text = write(blend(STORED, card("FN:Ada", "item1.TEL:2", "item1.X-ABLABEL:Car")))
    assert "item1.TEL:2" in text
    assert "Car" in text
    assert "Boat" not in text
    assert "NOTE:keep" in text


def test_groups_that_are_taken_get_another_name():
    stored = card("FN:Ada", "item1.EMAIL:a@example.com", "item1.X-ABLABEL:Old")
    blended = blend(stored, card("FN:Ada", "item1.TEL:2", "item1.X-ABLABEL:Car"))
    labels = {each.group: each.value for each in blended.all("X-ABLABEL")}
    assert labels[blended.first("TEL").group] == "Car"
    assert labels[blended.first("EMAIL").group] == "Old"


def test_a_card_of_the_other_version_is_converted_first():
    assert blend(STORED, card("FN:Ada", "N:;Ada;;;", version="4.0")) is STORED
    assert str(blend(STORED, card("FN:Eda", version="4.0")).version) == "3.0"


def test_a_photo_that_is_stored_already_is_no_change():
    photo = "PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ"
    stored, _ = split_media(card("FN:Ada", photo))
    assert blend(stored, card("FN:Ada", photo)) is stored
    changed = blend(stored, card("FN:Ada", photo.replace("4AAQ", "4AAR")))
    assert changed.first("PHOTO").value == "/9j/4AAR"
