# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.card.card import Version
from dirserver.card.convert import convert
from dirserver.card.reader import read
from dirserver.directory.changes.proposal import changed_fields, fragment, is_same, values_of, with_field, without_changes_of


def card(*lines: str, version: str = "3.0"):
    text = ["BEGIN:VCARD", f"VERSION:{version}", "UID:u", "FN:Ada", "N:;Ada;;;", *lines, "END:VCARD", ""]
    return read("\r\n".join(text).encode())


OLD = card("TEL;TYPE=CELL:1", "item1.URL:https://a.example", "item1.X-ABLabel:Blog", "TITLE:Poet", "X-ODD:kept")


def test_order_groups_and_versions_say_nothing() -> None:
    moved = card("TITLE:Poet", "item7.URL:https://a.example", "item7.X-ABLabel:Blog", "X-ODD:kept", "TEL;TYPE=CELL:1")
    assert changed_fields(OLD, moved) == ()
    assert is_same(OLD, convert(OLD, Version.V4), "mobile")
    assert changed_fields(OLD, card("TEL;TYPE=CELL:2", "item1.URL:https://a.example", "item1.X-ABLabel:Web", "X-ODD:kept")) == (
        "mobile",
        "labeledURI",
        "title",
    )


def test_a_field_alone_is_put_into_a_card_that_has_changed_otherwise() -> None:
    proposed = fragment(card("item1.URL:https://b.example", "item1.X-ABLabel:New", version="3.0"), "labeledURI")
    lines = ("TEL;TYPE=CELL:2", "item1.TEL;TYPE=WORK:3", "item1.X-ABLabel:Desk", "item2.URL:https://a.example", "X-ODD:kept")
    now = convert(card(*lines), Version.V4)
    made = with_field(now, "labeledURI", proposed)
    assert made.version is Version.V4
    values = values_of(made)
    assert (values["labeledURI"], values["mobile"], values["telephoneNumber"]) == (("https://b.example",), ("2",), ("3",))
    assert made.first("X-ODD").value == "kept"
    # The label of the new address must not become that of the number that has its group.
    groups = {each.value: each.group for each in made.properties if each.group}
    assert groups["Desk"] == groups["3"] != groups["https://b.example"] == groups["New"]


def test_changes_of_some_fields_are_taken_back() -> None:
    new = card("TEL;TYPE=CELL:2", "item1.URL:https://a.example", "item1.X-ABLabel:Blog", "X-ODD:kept")
    left = values_of(without_changes_of(frozenset({"title"}), OLD, new))
    assert (left["title"], left["mobile"]) == (("Poet",), ("2",))
