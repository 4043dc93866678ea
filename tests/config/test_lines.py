# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.config.lines import Lines

TEXT = '''\
domain = "x"

[http]
listen = "a"   # [not] a section
"quoted.key" = 1
text = """
[ldap]
listen = "in a string"
"""
[ldap] # here
size.limit = 3
inline = { first = 1, second = 2 }
'''


def test_each_key_is_found_on_its_line():
    lines = Lines(TEXT)
    assert lines.find(("domain",)) == 1
    assert lines.find(("http",)) == 3
    assert lines.find(("http", "listen")) == 4
    assert lines.find(("http", "quoted.key")) == 5
    assert lines.find(("ldap", "size", "limit")) == 11
    assert lines.find(("ldap", "inline", "second")) == 12


def test_what_stands_in_a_text_of_several_lines_is_no_key():
    assert Lines(TEXT).find(("ldap",)) == 10


def test_a_key_that_is_not_there_is_looked_for_in_the_table_around_it():
    assert Lines(TEXT).find(("http", "absent")) == 3
    assert Lines(TEXT).find(("absent",)) is None
