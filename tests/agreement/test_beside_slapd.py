# SPDX-License-Identifier: GPL-3.0-or-later
"""The same entries in OpenLDAP's server and in ours: what is asked of both is answered by both alike, or we find more, as listed here."""

from __future__ import annotations

import base64
import random
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dirserver.card.fields import from_attributes
from dirserver.config import load
from dirserver.directory.views.entry import Draft
from dirserver.ldap import operations
from dirserver.ldap.listen import make_site
from dirserver.ldap.session import Session, Site
from dirserver.ldap.wire import encode
from dirserver.ldap.wire.decode import decode
from dirserver.ldap.wire.message import CompareRequest, Message, Operation, Scope, SearchRequest
from dirserver.model.book import BookKind
from dirserver.model.filter import (
    FALSE,
    TRUE,
    And,
    Approximate,
    AtLeast,
    AtMost,
    Equality,
    Extensible,
    Filter,
    Not,
    Or,
    Present,
    Substrings,
)
from dirserver.model.principal import Principal
from dirserver.wiring import wire
from tests.agreement.slapd import Slapd, running_slapd
from tests.cast import uuid_of
from tests.ldap.speech import Answer, decode_answers, encode_message

SUFFIX = "dc=example,dc=com"
PEOPLE = f"ou=people,{SUFFIX}"
_EXAMPLES = settings(max_examples=250, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])

_GIVEN = "Ada Anna Bruno Li Mary|Ann José Zoë Ĥoraco Łukasz Ray".replace("|", " ").split(" ")
_FAMILY = ("Smith", "O'Brien", "de la Cruz", "Müller", "Smith-Jones", "Łukasińska", "Li", "Raymond", "Straße", "Ng")
_TEXTS = ("Head of Sales", "100% sure", "back\\slash", "a * star (and more)", "two  spaces", "Ends with a dot.", "Größe", "C:\\temp", "x")
_TOLD = "cn sn givenName displayName mail title o ou l description employeeNumber street postalCode uid".split()
_PHONES = ["telephoneNumber", "mobile"]
_KEPT = ["entryUUID", "createTimestamp", "modifyTimestamp"]


def _drafts() -> Iterator[Draft]:
    dice = random.Random(7)

    def plain(words: Sequence[str]) -> str:
        return dice.choice([word for word in words if word.isascii()])

    for number in range(90):
        draw = plain if number % 3 else dice.choice
        given, family = draw(_GIVEN), draw(_FAMILY)
        values: dict[str, tuple[str, ...]] = {
            "cn": (f"{given} {family}", *((f"{family}, {given}",) if number % 9 == 0 else ())),
            "givenName": (given,),
            "sn": (family,),
            "mail": (f"p{number}@example.com", *((f"{given}.{family}@Example.COM".replace(" ", ""),) if family.isascii() else ())),
        }
        optional = {
            "title": draw(_TEXTS),
            "description": draw(_TEXTS),
            "o": draw(("Example Corp", "Example", "Żuraw")),
            "ou": dice.choice(("Sales", "Sales West", "IT")),
            "l": draw(("Berlin", "Łódź", "New York")),
            "street": f"Main Street {number % 7}",
            "postalCode": f"1{number:04d}",
            "employeeNumber": f"{number * 37 % 100:03d}",
            "telephoneNumber": f"+49 30 555{number:04d}",
            "mobile": f"+49 151 55-5{number:04d}",
            "manager": f"urn:uuid:{uuid_of('p0')}",
        }
        values |= {name: (value,) for name, value in optional.items() if dice.random() < 0.6}
        yield Draft(from_attributes(values, uid=uuid_of(f"p{number}")), name=f"p{number}")


@dataclass
class Pair:
    """Both servers, and which entries are plain: ASCII alone, so that nothing is left to fold but case and spaces."""

    site: Site
    slapd: Slapd
    plain: frozenset[str]

    def ours(self, operation: Operation) -> list[Answer]:
        """Ask our door as somebody who may see everything; through octets, as a connection does."""
        return _answers(self.site, operation)


