# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dataclasses import replace

import pytest

from dirserver.ldap.controls import paging
from dirserver.ldap.controls.controls import PAGED_RESULTS, Controls, Page
from dirserver.ldap.controls.paging import Position
from dirserver.ldap.search import search
from dirserver.ldap.tree.errors import Refused
from dirserver.ldap.wire import ber, encode
from dirserver.ldap.wire.message import Code, Scope, SearchRequest
from dirserver.model.filter import TRUE, Extensible, Filter, Present
from dirserver.model.principal import Principal
from tests.cast import uuid_of
from tests.ldap.conftest import SUFFIX, Asker
from tests.ldap.speech import decode_answers

ANY = Present("objectClass")
IN_PEOPLE = Extensible("ou", None, "people", with_dn=True)
PEOPLE = f"ou=people,{SUFFIX}"


def cookie_of(done: bytes) -> bytes:
    """The cookie of the control that stands behind a result."""
    _, _, at = ber.read(done, 0, len(done))
    at, end = ber.expect(done, at, len(done), 0xA0)
    at, end = ber.expect(done, at, end, ber.SEQUENCE)
    oid, at = ber.read_octets(done, at, end)
    assert oid == PAGED_RESULTS.encode()
    value, at = ber.read_octets(done, at, end)
    assert at == end == len(done)
    at, end = ber.expect(value, 0, len(value), ber.SEQUENCE)
    _, at = ber.read_integer(value, at, end)
    return ber.read_octets(value, at, end)[0]


def page_of(asker: Asker, who: str, request: SearchRequest, size: int, cookie: bytes) -> tuple[list[str], Code, bytes]:
    *entries, done = search.answer(asker.site, asker.session(who), request, Controls(Page(size, cookie)))
    read = decode_answers(b"".join(encode.message(1, each) for each in entries))
    _, start, _ = ber.read(done, 0, len(done))
    return [each.dn for each in read], Code(ber.read_integer(done, start, len(done), ber.ENUMERATED)[0]), cookie_of(done)


def whole_of(asker: Asker, who: str, request: SearchRequest) -> list[str]:
    *entries, _ = search.answer(asker.site, asker.session(who), request)
    return [each.dn for each in decode_answers(b"".join(encode.message(1, each) for each in entries))]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 500])
@pytest.mark.parametrize("wanted", [ANY, IN_PEOPLE])
@pytest.mark.parametrize("base", [SUFFIX, PEOPLE, f"ou=groups,{SUFFIX}"])
def test_pages_join_without_a_seam(asker: Asker, base: str, wanted: Filter, size: int) -> None:
    request = SearchRequest(base, Scope.SUBTREE, wanted)
    found: list[str] = []
    cookie = b""
    while True:
        dns, code, cookie = page_of(asker, "ada", request, size, cookie)
        assert len(dns) <= size
        assert code is Code.SUCCESS
        found += dns
        if not cookie:
            break
        assert len(dns) == size
    assert found == whole_of(asker, "ada", request)


def test_what_comes_and_goes_between_pages_moves_no_other(own_site) -> None:
    asker = Asker(own_site)
    request = SearchRequest(PEOPLE, Scope.ONE, TRUE)
    whole = whole_of(asker, "ada", request)
    first, _, cookie = page_of(asker, "ada", request, 3, b"")
    gone = [dn.partition(",")[0].removeprefix("uid=") for dn in (whole[0], whole[2])]
    with own_site.directory.writing(Principal.system()) as writing:
        for login in gone:
            writing.trash(uuid_of(login))
    rest, _, cookie = page_of(asker, "ada", request, 100, cookie)
    assert (first + rest, cookie) == (whole, b"")


def test_limits_count_for_all_pages_together(asker: Asker) -> None:
    request = SearchRequest(PEOPLE, Scope.ONE, TRUE, size_limit=5)
    first, code, cookie = page_of(asker, "ada", request, 3, b"")
    assert (len(first), code) == (3, Code.SUCCESS)
    rest, code, cookie = page_of(asker, "ada", request, 3, cookie)
    assert (len(rest), code, cookie) == (2, Code.SIZE_LIMIT_EXCEEDED, b"")


def test_a_page_of_nothing_ends_it(asker: Asker) -> None:
    request = SearchRequest(PEOPLE, Scope.ONE, TRUE)
    _, _, cookie = page_of(asker, "ada", request, 2, b"")
    assert page_of(asker, "ada", request, 0, cookie) == ([], Code.SUCCESS, b"")


def test_the_root_dse_comes_on_one_page(asker: Asker) -> None:
    answers = search.answer_at_once(asker.site, SearchRequest("", Scope.BASE, ANY), Controls(Page(5, b"")))
    assert answers is not None
    assert cookie_of(answers[-1]) == b""


def test_a_cookie_is_good_for_its_search_and_its_asker_alone(asker: Asker) -> None:
    request, ada, dov = SearchRequest(PEOPLE, Scope.ONE, TRUE), asker.session("ada").principal, asker.session("dov").principal
    position = Position(3, 1, 0, uuid_of("ada"))
    cookie = paging.write(position, request, ada)
    assert paging.read(cookie, request, ada) == position
    for other, who in ((replace(request, base=SUFFIX), ada), (request, dov)):
        with pytest.raises(Refused) as refused:
            paging.read(cookie, other, who)
        assert refused.value.result.code is Code.UNWILLING_TO_PERFORM
    for bad in (b"x", cookie[:-1], cookie + b"0", b"\xff" * 60):
        with pytest.raises(Refused):
            paging.read(bad, request, ada)
