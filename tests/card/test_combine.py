# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dirserver.card.card import Card
from dirserver.card.combine import Side, combine, lines
from dirserver.card.projection import attributes
from dirserver.card.reader import read

KEPT = """BEGIN:VCARD
VERSION:3.0
UID:1
FN:Joao Camara
N:Camara;Joao;;;
TEL;TYPE=CELL:0914 719 737
item1.TEL:+351 21 241 8501
item1.X-ABLABEL:Reception
EMAIL;TYPE=WORK:JOAO@example.com
TITLE:Director
CATEGORIES:client
NOTE:Met in Porto
X-TAX:17
END:VCARD
"""
OTHER = """BEGIN:VCARD
VERSION:4.0
UID:2
FN:João Câmara
N:Câmara;João;;;
TEL;TYPE=CELL:+351914719737
item1.EMAIL:joao@home.example
item1.X-ABLABEL:Old one
EMAIL;TYPE=WORK:joao@example.com
TITLE:Sales Director
BDAY:19800412
CATEGORIES:Client,press
NOTE:Likes fish
X-TAX:18
END:VCARD
"""


def card(text: str) -> Card:
    return read(text.replace("\n", "\r\n").encode())


def raw(made: Card) -> list[str]:
    return [f"{each.group + '.' if each.group else ''}{each.key}:{each.value}" for each in made.properties]


def test_values_come_together_and_the_richer_spelling_of_a_name_wins() -> None:
    made = combine(card(KEPT), card(OTHER))
    assert raw(made) == [
        "UID:1",
        "FN:João Câmara",
        "N:Câmara;João;;;",
        "TEL:+351914719737",
        "item1.TEL:+351 21 241 8501",
        "item1.X-ABLABEL:Reception",
        "EMAIL:JOAO@example.com",
        "TITLE:Director",
        "CATEGORIES:client,press",
        "NOTE:Met in Porto\\n\\nLikes fish",
        "X-TAX:17",
        "item2.EMAIL:joao@home.example",
        "item2.X-ABLABEL:Old one",
        "BDAY:1980-04-12",
        "X-TAX:18",
    ]


def test_each_line_can_be_chosen_and_only_real_conflicts_are_open() -> None:
    shown = lines(card(KEPT), card(OTHER))
    assert [(line.id, line.attribute) for line in shown if line.is_open] == [("title-1", "title")]
    made = combine(
        card(KEPT), card(OTHER), {"title-1": Side.OTHER, "tel-2": Side.NONE, "note-1": Side.KEPT, "fn-1": Side.NONE, "x": Side.NONE}
    )
    assert made.first("TITLE") is not None
    assert {"TITLE:Sales Director", "NOTE:Met in Porto", "FN:João Câmara"} <= set(raw(made))
    assert not any("8501" in line or "Reception" in line for line in raw(made))


_VALUES = st.fixed_dictionaries(
    {},
    optional={
        "TEL;TYPE=CELL": st.sampled_from(["+34600111222", "600 111 222", "+34600111223"]),
        "EMAIL": st.sampled_from(["a@example.com", "A@example.com", "b@example.com"]),
        "NOTE": st.sampled_from(["one", "two", "one and two"]),
        "CATEGORIES": st.sampled_from(["x", "X,y", "z"]),
        "URL": st.sampled_from(["https://a.example", "https://b.example"]),
        "X-OTHER": st.sampled_from(["1", "2"]),
    },
)


@given(_VALUES, _VALUES)
def test_nothing_that_one_may_have_several_of_is_lost(ours: dict[str, str], theirs: dict[str, str]) -> None:
    def made(values: dict[str, str], uid: str) -> Card:
        said = "".join(f"{name}:{text}\n" for name, text in values.items())
        return card(f"BEGIN:VCARD\nVERSION:3.0\nUID:{uid}\nFN:X\n{said}END:VCARD\n")

    both = combine(made(ours, "1"), made(theirs, "2"))
    said = "\n".join(raw(both)).casefold().replace(" ", "")
    for text in (*ours.values(), *theirs.values()):
        for word in text.casefold().split(",") if "and" not in text else (text,):
            assert word.replace(" ", "")[-9:] in said
    assert combine(both, made(theirs, "2")) == both
    assert attributes(both)["cn"] == ("X",)