def _answers(site: Site, operation: Operation) -> list[Answer]:
    message = decode(encode_message(Message(1, operation)), site.limits.wire)
    answers = operations.answer_at_once(site, message)
    if answers is None:
        answers = list(operations.answer(site, Session(Principal.system(), "127.0.0.1"), message))
    return decode_answers(b"".join(encode.message(1, one) for one in answers))


def _whole(answers: list[Answer]) -> dict[str, dict[str, list[bytes]]]:
    return {answer.dn.lower(): {name.lower(): sorted(values) for name, values in answer.attributes.items()} for answer in answers[:-1]}


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("beside")
    (folder / "dirserver.key").write_bytes(base64.b64encode(secrets.token_bytes(32)))
    (folder / "dirserver.key").chmod(0o600)
    (folder / "dirserver.toml").write_text('domain = "example.com"\n')
    parts = wire(load(folder / "dirserver.toml"), may_create=True)
    with parts.directory.writing(Principal.system()) as writing:
        people = writing.add_book("people", BookKind.PEOPLE, "People")
        writing.add_all(people, list(_drafts()))
        writing.add_group("sales", description="Who sells", mail="sales@example.com")
        for number in (1, 2, 3):
            writing.add_member("sales", uuid_of(f"p{number}"))
    site = make_site(parts)
    told = [*_TOLD, *_PHONES, *_KEPT, "manager", "member", "dc", "objectClass", "structuralObjectClass"]
    entries = _answers(site, SearchRequest(SUFFIX, Scope.SUBTREE, TRUE, tuple(told)))[:-1]
    with running_slapd(tmp_path_factory.mktemp("slapd"), SUFFIX, map(_standard, entries)) as slapd:
        plain = frozenset(entry.dn.lower() for entry in entries if all(b"".join(values).isascii() for values in entry.attributes.values()))
        assert 30 < len(plain) < len(entries)
        yield Pair(site, slapd, plain)
    parts.close()


def _standard(entry: Answer) -> Answer:
    """Return an entry without the classes that only we have."""
    classes = [one for one in entry.attributes["objectClass"] if not one.startswith((b"mozilla", b"dirserver"))]
    return Answer(entry.id, entry.tag, dn=entry.dn, attributes={**entry.attributes, "objectClass": classes})


_WORDS = {word for draft in _drafts() for word in draft.card.formatted_name.split()}
_SEEDS = sorted(text for text in {*_WORDS, *_TEXTS} if text.isascii())
# Fragments don't begin or end with a space: OpenLDAP takes that as the end of a word, we don't, since people type it before they go on.
_values = (
    st.one_of(
        st.sampled_from([*_SEEDS, "Example Corp", "sales", "p1@example.com", "p12", "Main Street 3", "037", "nothing like it"]),
        st.builds(lambda seed, a, b: seed[a : a + b + 1] or seed, st.sampled_from(_SEEDS), st.integers(0, 5), st.integers(0, 6)),
    )
    .map(str.strip)
    .filter(bool)
)
_cased = st.builds(lambda text, how: getattr(text, how)(), _values, st.sampled_from(["lower", "upper", "title"]))
_names = st.sampled_from([*_TOLD, "CN", "surname", "2.5.4.42", "commonName"])
_parts = st.lists(_cased, min_size=1, max_size=2).map(tuple)
_ANY = [*_TOLD, *_PHONES, *_KEPT, "manager", "member", "objectClass", "noSuchThing", "hasSubordinates"]
_PERSONS = [f"UID=p0, {PEOPLE}", f"uid=p1,{PEOPLE}", "cn=else", "no dn"]
_CLASSES = ["person", "GROUPOFNAMES", "inetOrgPerson", "2.5.6.6", "top"]


def _begun(name: str, parts: tuple[str, ...]) -> Filter:
    return Substrings(name, parts[0], parts[1:])


def _ended(name: str, parts: tuple[str, ...]) -> Filter:
    return Substrings(name, "", parts[:-1], parts[-1])


