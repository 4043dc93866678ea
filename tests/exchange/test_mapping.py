# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.errors import BadInput
from dirserver.exchange.mapping import parse_mapping, read_mapping

WHOLE = """
encoding = "cp1250"
delimiter = ";"
separator = " | "
empty = "clear"

[columns]
"Given Name" = "gn"
"Last confirmed" = ""

[constants]
organization = "Example Corp"
"""


def test_a_mapping_says_what_columns_mean():
    mapping = parse_mapping(WHOLE)
    assert dict(mapping.columns) == {"Given Name": "givenName", "Last confirmed": ""}
    assert dict(mapping.constants) == {"o": "Example Corp"}
    assert (mapping.encoding, mapping.delimiter, mapping.separator, mapping.clears) == ("cp1250", ";", " | ", True)


def test_an_empty_mapping_is_fine():
    mapping = parse_mapping("")
    assert (mapping.encoding, mapping.delimiter, mapping.separator, mapping.clears) == (None, None, " ::: ", False)


@pytest.mark.parametrize(
    "text, message",
    [
        ("[columns\n= 1", "not valid TOML: .*line 1"),
        ("colums = 1", "'colums' is not known here; a mapping file may hold encoding, delimiter"),
        ('[columns]\n"Job" = "jobb"', "columns. Job: 'jobb' is not an attribute; use a name such as givenName"),
        ("[columns]\nJob = 1", "must be a table of texts"),
        ("columns = 3", "must be a table of texts"),
        ('empty = "delete"', "'keep' what is stored or 'clear'"),
        ('delimiter = ";;"', "delimiter must be one character"),
        ("encoding = 1252", "encoding must be text in quotes"),
        ('separator = " "', "separator must hold more than spaces"),
    ],
)
def test_what_is_wrong_is_told(text, message):
    with pytest.raises(BadInput, match=message):
        parse_mapping(text)


def test_a_file_is_named_in_its_errors(tmp_path):
    path = tmp_path / "map.toml"
    path.write_text("nonsense = 1")
    with pytest.raises(BadInput, match=r"map\.toml: 'nonsense' is not known"):
        read_mapping(path)
    with pytest.raises(BadInput, match=r"gone\.toml can't be read"):
        read_mapping(tmp_path / "gone.toml")
    path.write_bytes("# ü".encode("cp1252"))
    with pytest.raises(BadInput, match=r"map\.toml is not UTF-8"):
        read_mapping(path)
