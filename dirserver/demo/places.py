# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the sample company works, and which numbers its phones have.

Numbers come from blocks that regulators set aside for films and books where such exist (Ofcom in Great Britain, the
Bundesnetzagentur in Germany), else from narrow blocks with zeros in the middle. phonenumbers calls each of them valid.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Block:
    """10 ** ``digits`` numbers in a row: ``prefix`` and then a number of so many digits."""

    prefix: str
    digits: int

    def number(self, index: int) -> str:
        """Return the ``index``-th number, from 0; after the last the numbers begin again."""
        return f"{self.prefix}{(index + 100) % 10**self.digits:0{self.digits}d}"


@dataclass(frozen=True, slots=True)
class City:
    """A town with a branch of the company: its name in the language of its people, the branch's address and its phones."""

    name: str
    postal_code: str
    street: str
    phones: Block


@dataclass(frozen=True, slots=True)
class Land:
    """Where people of one language work. ``country`` is written in that language."""

    country: str
    cities: tuple[City, ...]
    mobiles: Block


LANDS: dict[str, Land] = {
    "es": Land(
        "España",
        (
            City("Madrid", "28013", "Calle del Arenal 9", Block("+34910000", 3)),
            City("Sevilla", "41004", "Avenida de la Constitución 20", Block("+34955000", 3)),
            City("A Coruña", "15003", "Rúa Real 14", Block("+34981000", 3)),
            City("Málaga", "29015", "Calle Larios 5", Block("+34952000", 3)),
        ),
        Block("+3460000", 4),
    ),
    "pl": Land(
        "Polska",
        (
            City("Warszawa", "00-950", "ul. Świętokrzyska 30", Block("+48220000", 3)),
            City("Kraków", "31-004", "ul. Gołębia 12", Block("+48120000", 3)),
            City("Łódź", "90-001", "ul. Piotrkowska 104", Block("+48420000", 3)),
            City("Gdańsk", "80-831", "ul. Długa 45", Block("+48580000", 3)),
        ),
        Block("+4850000", 4),
    ),
    "pt": Land(
        "Portugal",
        (
            City("Lisboa", "1100-148", "Rua da Prata 52", Block("+351210000", 3)),
            City("Porto", "4000-295", "Rua das Flores 81", Block("+351220000", 3)),
            City("Évora", "7000-841", "Praça do Giraldo 3", Block("+351266000", 3)),
            City("Setúbal", "2900-311", "Avenida Luísa Todi 18", Block("+351265000", 3)),
        ),
        Block("+35191000", 4),
    ),
    "eo": Land(
        "Nederlando",
        (
            City("Roterdamo", "3011 AA", "Nieuwe Binnenweg 176", Block("+31101000", 3)),
            City("Hago", "2511 BT", "Spui 70", Block("+31701000", 3)),
            City("Utreĥto", "3511 LX", "Oudegracht 158", Block("+31301000", 3)),
        ),
        Block("+3161000", 4),
    ),
    "de": Land(
        "Deutschland",
        (
            City("Berlin", "10117", "Jägerstraße 32", Block("+493023125", 3)),
            City("München", "80331", "Sendlinger Straße 8", Block("+498999998", 3)),
            City("Köln", "50667", "Große Budengasse 5", Block("+492214710", 3)),
            City("Hamburg", "20095", "Mönckebergstraße 11", Block("+494066969", 3)),
        ),
        Block("+491510000", 4),
    ),
    "en": Land(
        "United Kingdom",
        (
            City("London", "EC1A 4HD", "14 Aldersgate Street", Block("+442079460", 3)),
            City("Leeds", "LS1 5DQ", "27 Wellington Street", Block("+441134960", 3)),
            City("Edinburgh", "EH2 4AN", "61 Rose Street", Block("+441314960", 3)),
            City("Bristol", "BS1 4DJ", "3 Queen Square", Block("+441174960", 3)),
        ),
        Block("+44740020", 4),
    ),
}


@dataclass(frozen=True, slots=True)
class Exchange:
    """Gives out the numbers of each block one after the other, so that no two people share one."""

    used: Counter[Block] = field(default_factory=Counter)

    def next(self, block: Block) -> str:
        """Return the next number of the block."""
        index = self.used[block]
        self.used[block] = index + 1
        return block.number(index)
