# SPDX-License-Identifier: GPL-3.0-or-later
"""Encoded attributes of cards."""

from __future__ import annotations

from dirserver.directory.views.entry import Search
from dirserver.ldap.tree.dit import Tree
from dirserver.ldap.tree.encoded import EncodedCards
from dirserver.ldap.tree.projection import Projection
from dirserver.ldap.tree.selection import select
from dirserver.model.filter import Equality
from dirserver.model.modification import Modification, Operation
from dirserver.model.principal import Door, Principal
from tests.cast import principal, uuid_of


def _encoded(site, login, cards, *asked):
    with site.directory.reading(principal(site.identity, login, Door.LDAP)) as reading:
        (entry,) = reading.search(Search(Equality("uid", "ada"), ("people",))).entries
        return Projection(reading, site.tree, select(asked), types_only=False, cards=cards).encode(entry)


def test_what_is_kept_is_what_would_be_made_for_each_asker_and_selection(own_site):
    kept = EncodedCards(2**20)
    for _ in range(2):
        for login in ("ada", "bruno", "esme", "chika"):
            for asked in ((), ("cn", "MOBILE"), ("manager", "*"), ("+",), ("email",), ("1.1",)):
                assert _encoded(own_site, login, kept, *asked) == _encoded(own_site, login, EncodedCards(0), *asked)


def test_a_change_is_told_at_once(own_site):
    kept = EncodedCards(2**20)
    before = _encoded(own_site, "bruno", kept, "title")
    with own_site.directory.writing(Principal.system()) as writing:
        writing.modify(uuid_of("ada"), [Modification("title", Operation.REPLACE, ("Poet",))])
    after = _encoded(own_site, "bruno", kept, "title")
    assert before != after
    assert b"Poet" in after


def test_another_name_of_an_entry_is_told_at_once(own_site):
    kept = EncodedCards(2**20)
    _encoded(own_site, "bruno", kept, "uid")
    with own_site.directory.writing(Principal.system()) as writing:
        writing.rename(uuid_of("ada"), "ada.l")
    with own_site.directory.reading(Principal.system()) as reading:
        (entry,) = reading.search(Search(Equality("uid", "ada.l"), ("people",))).entries
        told = Projection(reading, Tree(own_site.tree.suffix), select(("uid",)), types_only=False, cards=kept).encode(entry)
    assert b"ada.l" in told


def test_no_more_octets_are_kept_than_was_said(own_site):
    with own_site.directory.reading(Principal.system()) as reading:
        found = reading.search(Search(books=("people",))).entries
        assert len(found) > 3
        roomy, narrow, none = EncodedCards(2**20), EncodedCards(2 * 6_000), EncodedCards(0)
        for kept in (roomy, narrow, none):
            for entry in found:
                kept.of(entry)
    assert len(roomy) == len(found)
    assert 0 < len(narrow) < len(found)
    assert len(none) == 0


def test_names_that_somebody_made_up_at_length_are_not_kept(own_site):
    kept = EncodedCards(2**20)
    before = len(kept)
    _encoded(own_site, "ada", kept, *(f"x{number:0100d}" for number in range(30)), "cn")
    _encoded(own_site, "ada", kept, "cn")
    assert len(kept) == before + 2, "the card, and the short answer"