def _of_time(kind: type[AtLeast | AtMost], year: int) -> Filter:
    return kind("modifyTimestamp", f"{year}0101000000Z")


_leaves = st.one_of(
    st.builds(Equality, _names, _cased),
    st.builds(Present, st.sampled_from(_ANY)),
    st.builds(_begun, _names, _parts),
    st.builds(_ended, _names, _parts),
    st.builds(Substrings, _names, st.just(""), _parts),
    st.builds(Equality, st.just("noSuchThing"), _cased),
    st.builds(Equality, st.just("objectClass"), st.sampled_from(_CLASSES)),
    st.builds(Equality, st.sampled_from(["manager", "member"]), st.sampled_from(_PERSONS)),
    st.builds(_of_time, st.sampled_from([AtLeast, AtMost]), st.sampled_from([2001, 2999])),
    st.builds(Extensible, _names, st.none(), _cased),
    st.sampled_from([TRUE, FALSE, Equality("entryUUID", uuid_of("p3")), Equality("entryUUID", "no uuid")]),
)
_filters = st.recursive(
    _leaves,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(And, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Or, st.lists(inner, max_size=3).map(tuple)),
    ),
    max_leaves=5,
)
_bases = st.sampled_from([SUFFIX, PEOPLE, PEOPLE.upper(), f"uid=p1,{PEOPLE}", f"ou=groups,{SUFFIX}", f"cn=sales,ou=groups,{SUFFIX}"])


@_EXAMPLES
@given(_filters, _bases, st.sampled_from(Scope))
def test_the_same_plain_entries_are_found(pair: Pair, wanted: Filter, base: str, scope: Scope) -> None:
    request = SearchRequest(base, scope, wanted, ("1.1",))
    ours, theirs = pair.ours(request), pair.slapd.ask(request)
    assert ours[-1].code == theirs[-1].code == 0
    found, wanted_ones = set(_whole(ours)) & pair.plain, set(_whole(theirs)) & pair.plain
    assert (sorted(found - wanted_ones)[:3], sorted(wanted_ones - found)[:3]) == ([], [])


def _plain_choice(kind: int, name: str, value: str) -> Filter:
    return (Equality(name, value), Substrings(name, value), Substrings(name, "", (value,)))[kind]


_folded = st.one_of(_cased, st.sampled_from(["Müller", "+49 30 5550004", "555", "łódź", "ß"]))


@_EXAMPLES
@given(st.builds(_plain_choice, st.integers(0, 2), st.sampled_from([*_TOLD, *_PHONES]), _folded))
def test_whatever_is_found_there_is_found_here(pair: Pair, wanted: Filter) -> None:
    request = SearchRequest(SUFFIX, Scope.SUBTREE, wanted, ("1.1",))
    assert sorted(set(_whole(pair.slapd.ask(request))) - set(_whole(pair.ours(request)))) == []


@pytest.mark.parametrize(
    "wanted",
    [
        Equality("sn", "muller"),
        Substrings("l", "lod"),
        Equality("sn", "STRASSE"),
        Substrings("cn", "Ann "),
        Equality("telephoneNumber", "030 555 0001"),
        Substrings("mobile", "", ("151/55.5",)),
        Approximate("cn", "Smith Ada"),
        AtLeast("cn", "m"),
        Substrings("entryUUID", uuid_of("p3")[:8]),
        Equality("objectClass", "user"),
        Not(Equality("objectClass", "computer")),
        Equality("subschemaSubentry", "cn=Subschema"),
        Equality("memberOf", f"cn=sales,ou=groups,{SUFFIX}"),
        AtLeast("numSubordinates", "1"),
    ],
)
def test_this_is_more_than_openldap_finds(pair: Pair, wanted: Filter) -> None:
    request = SearchRequest(SUFFIX, Scope.SUBTREE, wanted, ("1.1",))
    here, there = set(_whole(pair.ours(request))), set(_whole(pair.slapd.ask(request)))
    assert here > there


