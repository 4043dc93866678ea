# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.ldap.search import in_order
from dirserver.ldap.search.listing import Spot
from dirserver.ldap.tree.errors import Refused
from dirserver.ldap.wire.message import Code, Control, Scope, SearchRequest
from dirserver.model.filter import And, Equality, Filter, Present
from dirserver.model.order import SortKey
from dirserver.model.principal import Principal
from tests.cast import uuid_of
from tests.ldap.answers import Answered, answered, by_offset, by_value, page_of, sort_by
from tests.ldap.conftest import SUFFIX, Asker

PERSON = And((Present("mail"), Present("cn")))
ALL = Present("objectClass")
PEOPLE = f"ou=people,{SUFFIX}"
BY_NAME = ["dov", "bruno", "ada", "finn", "esme", "chika", "ludo", "zoe"]


def ask(asker: Asker, *given: Control, who: str = "dov", wanted: Filter = PERSON, base: str = PEOPLE, limit: int = 0) -> Answered:
    request = SearchRequest(base, Scope.SUBTREE, wanted, ("cn",), size_limit=limit)
    return answered(asker.site, asker.session(who), request, *given)


def test_people_come_in_the_order_that_was_asked_for(asker: Asker) -> None:
    found = ask(asker, sort_by("sn", "givenName"))
    assert (found.names, found.code, found.sorted_code) == (BY_NAME, Code.SUCCESS, (0, ""))
    assert ask(asker, sort_by("-sn")).names == BY_NAME[::-1]
    assert ask(asker, sort_by("surname:2.5.13.3", "2.5.4.42"), who="esme", wanted=Present("cn")).names == BY_NAME


def test_groups_stand_between_the_people(asker: Asker) -> None:
    found = ask(asker, sort_by("cn"), wanted=Present("cn"), base=SUFFIX)
    named = [entry.attributes["cn"][0].decode() for entry in found.entries]
    assert named[:5] == ["Acme GmbH", "Ada Łukasińska", "Bruno Königsmann", "Chika Öztürk", "contractors"]
    assert {"hr", "sales", "Ñandú S.A."} < set(named)
    backwards = ask(asker, sort_by("-cn"), wanted=Present("cn"), base=SUFFIX)
    assert [entry.dn for entry in backwards.entries] == [entry.dn for entry in found.entries][::-1]


def test_a_limit_lets_the_first_through(asker: Asker) -> None:
    found = ask(asker, sort_by("sn"), limit=3)
    assert (found.names, found.code, found.sorted_code) == (BY_NAME[:3], Code.SIZE_LIMIT_EXCEEDED, (0, ""))


@pytest.mark.parametrize(
    "key, code, blamed",
    [("noSuchThing", 16, "noSuchThing"), ("manager", 18, "manager"), ("jpegPhoto", 18, "jpegPhoto"), ("sn:2.5.13.28", 18, "sn")],
)
def test_what_can_not_be_sorted_by_is_told_and_fails_only_what_is_critical(asker: Asker, key: str, code: int, blamed: str) -> None:
    found = ask(asker, sort_by(key))
    assert (sorted(found.names), found.code, found.sorted_code) == (sorted(BY_NAME), Code.SUCCESS, (code, blamed))
    refused = ask(asker, sort_by(key, is_critical=True))
    assert (refused.names, refused.code) == ([], Code.UNAVAILABLE_CRITICAL_EXTENSION)
    assert refused.sorted_code == (code, blamed)


def test_sorted_pages_join_without_a_seam_whatever_comes_and_goes(own_site) -> None:
    asker = Asker(own_site)
    for base, wanted in ((SUFFIX, ALL), (PEOPLE, PERSON)):
        whole = ask(asker, sort_by("cn", "-uid"), base=base, wanted=wanted)
        for size in (1, 2, 5):
            names, cookie, count = [], b"", 0
            while cookie or not count:
                part = ask(asker, sort_by("cn", "-uid"), page_of(size, cookie), base=base, wanted=wanted)
                assert (part.code, len(part.names)) == (Code.SUCCESS, size if part.cookie else len(part.names))
                names, cookie, count = [*names, *part.names], part.cookie, count + 1
            assert names == whole.names
    first = ask(asker, sort_by("sn"), page_of(3))
    with own_site.directory.writing(Principal.system()) as writing:
        for login in ("dov", "ada"):
            writing.trash(uuid_of(login))
    rest = ask(asker, sort_by("sn"), page_of(100, first.cookie))
    assert (first.names + rest.names, rest.cookie) == (BY_NAME, b"")


def test_limits_count_for_all_sorted_pages_together(asker: Asker) -> None:
    first = ask(asker, sort_by("sn"), page_of(3), limit=5)
    rest = ask(asker, sort_by("sn"), page_of(3, first.cookie), limit=5)
    assert (first.names + rest.names, rest.code, rest.cookie) == (BY_NAME[:5], Code.SIZE_LIMIT_EXCEEDED, b"")


