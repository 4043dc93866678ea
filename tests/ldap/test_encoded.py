# SPDX-License-Identifier: GPL-3.0-or-later
"""Encoded attributes of cards."""

from __future__ import annotations

from dirserver.directory.entry import Search
from dirserver.ldap.dit import Tree
from dirserver.ldap.encoded import EncodedCards
from dirserver.ldap.projection import Projection
from dirserver.ldap.selection import select
from dirserver.model.filter import Equality
from dirserver.model.modification import Modification, Operation
from dirserver.model.principal import Door, Principal
from tests.cast import principal, uuid_of


def _encoded(site, login, cards, *asked):
    with site.directory.reading(principal(site.identity, login, Door.LDAP)) as reading:
        (entry,) = reading.search(Search(Equality("uid", "ada"), ("people",))).entries
        return Projection(reading, site.tree, select(asked), types_only=False, cards=cards).encode(entry)


def test_what_is_kept_is_what_would_be_made_for_each_asker_and_selection(own_site):
    kept = EncodedCards(100)
    for _ in range(2):
        for login in ("ada", "bruno", "esme", "chika"):
            for asked in ((), ("cn", "MOBILE"), ("manager", "*"), ("+",), ("email",), ("1.1",)):
                assert _encoded(own_site, login, kept, *asked) == _encoded(own_site, login, EncodedCards(0), *asked)


def test_a_change_is_told_at_once(own_site):
    kept = EncodedCards(100)
    before = _encoded(own_site, "bruno", kept, "title")
    with own_site.directory.writing(Principal.system()) as writing:
        writing.modify(uuid_of("ada"), [Modification("title", Operation.REPLACE, ("Poet",))])
    after = _encoded(own_site, "bruno", kept, "title")
    assert before != after
    assert b"Poet" in after


def test_another_name_of_an_entry_is_told_at_once(own_site):
    kept = EncodedCards(100)
    _encoded(own_site, "bruno", kept, "uid")
    with own_site.directory.writing(Principal.system()) as writing:
        writing.rename(uuid_of("ada"), "ada.l")
    with own_site.directory.reading(Principal.system()) as reading:
        (entry,) = reading.search(Search(Equality("uid", "ada.l"), ("people",))).entries
        told = Projection(reading, Tree(own_site.tree.suffix), select(("uid",)), types_only=False, cards=kept).encode(entry)
    assert b"ada.l" in told


def test_no_more_is_kept_than_was_said(own_site):
    kept = EncodedCards(2)
    with own_site.directory.reading(Principal.system()) as reading:
        for entry in reading.search(Search(books=("people",))).entries:
            kept.of(entry)
    assert kept.count <= 2
