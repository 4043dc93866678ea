# SPDX-License-Identifier: GPL-3.0-or-later
"""No answer tells apart two directories that differ only in what the asker may not see.

Two copies of the company get another value for one attribute of one person. Everybody who may not read it there asks both
the same questions; the answers, the order of what is found and the errors are the same.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from dirserver.card.card import Property
from dirserver.card.normal import normalise
from dirserver.directory.reading import Reading
from dirserver.directory.views.entry import Entry, Form, Search, SearchResult
from dirserver.directory.writing import Writing
from dirserver.errors import DirserverError
from dirserver.model.book import Level
from dirserver.model.entry import State
from dirserver.model.filter import And, Approximate, AtLeast, AtMost, Equality, Filter, Not, Or, Present, Substrings
from dirserver.model.grant import Grant, Subject
from dirserver.model.modification import Modification, Operation
from dirserver.model.names import Slug
from dirserver.model.order import SortKey
from dirserver.model.principal import Principal
from tests.cast import PEOPLE, Company, company_of, make_company, uuid_of
from tests.companies import ENGINES
from tests.parts import CoreParts, open_parts

# The printer sees what Dov sees, and Chika sees everything.
ASKERS = ("ada", "bruno", "dov", "esme", "nobody")
HIDDEN: dict[str, tuple[str, str]] = {
    "mail": ("one@example.com", "two@other.example"),
    "mobile": ("+49 151 1111111", "+49 170 2222222"),
    "homePhone": ("+49 30 1111111", "+49 89 2222222"),
    "employeeNumber": ("1000001", "2000002"),
    "description": ("alpha secret", "omega riddle"),
    "postalAddress": ("Alphaweg 1$10115 Berlin", "Omegastr. 2$80331 München"),
    "birthDate": ("1985-04-12", "1991-11-30"),
    "manager": (f"urn:uuid:{uuid_of('dov')}", f"urn:uuid:{uuid_of('chika')}"),
    "categories": ("alpha", "omega"),
}


@dataclass
class Twins:
    """Two copies of one company."""

    both: tuple[CoreParts, CoreParts]
    company: Company


@pytest.fixture(scope="module", params=ENGINES)
def twins(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twins]:
    def prepare(url: str) -> None:
        parts = open_parts(url)
        make_company(parts)
        parts.close()

    if request.param == "postgresql":
        server = request.getfixturevalue("postgres_server")
        template = server.template("company", prepare)
        urls = [server.url(server.create(template=template)) for _ in range(2)]
    else:
        folder: Path = tmp_path_factory.mktemp("twins")
        prepare(f"sqlite:///{folder / '0.db'}")
        shutil.copyfile(folder / "0.db", folder / "1.db")
        urls = [f"sqlite:///{folder / name}" for name in ("0.db", "1.db")]
    first, second = map(open_parts, urls)
    yield Twins((first, second), company_of(first))
    first.close()
    second.close()


def both_do(twins: Twins, deed: Callable[[Writing, int], object]) -> None:
    for number, parts in enumerate(twins.both):
        with parts.directory.writing(twins.company.system) as writing:
            deed(writing, number)


def write(writing: Writing, who: str, attribute: str, *values: str) -> None:
    writing.modify(uuid_of(who), [Modification(attribute, Operation.REPLACE, values)])


def questions(attribute: str, values: tuple[str, str]) -> Iterator[Filter]:
    for value in values:
        yield Equality(attribute, value)
        yield Not(Equality(attribute, value))
        yield Approximate(attribute, value)
        yield AtLeast(attribute, value)
        yield Not(AtMost(attribute, value))
        yield Substrings(attribute, value[:4])
        yield Substrings(attribute, "", (value[2:6],), "")
        yield Not(Substrings(attribute, "", (), value[-4:]))
        yield And((Present("cn"), Or((Equality(attribute, value), Equality("uid", "zoe")))))
        yield And((Not(Not(Equality(attribute, value))), Equality("uid", "ludo")))
    yield Present(attribute)
    yield Not(Present(attribute))
    yield Or((Not(Present(attribute)), Equality("uid", "zoe")))


def shown(entry: Entry) -> tuple[object, ...]:
    # The ETag is drawn by lot.
    manager = entry.manager and (entry.manager.name, entry.manager.display)
    return (entry.uuid, entry.name, entry.revision, entry.card, entry.display, manager, entry.modified_at, entry.created_by, entry.href)


def result(found: SearchResult) -> tuple[object, ...]:
    return (tuple(map(shown, found.entries)), found.stopped_by)


def answers(reading: Reading, attribute: str, values: tuple[str, str]) -> Iterator[object]:
    """Everything that can be asked, in order; errors by their public message."""
    yield tuple((view.slug, reading.count(view)) for view in reading.books())
    for question in questions(attribute, values):
        yield result(reading.search(Search(question)))
        yield result(reading.search(Search(question, limit=1, offset=1)))
    for is_reversed in (False, True):
        listed = reading.ordered([Search()], (SortKey(attribute.lower(), is_reversed=is_reversed),))
        assert listed is not None
        yield tuple(map(shown, listed.entries(0, len(listed))))
        yield [listed.keys_at(place) for place in range(len(listed))]
        yield [listed.place((normalise(attribute, value),)) for value in values]
    for value in values:
        for text in (value, value[-5:], f"zoe {value}"):
            yield result(reading.suggest(text))
            yield reading.suggested(text)
    for text in ("zoe", "smith", "e", "a"):
        yield result(reading.suggest(text, limit=4))
    yield tuple((group.name, group.members) for group in reading.groups())
    yield result(reading.search(Search(with_state=State.TRASHED)))
    yield from tried(lambda: shown(reading.find(uuid_of("zoe"))))
    for about in ("zoe", "ada"):
        yield from tried(lambda about=about: [(one.by, one.card) for one in reading.history(reading.find(uuid_of(about)))])
        yield from tried(lambda about=about: tuple(map(shown, reading.reports_of(reading.find(uuid_of(about))))))
    for form in (Form.NATIVE, Form.VCARD4):
        yield from tried(lambda form=form: [(one.href, one.body) for one in reading.renderings(reading.book(PEOPLE), None, form)])
    yield from tried(lambda: [one.href for one in reading.changes(reading.book(PEOPLE), None).changed])


def tried(ask: Callable[[], object]) -> Iterator[object]:
    try:
        yield ask()
    except DirserverError as error:
        yield (type(error).__name__, error.public_message)


def hides(parts: CoreParts, asker: Principal, attribute: str, about: str) -> bool:
    with parts.directory.reading(asker) as reading:
        try:
            return not reading.find(uuid_of(about)).view.may_read(attribute)
        except DirserverError:
            return True


ON_POSTGRESQL = ("mobile", "description", "manager")
CASES = [("sqlite", name) for name in HIDDEN] + [pytest.param("postgresql", name, marks=pytest.mark.postgresql) for name in ON_POSTGRESQL]


@pytest.mark.slow
@pytest.mark.parametrize("twins, attribute", CASES, indirect=["twins"])
def test_nobody_can_tell_two_hidden_values_apart(twins: Twins, attribute: str) -> None:
    values = HIDDEN[attribute]
    both_do(twins, lambda writing, number: write(writing, "zoe", attribute, values[number]))
    kept_from = [who for who in ASKERS if hides(twins.both[0], getattr(twins.company, who), attribute, "zoe")]
    assert kept_from[-1] == "nobody"
    assert {"esme", "nobody"} <= set(kept_from)
    for who in kept_from:
        assert_same_answers(twins, getattr(twins.company, who), attribute, values)
    assert not tells_apart_nothing(twins, attribute, values), "who may see everything must see the difference"
    both_do(twins, lambda writing, _number: write(writing, "zoe", attribute))


def assert_same_answers(twins: Twins, asker: Principal, attribute: str, values: tuple[str, str]) -> None:
    first, second = twins.both
    with first.directory.reading(asker) as one, second.directory.reading(asker) as other:
        for number, (left, right) in enumerate(zip(answers(one, attribute, values), answers(other, attribute, values), strict=True)):
            assert left == right, f"{asker.login or 'nobody'} can tell by answer {number}"


def tells_apart_nothing(twins: Twins, attribute: str, values: tuple[str, str]) -> bool:
    with twins.both[0].directory.reading(twins.company.admin) as one, twins.both[1].directory.reading(twins.company.admin) as other:
        return list(answers(one, attribute, values)) == list(answers(other, attribute, values))


def test_hidden_names_show_in_no_order_rank_or_reference(twins: Twins) -> None:
    """A View without names: order, rank, managers and members are as if there were none."""
    grant = Grant(PEOPLE, Subject.parse("account:dov"), Level.VIEW, ("telephoneNumber", "manager", "mail"))
    both_do(twins, lambda writing, number: writing.grant(grant))

    def rename(writing: Writing, number: int) -> None:
        for who, names in {"ada": ("Aa Aardvark", "Zz Zebra"), "bruno": ("Yy Yak", "Bb Bear")}.items():
            given, family = names[number].split()
            values = {"cn": names[number], "givenName": given, "sn": family}
            writing.modify(uuid_of(who), [Modification(name, Operation.REPLACE, (value,)) for name, value in values.items()])

    both_do(twins, rename)
    values = ("Aardvark", "Zebra")
    assert_same_answers(twins, twins.company.dov, "cn", values)
    with twins.both[0].directory.reading(twins.company.dov) as reading:
        assert reading.find(uuid_of("ada")).manager is not None
        for text in ("example", "555"):
            assert [one.name for one in reading.suggest(text).entries] == sorted(one.name for one in reading.suggest(text).entries)
    both_do(twins, lambda writing, number: writing.revoke(writing.book("people"), grant.subject))


def test_a_book_that_is_hidden_and_one_that_is_missing_look_the_same(twins: Twins) -> None:
    with twins.both[0].directory.reading(twins.company.esme) as reading:
        told = [next(tried(lambda slug=slug: reading.book(slug))) for slug in ("clients", "nothing")]
        assert str(told[0]).replace("clients", "nothing") == str(told[1])
        assert reading.search(Search(books=(Slug("clients"),))).entries == ()


def _attempts() -> tuple[Callable[[Writing], object], ...]:
    ludo = uuid_of("ludo")
    return (
        lambda writing: writing.modify(ludo, [Modification("mail", Operation.DELETE, (HIDDEN["mail"][0],))]),
        lambda writing: writing.replace_card(ludo, writing.find(ludo).card.with_property(Property.of_text("X-A", "b"))),
        lambda writing: writing.trash(ludo),
        lambda writing: writing.revert(ludo, 1),
        lambda writing: writing.put(writing.book("people"), writing.find(ludo).href, writing.find(uuid_of("zoe")).card),
    )


def test_what_a_writer_may_not_see_is_in_no_error(twins: Twins) -> None:
    both_do(twins, lambda writing, number: write(writing, "ludo", "mail", HIDDEN["mail"][number]))
    told: list[list[object]] = [[], []]
    for number, parts in enumerate(twins.both):
        for attempt in _attempts():
            try:
                with parts.directory.writing(twins.company.esme) as writing:
                    attempt(writing)
                told[number].append("done")
            except DirserverError as error:
                told[number].append((type(error).__name__, error.public_message))
    assert told[0] == told[1]
    assert "done" not in told[0]
    both_do(twins, lambda writing, _number: write(writing, "ludo", "mail"))