def test_a_cookie_is_good_for_its_search_its_asker_and_its_order_alone(asker: Asker) -> None:
    cookie = ask(asker, sort_by("sn"), page_of(3)).cookie
    assert ask(asker, sort_by("-sn"), page_of(3, cookie)).code is Code.UNWILLING_TO_PERFORM
    assert ask(asker, sort_by("sn"), page_of(3, cookie), who="ada").code is Code.UNWILLING_TO_PERFORM
    request, by = SearchRequest(PEOPLE, Scope.SUBTREE, PERSON), (SortKey("sn"), SortKey("createtimestamp"))
    dov = asker.session("dov").principal
    asked = in_order.Asked(request, dov, by, 1, lambda _: b"")
    good = in_order.write_cookie(3, Spot(("a", 5), dn="cn=x"), asked)
    assert in_order.read_cookie(good, request, dov, by) == (3, Spot(("a", 5), dn="cn=x"))
    for bad in (
        good[:-1],
        good[:-4] + b'"x"]',
        good.replace(b'"a"', b"1"),
        good.replace(b"[3,", b"[-3,"),
        good[:16] + b"[" * 99_999,
        b"",
        b"\xff" * 40,
    ):
        with pytest.raises(Refused):
            in_order.read_cookie(bad, request, dov, by)


def test_outlook_browses_a_list_by_offset(asker: Asker) -> None:
    first = ask(asker, sort_by("sn"), by_offset(0, 2, 1))
    assert (first.names, first.view[:3], first.sorted_code) == (BY_NAME[:3], (1, 8, 0), (0, ""))
    context = first.view[3]
    assert context
    middle = ask(asker, sort_by("sn"), by_offset(1, 1, 4, 8, context=context))
    assert (middle.names, middle.view) == (BY_NAME[2:5], (4, 8, 0, context))
    # Its scroll bar has a hundred steps: half way down is half way down the list.
    scrolled = ask(asker, sort_by("sn"), by_offset(1, 0, 50, 100))
    assert (scrolled.names, scrolled.view[:3]) == (BY_NAME[2:4], (4, 8, 0))
    last = ask(asker, sort_by("sn"), by_offset(2, 5, 100, 100))
    assert (last.names, last.view[:3]) == (BY_NAME[5:], (8, 8, 0))


def test_outlook_jumps_to_what_is_typed(asker: Asker) -> None:
    for typed, place in ((b"K", 2), (b"LU", 3), ("Ł".encode(), 3), (b"", 1), (b"smith", 8)):
        found = ask(asker, sort_by("sn"), by_value(0, 0, typed))
        assert (found.names, found.view[:3]) == ([BY_NAME[place - 1]], (place, 8, 0)), typed
    behind = ask(asker, sort_by("sn"), by_value(2, 3, b"zzz"))
    assert (behind.names, behind.view[:3]) == (BY_NAME[6:], (9, 8, 0))
    assert ask(asker, sort_by("-sn"), by_value(0, 1, b"n")).names == ["ada", "bruno"]
    assert ask(asker, sort_by("sn"), by_value(0, 0, b"\xff")).view[2] == Code.INAPPROPRIATE_MATCHING


def test_an_empty_list_is_an_empty_window(asker: Asker) -> None:
    for target in (by_offset(3, 3, 1), by_offset(0, 0, 7, 7), by_value(1, 1, b"x")):
        found = ask(asker, sort_by("sn"), target, wanted=Equality("uid", "nobody"))
        assert (found.names, found.code, found.view[:3]) == ([], Code.SUCCESS, (0, 0, 0))


def test_a_list_view_that_can_not_be_shown_says_why(asker: Asker) -> None:
    for given, code in (
        ([by_offset(0, 0, 1)], Code.SORT_CONTROL_MISSING),
        ([sort_by("sn"), by_offset(0, 0, 9)], Code.OFFSET_RANGE_ERROR),
        ([sort_by("sn"), by_offset(0, 0, 0)], Code.OFFSET_RANGE_ERROR),
        ([sort_by("sn"), by_offset(0, 0, 11, 10)], Code.OFFSET_RANGE_ERROR),
        ([sort_by("manager"), by_offset(0, 0, 1)], Code.INAPPROPRIATE_MATCHING),
    ):
        refused = ask(asker, *given)
        assert (refused.names, refused.code, refused.view[2]) == ([], Code.LIST_VIEW_ERROR, code)
    assert ask(asker, sort_by("sn"), by_offset(0, 0, 1), page_of(2)).code is Code.PROTOCOL_ERROR


def test_one_entry_and_the_root_dse_are_in_any_order(asker: Asker) -> None:
    for base in ("", f"uid=ada,{PEOPLE}"):
        request = SearchRequest(base, Scope.BASE, ALL)
        found = answered(asker.site, asker.session("dov"), request, sort_by("cn"), by_offset(0, 9, 1))
        assert (len(found.names), found.sorted_code, found.view[:3]) == (1, (0, ""), (1, 1, 0))


def test_what_one_may_not_read_moves_nobody(asker: Asker) -> None:
    by_hidden = ask(asker, sort_by("employeeNumber"), who="ada", wanted=Present("cn"))
    with asker.site.directory.reading(asker.session("chika").principal) as reading:
        numbers = {entry.name: entry.card for entry in (reading.find(uuid_of(name)) for name in by_hidden.names)}
    assert by_hidden.names[0] == "ada"
    assert len(numbers) == 8
    assert ask(asker, sort_by("employeeNumber"), who="chika", wanted=Present("cn")).names != by_hidden.names
    count = ask(asker, sort_by("employeeNumber"), by_value(0, 9, b"0"), who="ada", wanted=Present("cn"))
    assert (count.names, count.view[0]) == (by_hidden.names, 1)


def test_sorting_ends_with_the_time_limit(asker: Asker) -> None:
    message = in_order.cut_short(in_order.Controls())
    assert Answered([message]).sorted_code == (Code.TIME_LIMIT_EXCEEDED, "")
