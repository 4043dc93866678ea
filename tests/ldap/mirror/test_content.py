# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.ldap.mirror.content import Content, content_of
from dirserver.ldap.wire.message import SearchRequest
from dirserver.model.filter import Equality
from dirserver.model.modification import Modification, Operation
from tests.cast import uuid_of
from tests.ldap.dialogue import search_of
from tests.ldap.mirror.conftest import Office

SALES = Equality("memberOf", "cn=sales,ou=groups,dc=example,dc=com")


def content(office: Office, request: SearchRequest, who: str = "ada") -> Content:
    with office.site.directory.reading(office.asker.session(who).principal) as reading:
        found = content_of(office.site, reading, request)
    assert found is not None
    return found


def marks(office: Office, request: SearchRequest) -> list[str]:
    return [part.point.mark for part in content(office, request).parts.values()]


def test_a_mark_stays_while_only_the_book_changes(office: Office) -> None:
    before = content(office, search_of())
    office.change(lambda writing: writing.modify(uuid_of("zoe"), [Modification("title", Operation.REPLACE, ("New",))]))
    after = content(office, search_of())
    assert [part.point.mark for part in before.parts.values()] == [part.point.mark for part in after.parts.values()]
    assert after.parts["people"].point.number == before.parts["people"].point.number + 1  # type: ignore[index]
    assert before.held_points == after.held_points


def test_groups_count_where_they_are_asked_for_or_shown(office: Office) -> None:
    requests = (search_of(attributes=("cn",)), search_of(attributes=("cn", "memberOf")), search_of(wanted=SALES, attributes=("cn",)))
    before = [marks(office, request) for request in requests]
    office.change(lambda writing: writing.add_member("sales", uuid_of("zoe")))
    assert [marks(office, request) == before[number] for number, request in enumerate(requests)] == [True, False, False]


def test_books_that_others_may_refer_to_are_followed_too(office: Office) -> None:
    in_clients = "ou=clients,ou=books,dc=example,dc=com"
    assert list(content(office, search_of(in_clients, attributes=("cn",))).parts) == ["clients"]
    parts = content(office, search_of(in_clients, attributes=("manager",))).parts
    assert {slug: part.wanted is not None for slug, part in parts.items()} == {"people": False, "clients": True}


def test_a_group_that_is_another_makes_the_held_ones_others(office: Office) -> None:
    before = content(office, search_of()).held_points
    office.change(lambda writing: writing.add_member("sales", uuid_of("zoe")))
    after = content(office, search_of()).held_points
    assert (before[0] == after[0], before[1] == after[1]) == (True, False)
