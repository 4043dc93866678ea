# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from hypothesis import given

from dirserver.card.card import Parameter, Property
from dirserver.card.messaging import handle_of, handles_to_impp, impp_to_handle, social_to_3, social_to_4
from tests.card.strategies import texts


@given(texts)
def test_a_handle_returns_under_its_old_name(text: str) -> None:
    handle = Property.of_text("X-Skype-Username", text, params=(Parameter("TYPE", ("WORK",)),))
    (made,) = handles_to_impp([handle])
    assert made.key in {"IMPP", "X-SKYPE-USERNAME"}
    assert impp_to_handle(made) == handle


def test_an_impp_of_somebody_elses_stays_an_impp() -> None:
    made = Property("IMPP", "xmpp:a@b.example", None, (Parameter("X-NAME", ("X-NOTE",)),))
    assert impp_to_handle(made) is made


def test_a_profile_keeps_where_it_is_used_apart_from_the_service() -> None:
    three = Property("X-SOCIALPROFILE", "https://x.example/a", None, (Parameter("TYPE", ("HOME", "mastodon")),))
    four = social_to_4(three)
    assert four.param("SERVICE-TYPE") == "mastodon"
    assert four.types == {"home"}
    assert social_to_3(four).types == {"home", "mastodon"}


def test_a_handle_is_what_people_type() -> None:
    assert handle_of(Property("IMPP", "xmpp:a%20b@example.com")) == "a b@example.com"
    assert handle_of(Property("X-AIM", "ada\\, l")) == "ada, l"
    assert handle_of(Property("IMPP", "plain")) == "plain"