@pytest.mark.parametrize("scope", list(Scope))
@pytest.mark.parametrize(
    "base",
    [
        SUFFIX,
        PEOPLE.upper(),
        f"UID = p1 , {PEOPLE}",
        f"uid=\\70\\31,{PEOPLE}",
        f"2.5.4.11=people,{SUFFIX}",
        f"uid=nobody,{PEOPLE}",
        f"cn=x,uid=p1,{PEOPLE}",
        f"uid=a,ou=nothing,{SUFFIX}",
        f"uid=p1+cn=x,{PEOPLE}",
        f"cn=sales,ou=groups,{SUFFIX}",
        "dc=other",
        "dc=com",
        "no dn",
    ],
)
def test_the_same_bases_exist_and_the_same_name_is_nearest(pair: Pair, base: str, scope: Scope) -> None:
    request = SearchRequest(base, scope, Present("objectClass"), ("1.1",))
    ours, theirs = pair.ours(request), pair.slapd.ask(request)
    assert (ours[-1].code, ours[-1].matched.lower()) == (theirs[-1].code, theirs[-1].matched.lower())
    assert set(_whole(ours)) == set(_whole(theirs))


_STANDARD = {name.lower() for name in (*_TOLD, *_PHONES, *_KEPT, "manager", "entryDN", "structuralObjectClass", "hasSubordinates")}


@pytest.mark.parametrize("types_only", [False, True])
@pytest.mark.parametrize(
    "asked",
    "- * + 1.1 1.1,cn cn,CN 2.5.4.3 cn;lang-de @person,uid @2.5.6.6 noSuch cn,* jpegPhoto entryDN,hasSubordinates *,+ name".split(),
)
def test_the_same_attributes_come(pair: Pair, asked: str, types_only: bool) -> None:
    attributes = () if asked == "-" else tuple(asked.split(","))
    for number in (1, 4, 20):
        request = SearchRequest(f"uid=p{number},{PEOPLE}", Scope.BASE, TRUE, attributes, types_only=types_only)
        (ours,), (theirs,) = _whole(pair.ours(request)).values(), _whole(pair.slapd.ask(request)).values()
        assert {name: ours[name] for name in ours if name in _STANDARD} == {name: theirs[name] for name in theirs if name in _STANDARD}


@pytest.mark.parametrize("limit", [1, 3, 89, 90, 91])
def test_the_same_limit_cuts_as_much_off(pair: Pair, limit: int) -> None:
    request = SearchRequest(PEOPLE, Scope.ONE, Present("objectClass"), ("1.1",), size_limit=limit)
    ours, theirs = pair.ours(request), pair.slapd.ask(request)
    assert (len(ours), ours[-1].code) == (len(theirs), theirs[-1].code)


@pytest.mark.parametrize(
    "dn, attribute, value",
    [
        (f"uid=p1,{PEOPLE}", "objectClass", "PERSON"),
        (f"uid=p1,{PEOPLE}", "mail", "P1@EXAMPLE.COM"),
        (f"uid=p1,{PEOPLE}", "sn", "nobody"),
        (f"uid=p1,{PEOPLE}", "sn", ""),
        (f"uid=p1,{PEOPLE}", "noSuch", "x"),
        (f"uid=p1,{PEOPLE}", "pager", "1"),
        (f"uid=p1,{PEOPLE}", "jpegPhoto", "x"),
        (f"uid=p1,{PEOPLE}", "manager", "no dn"),
        (f"uid=nobody,{PEOPLE}", "sn", "x"),
        ("no dn", "sn", "x"),
        (PEOPLE, "ou", "PEOPLE"),
        (SUFFIX, "ou", "x"),
        (f"cn=sales,ou=groups,{SUFFIX}", "member", f"UID=p1 , {PEOPLE}"),
    ],
)
def test_comparing_ends_alike(pair: Pair, dn: str, attribute: str, value: str) -> None:
    request = CompareRequest(dn, attribute, value.encode())
    ours, theirs = pair.ours(request)[-1], pair.slapd.ask(request)[-1]
    assert (ours.code, ours.matched.lower()) == (theirs.code, theirs.matched.lower())
