# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.model.filter import ANY_ENTRY, FALSE, And, Equality, Or, Substrings
from radicale_dirserver.reports.filter_plan import plan
from radicale_dirserver.wire.card_filter import CardFilter, Join, MatchType, ParameterFilter, PropertyFilter, TextMatch


def planned(*properties: PropertyFilter, test: Join = Join.ANY):
    return plan(CardFilter(test, properties)).filter


def name(text: str, match_type: MatchType = MatchType.CONTAINS, **more) -> PropertyFilter:
    return PropertyFilter("FN", texts=(TextMatch(text, match_type, **more),))


def test_a_name_is_asked_for_in_the_index():
    assert planned(name("ada")) == Substrings("cn", any_=("ada",))
    assert planned(name("ada", MatchType.STARTS)) == Substrings("cn", initial="ada")
    assert planned(name("ada", MatchType.ENDS)) == Substrings("cn", final="ada")
    assert planned(name("ada", MatchType.EQUALS)) == Equality("cn", "ada")


def test_a_mail_is_asked_for_at_work_and_at_home():
    wanted = planned(PropertyFilter("EMAIL", texts=(TextMatch("x@y", MatchType.EQUALS),)))
    assert wanted == Or((Equality("mail", "x@y"), Equality("mozillaSecondEmail", "x@y")))


def test_a_part_of_a_name_is_asked_for_in_every_part():
    wanted = planned(PropertyFilter("N", texts=(TextMatch("smith", MatchType.EQUALS),)))
    assert isinstance(wanted, Or)
    assert {(each.attribute, each.any_) for each in wanted.parts if isinstance(each, Substrings)} == {
        (attribute, ("smith",)) for attribute in ("sn", "givenName", "middleName", "personalTitle", "generationQualifier")
    }


def test_a_number_is_asked_for_by_its_digits():
    wanted = planned(PropertyFilter("TEL", texts=(TextMatch("+49 (0)30 123-4567"),)))
    assert isinstance(wanted, Or)
    assert {each.any_ for each in wanted.parts if isinstance(each, Substrings)} == {("301234567",)}


def test_no_number_holds_letters_so_a_name_typed_is_not_looked_for_in_every_card():
    in_numbers = PropertyFilter("TEL", texts=(TextMatch("ada"),))
    assert planned(in_numbers) == FALSE
    assert planned(name("ada"), in_numbers) == Or((Substrings("cn", any_=("ada",)), FALSE))


def test_what_sql_cannot_say_is_left_open():
    for left_open in (
        name("ada", is_negated=True),
        PropertyFilter("TEL", is_missing=True),
        PropertyFilter("EMAIL"),
        PropertyFilter("X-ODD", texts=(TextMatch("x"),)),
        PropertyFilter("N", texts=(TextMatch("Doe;Jane"),)),
        PropertyFilter("EMAIL", parameters=(ParameterFilter("TYPE"),)),
        name("\u0301"),
        name(""),
    ):
        assert planned(left_open) == ANY_ENTRY
    assert planned() == ANY_ENTRY


def test_an_open_condition_opens_an_any_and_drops_out_of_an_all():
    left_open = PropertyFilter("X-ODD")
    assert planned(name("ada"), left_open, test=Join.ANY) == ANY_ENTRY
    assert planned(name("ada"), left_open, test=Join.ALL) == Substrings("cn", any_=("ada",))
    assert planned(name("ada"), name("b"), test=Join.ALL) == And((Substrings("cn", any_=("ada",)), Substrings("cn", any_=("b",))))


def is_exact(*properties: PropertyFilter, test: Join = Join.ANY) -> bool:
    return plan(CardFilter(test, properties)).is_exact


def test_names_and_mails_are_said_exactly_so_that_no_card_has_to_be_looked_at():
    mail = PropertyFilter("EMAIL", texts=(TextMatch("x@y"),))
    assert is_exact(name("ada"), mail, PropertyFilter("TEL", texts=(TextMatch("ada"),)))
    assert is_exact(name("ada", MatchType.STARTS), name("b", MatchType.EQUALS), test=Join.ALL)
    assert is_exact(PropertyFilter("N", texts=(TextMatch("smith"),)), PropertyFilter("ORG", texts=(TextMatch("sales"),)))
    assert is_exact()


def test_what_the_index_knows_less_exactly_is_looked_at():
    for inexact in (
        name("ada", is_negated=True),
        name("ada", collation="i;octet"),
        name("a\\b"),
        name(""),
        PropertyFilter("FN", texts=(TextMatch("ada"),), group="item1"),
        PropertyFilter("N", texts=(TextMatch("smith", MatchType.EQUALS),)),
        PropertyFilter("N", texts=(TextMatch("Doe;Jane"),)),
        PropertyFilter("TEL", texts=(TextMatch("+49 30 1234567"),)),
        PropertyFilter("EMAIL", parameters=(ParameterFilter("TYPE"),)),
        PropertyFilter("EMAIL"),
        PropertyFilter("X-ODD", texts=(TextMatch("x"),)),
    ):
        assert not is_exact(inexact)
        assert not is_exact(name("ada"), inexact, test=Join.ALL)
