# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dataclasses import replace

import pytest

from dirserver.ldap.search import search
from dirserver.ldap.session import Site
from dirserver.ldap.tree.extensible import simplify
from dirserver.ldap.wire import encode
from dirserver.ldap.wire.message import Code, Scope, SearchRequest
from dirserver.model.book import Level
from dirserver.model.filter import TRUE, And, Equality, Extensible, Filter, Not, Present, Substrings
from dirserver.model.grant import Grant, Subject
from dirserver.model.principal import Principal
from tests.cast import CLIENTS
from tests.ldap.conftest import SUFFIX, Asker
from tests.ldap.speech import Answer, decode_answers

PEOPLE = f"ou=people,{SUFFIX}"
ANY = Present("objectClass")


def asked(asker: Asker, who: str | None, request: SearchRequest) -> tuple[list[Answer], Answer]:
    octets = b"".join(encode.message(1, answer) for answer in search.answer(asker.site, asker.session(who), request))
    *entries, done = decode_answers(octets)
    return entries, done


def names(asker: Asker, who: str, wanted: Filter, base: str = PEOPLE, scope: Scope = Scope.SUBTREE) -> list[str]:
    entries, done = asked(asker, who, SearchRequest(base, scope, wanted))
    assert done.code == 0
    return [entry.dn.partition(",")[0] for entry in entries]


def test_a_base_search_applies_the_filter(asker: Asker) -> None:
    ada = f"uid=ada,{PEOPLE}"
    assert names(asker, "dov", Equality("sn", "Lukasinska"), ada, Scope.BASE) == ["uid=ada"]
    assert names(asker, "dov", Equality("sn", "Smith"), ada, Scope.BASE) == []
    assert names(asker, "dov", ANY, ada, Scope.ONE) == []


def test_the_place_of_an_entry_can_be_asked_for(asker: Asker) -> None:
    in_people = Extensible("ou", None, "people", with_dn=True)
    assert len(names(asker, "dov", in_people, SUFFIX)) == 9
    assert "uid=ada" in names(asker, "dov", in_people, SUFFIX)
    assert names(asker, "dov", Extensible("ou", None, "groups", with_dn=True), SUFFIX)[0] == "ou=groups"


def test_the_smaller_limit_wins_and_what_was_found_is_given(asker: Asker) -> None:
    entries, done = asked(asker, "dov", SearchRequest(PEOPLE, Scope.ONE, TRUE, size_limit=5))
    assert (len(entries), done.code) == (5, Code.SIZE_LIMIT_EXCEEDED)
    entries, done = asked(asker, "dov", SearchRequest(PEOPLE, Scope.ONE, TRUE, size_limit=8))
    assert (len(entries), done.code) == (8, Code.SUCCESS)
    small = Asker(replace(asker.site, limits=replace(asker.site.limits, size_limit=3)))
    entries, done = asked(small, "dov", SearchRequest(SUFFIX, Scope.SUBTREE, TRUE, size_limit=5))
    assert (len(entries), done.code) == (3, Code.SIZE_LIMIT_EXCEEDED)
    assert done.text


def test_pages_of_the_directory_join_without_a_seam(asker: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = names(asker, "dov", ANY, SUFFIX)
    for page in (1, 2, 3):
        monkeypatch.setattr(search, "_PAGE", page)
        assert names(asker, "dov", ANY, SUFFIX) == whole
        entries, done = asked(asker, "dov", SearchRequest(PEOPLE, Scope.ONE, TRUE, size_limit=5))
        assert (len(entries), done.code) == (5, Code.SIZE_LIMIT_EXCEEDED)


def test_a_search_whose_time_is_up_says_so(asker: Asker) -> None:
    late = Asker(replace(asker.site, limits=replace(asker.site.limits, time_limit_s=0)))
    entries, done = asked(late, "dov", SearchRequest(PEOPLE, Scope.ONE, TRUE))
    assert (entries, done.code) == ([], Code.TIME_LIMIT_EXCEEDED)


def test_nobody_sees_only_what_is_granted_and_only_where_it_is_allowed(asker: Asker) -> None:
    request = SearchRequest(SUFFIX, Scope.SUBTREE, Present("cn"))
    entries, done = asked(asker, None, request)
    assert (entries, done.code) == ([], Code.INSUFFICIENT_ACCESS_RIGHTS)
    config = asker.site.config
    is_open = asker.config(replace(config, ldap=replace(config.ldap, anonymous=True)))
    entries, done = asked(is_open, None, request)
    assert (entries, done.code) == ([], Code.SUCCESS)
    grant = Grant(CLIENTS, Subject.parse("anonymous"), Level.VIEW, ("cn",))
    with asker.site.directory.writing(Principal.system()) as writing:
        writing.grant(grant)
    try:
        entries, done = asked(is_open, None, request)
        assert len(entries) == 3
        for entry in entries:
            assert "cn" in entry.attributes
            assert not {"telephoneNumber", "mail", "o"} & set(entry.attributes)
    finally:
        with asker.site.directory.writing(Principal.system()) as writing:
            writing.revoke(writing.book(CLIENTS), Subject.parse("anonymous"))


def test_hidden_values_can_not_be_probed(asker: Asker) -> None:
    mobile = Substrings("mobile", "+49")
    assert names(asker, "esme", mobile) == ["uid=esme"]
    assert names(asker, "esme", Not(mobile)) == ["ou=people"]


def test_an_unknown_place_names_the_nearest(asker: Asker) -> None:
    _, done = asked(asker, "dov", SearchRequest(f"uid=x,{PEOPLE}", Scope.BASE, ANY))
    assert (done.code, done.matched) == (Code.NO_SUCH_OBJECT, PEOPLE)
    _, done = asked(asker, "dov", SearchRequest("dc=other", Scope.BASE, ANY))
    assert (done.code, done.matched) == (Code.NO_SUCH_OBJECT, "")


def test_an_empty_base_is_everything(asker: Asker) -> None:
    assert names(asker, "dov", ANY, "") == names(asker, "dov", ANY, SUFFIX)
    assert names(asker, "dov", ANY, "", Scope.ONE) == ["dc=example"]


@pytest.mark.parametrize("base, is_there", [("", True), ("cn=Subschema", True), (SUFFIX, False), (f"uid=ada,{PEOPLE}", False)])
def test_what_needs_no_directory_is_answered_at_once(site: Site, base: str, is_there: bool) -> None:
    assert (search.answer_at_once(site, SearchRequest(base, Scope.BASE, ANY)) is not None) is is_there


def test_the_root_dse_obeys_its_filter(site: Site) -> None:
    found = search.answer_at_once(site, SearchRequest("", Scope.BASE, simplify(Equality("objectClass", "person"))))
    assert found is not None
    assert len(found) == 1


@pytest.mark.parametrize("category", ["person", "CN=Person,CN=Schema,CN=Configuration,DC=example,DC=com"])
def test_filters_for_active_directory_find_people(asker: Asker, category: str) -> None:
    wanted = And((Equality("objectCategory", category), Equality("objectClass", "user"), Not(Equality("objectClass", "computer"))))
    assert "uid=ada" in names(asker, "dov", wanted)
    assert names(asker, "dov", Equality("objectCategory", "group"), SUFFIX) == ["cn=contractors", "cn=hr", "cn=sales"]
