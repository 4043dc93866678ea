# SPDX-License-Identifier: GPL-3.0-or-later
"""A label that is shared: what shows of its book through it, as one, and to whom; who may put it on and take it off."""

from __future__ import annotations

import dataclasses

import pytest

from dirserver.card.fields import from_attributes
from dirserver.card.groups import categories_of, member_value, new_group, with_members
from dirserver.directory.reading import Reading
from dirserver.directory.search.question import Question
from dirserver.directory.views.entry import BookView, Draft, Search
from dirserver.errors import BadInput, Conflict, NotAllowed, NotFound
from dirserver.model.book import BookKind, Level
from dirserver.model.change import Changes, SyncToken
from dirserver.model.entry import State
from dirserver.model.filter import ANY_ENTRY, Equality
from dirserver.model.grant import Grant, Subject
from dirserver.model.modification import Modification, Operation
from dirserver.model.names import Href, Slug
from dirserver.model.principal import Principal
from tests.cast import CLIENTS, Company, uuid_of
from tests.parts import CoreParts

LABELS = {"a": ("VIP",), "b": ("VIP", "Old"), "c": ("Old",)}
CONTRACTORS = Subject.parse("group:contractors")
VIP = Slug("clients-vip")


def a_card(name: str, *labels: str) -> Draft:
    values = {"cn": (f"Client {name}",), "mail": (f"{name}@client.example",), "mobile": (f"+49 151 770{ord(name[0])}",)}
    return Draft(from_attributes({**values, "categories": labels}, uid=uuid_of(f"client-{name}")), name=name, href=Href(f"{name}.vcf"))


def on(label: str, level: Level = Level.VIEW, who: str = "group:contractors", reads: str = "*", writes: str = "") -> Grant:
    return Grant(CLIENTS, Subject.parse(who), level, (reads,), (writes,) if writes else (), label)


@pytest.fixture
def shared(parts: CoreParts, company: Company) -> Company:
    """Three clients, of whom two are VIPs: that label is granted to the contractors, who don't see the book."""
    with parts.directory.writing(company.system) as writing:
        for name, labels in LABELS.items():
            writing.add(writing.book(CLIENTS), a_card(name, *labels))
        writing.grant(on("VIP"))
    return company


def seen(reading: Reading, slug: str) -> set[str]:
    view = reading.book(slug)
    listed = {each.href for each in reading.listing(view)}
    assert {entry.href for entry in reading.search(Search(books=(view.slug,))).entries} == listed
    assert {each.href for each in reading.renderings(view, None)} == listed
    assert reading.count(view, with_groups=True) == len(listed)
    assert reading.browse(view, Question()).total == len(listed)
    return {href.removesuffix(".vcf") for href in listed}


def test_who_is_granted_a_label_sees_what_carries_it_and_nothing_else_of_the_book(parts: CoreParts, shared: Company) -> None:
    with parts.directory.reading(shared.esme) as reading:
        assert [view.slug for view in reading.books() if view.book.kind is BookKind.SHARED] == [VIP]
        assert seen(reading, VIP) == {"a", "b"}
        with pytest.raises(NotFound):
            reading.book(CLIENTS)
        assert reading.find(uuid_of("client-a")).book == VIP
        assert reading.named(reading.book(VIP), "b").book == VIP
        for hidden in (lambda: reading.find(uuid_of("client-c")), lambda: reading.named(reading.book(VIP), "c")):
            with pytest.raises(NotFound):
                hidden()
        assert not reading.at(reading.book(VIP), [Href("c.vcf")])
        assert {entry.name for entry in reading.search(Search()).entries} >= {"a", "b"}
        assert not reading.search(Search(Equality("mail", "c@client.example"))).entries
        assert [entry.name for entry in reading.suggest("client").entries] == ["a", "b"]
        assert reading.suggested("client") == 2
        assert {entry.name for entry in reading.among(reading.book(VIP), names=("a", "c"))} == {"a"}
    with parts.directory.reading(shared.ada) as reading:
        assert reading.find(uuid_of("client-a")).book == CLIENTS
        assert VIP in {view.slug for view in reading.label_books()}
        assert VIP not in {view.slug for view in reading.books()}
    with parts.directory.reading(shared.nobody) as reading, pytest.raises(NotFound):
        reading.book(VIP)


def changed(parts: CoreParts, who: Principal, slug: str, since: SyncToken | None) -> tuple[set[str], set[str], SyncToken]:
    with parts.directory.reading(who) as reading:
        found: Changes = reading.changes(reading.book(slug), since)
        by_steps = since
        held: set[str] = set()
        for _ in range(50):
            step = reading.changes(reading.book(slug), by_steps, 1)
            held |= {each.href for each in step.changed} | set(step.gone)
            by_steps = step.token
            if not step.is_truncated:
                break
        told = {each.href for each in found.changed} | set(found.gone)
        assert held == told or since is None
    names = ({each.href.removesuffix(".vcf") for each in found.changed}, {href.removesuffix(".vcf") for href in found.gone})
    return (*names, found.token)


def test_what_gets_the_label_appears_and_what_loses_it_disappears_and_nothing_else_is_told(parts: CoreParts, shared: Company) -> None:
    esme = shared.esme
    came, gone, token = changed(parts, esme, VIP, None)
    assert (came, gone) == ({"a", "b"}, set())
    with parts.directory.writing(shared.system) as writing:
        book = writing.book(CLIENTS)
        writing.label(book, (uuid_of("client-c"),), added=("VIP",))
        writing.label(book, (uuid_of("client-a"),), removed=("VIP",))
        writing.add(book, a_card("d"))
    came, gone, token = changed(parts, esme, VIP, token)
    assert (came, gone) == ({"c"}, {"a"})
    with parts.directory.writing(shared.system) as writing:
        # What left is as hidden as what never was there.
        writing.modify(uuid_of("client-a"), [Modification("title", Operation.REPLACE, ("hidden",))])
        writing.modify(uuid_of("client-d"), [Modification("title", Operation.REPLACE, ("hidden",))])
        writing.trash(uuid_of("client-a"))
        writing.trash(uuid_of("client-b"))
        writing.purge(uuid_of("client-a"))
        writing.purge(uuid_of("client-b"))
    with parts.directory.reading(esme) as reading:
        assert {one.uuid for one in reading.touched(reading.book(VIP), token.number, most=9)} == {None}
    came, gone, _ = changed(parts, esme, VIP, token)
    assert (came, gone) == (set(), {"b"})
    foreign = dataclasses.replace(token, view="of somebody else")
    assert changed(parts, esme, VIP, foreign)[:2] == ({"c"}, {"a", "b"})


def test_a_label_withdrawn_or_given_to_another_shows_at_once(parts: CoreParts, shared: Company) -> None:
    with parts.directory.writing(shared.system) as writing:
        writing.revoke(writing.label_book(writing.book(CLIENTS), "VIP"), CONTRACTORS)
        writing.grant(on("Old", who="account:esme"))
    with parts.directory.reading(shared.esme) as reading:
        with pytest.raises(NotFound):
            reading.book(VIP)
        assert seen(reading, "clients-old") == {"b", "c"}
        with pytest.raises(NotFound):
            reading.find(uuid_of("client-a"))
    with parts.directory.writing(shared.system) as writing:
        writing.trash(writing.label_named(writing.book(CLIENTS), "Old").row.uuid)
    with parts.directory.reading(shared.esme) as reading:
        assert [view for view in reading.books() if view.book.kind is BookKind.SHARED] == []
        with pytest.raises(NotFound):
            reading.find(uuid_of("client-b"))


def test_fields_that_one_label_hides_show_and_count_through_another_where_both_are_carried(parts: CoreParts, shared: Company) -> None:
    with parts.directory.writing(shared.system) as writing:
        writing.grant(on("VIP", reads="public"))
        writing.grant(on("Old", reads="work"))
    by_mail = [Equality("mail", f"{name}@client.example") for name in "abc"]
    with parts.directory.reading(shared.esme) as reading:
        for slug, found in ((VIP, [False, True, False]), ("clients-old", [False, True, True])):
            assert [bool(reading.search(Search(each, (Slug(slug),))).entries) for each in by_mail] == found
        assert {entry.book for entry in reading.search(Search(by_mail[1], (Slug("clients-old"),))).entries} == {"clients-old"}
        assert [reading.find(uuid_of(f"client-{name}")).view.may_read("mail") for name in "abc"] == [False, True, True]
        assert [reading.find(uuid_of(f"client-{name}")).view.may_read("cn") for name in "abc"] == [True, True, False]
        vip, old = ({each.href: each.etag for each in reading.listing(reading.book(slug))} for slug in (VIP, "clients-old"))
        assert vip["b.vcf"] == old["b.vcf"] == reading.find(uuid_of("client-b")).etag


def test_rights_on_a_book_and_on_its_labels_add_up(parts: CoreParts, shared: Company) -> None:
    with parts.directory.writing(shared.system) as writing:
        writing.grant(on("VIP", Level.EDIT, "account:dov", writes="*"))
    with parts.directory.writing(shared.dov) as writing:
        assert seen(writing, CLIENTS) >= {"a", "b", "c"}
        assert [writing.find(uuid_of(f"client-{name}")).view.level for name in "abc"] == [Level.EDIT, Level.EDIT, Level.VIEW]
        writing.modify(uuid_of("client-a"), [Modification("title", Operation.REPLACE, ("Boss",))])
        with pytest.raises(NotAllowed):
            writing.modify(uuid_of("client-c"), [Modification("title", Operation.REPLACE, ("Boss",))])
        with pytest.raises(NotAllowed):
            writing.add(writing.book(VIP), a_card("e", "VIP"))
    with parts.directory.reading(shared.dov) as reading:
        assert [seen(reading, slug) for slug in (VIP, CLIENTS)] == [{"a", "b"}, seen(reading, CLIENTS)]


def test_nobody_shares_what_they_could_not_grant_by_a_label_nor_takes_it_away(parts: CoreParts, shared: Company) -> None:
    directory = parts.directory
    ids = {name: (uuid_of(f"client-{name}"),) for name in "abc"}
    with directory.writing(shared.system) as writing:
        writing.grant(on("VIP", Level.EDIT, "account:esme", writes="*"))
        label = writing.label_named(writing.book(CLIENTS), "VIP").row
    # Ada may edit and delete everything in the book, not share it; Esme may edit what is labelled.
    for deed in (
        lambda w: w.label(w.book(CLIENTS), ids["c"], added=("VIP",)),
        lambda w: w.label(w.book(CLIENTS), ids["a"], removed=("VIP",)),
        lambda w: w.add(w.book(CLIENTS), a_card("e", "VIP")),
        lambda w: w.trash(label.uuid),
        lambda w: w.merge_labels(w.label_named(w.book(CLIENTS), "Old").row.uuid, label.uuid),
    ):
        with pytest.raises(NotAllowed), directory.writing(shared.ada) as writing:
            deed(writing)
    with directory.writing(shared.ada) as writing:
        # A phone sends whole cards: what it may change is changed, the shared label stays.
        changed_card = from_attributes({"cn": ("Client a",), "title": ("Boss",), "categories": ("New",)}, uid=uuid_of("client-a"))
        done = writing.put(writing.book(CLIENTS), Href("a.vcf"), changed_card)
        assert set(categories_of(done.entry.card)) == {"New", "VIP"}
        assert not done.is_as_given
        new = writing.put(writing.book(CLIENTS), Href("f.vcf"), a_card("f", "VIP", "Old").card)
        assert categories_of(new.entry.card) == ("Old",)
    with pytest.raises(NotAllowed), directory.writing(shared.ada) as writing:
        uids = [uuid_of(f"client-{name}") for name in ("a", "b", "unknown")]
        waiting = with_members(new_group(label.uid, "VIP"), {uid: member_value(uid) for uid in uids}, ())
        writing.put(writing.book(CLIENTS), Href(label.href), waiting)
    with directory.writing(shared.esme) as writing:
        assert not writing.find(ids["a"][0]).view.may_write("categories")
        with pytest.raises(NotAllowed):
            writing.modify(ids["a"][0], [Modification("categories", Operation.REPLACE, ("VIP", "Old"))])
        writing.modify(ids["a"][0], [Modification("title", Operation.REPLACE, ("Chef",))])
    with directory.writing(shared.system) as writing:
        writing.grant(Grant(CLIENTS, Subject.parse("account:ada"), Level.MANAGE, ("*",), ("*",)))
    with directory.writing(shared.ada) as writing:
        writing.label(writing.book(CLIENTS), ids["c"], added=("VIP",))
    with directory.reading(shared.esme) as reading:
        assert seen(reading, VIP) == {"a", "b", "c"}


def test_a_label_is_granted_by_who_could_grant_as_much_on_what_carries_it(parts: CoreParts, shared: Company) -> None:
    directory = parts.directory
    with pytest.raises(NotAllowed), directory.writing(shared.ada) as writing:
        writing.grant(on("VIP", who="account:dov"))
    with directory.writing(shared.system) as writing:
        writing.grant(on("VIP", Level.MANAGE, "account:esme", reads="public"))
    with directory.writing(shared.esme) as writing:
        writing.grant(Grant(VIP, Subject.parse("account:zoe"), Level.VIEW, ("public",)))
    with directory.writing(shared.esme) as writing:
        assert {str(each.subject) for each in writing.grants(writing.book(VIP))} >= {"account:zoe", "account:esme"}
        for too_much in (
            Grant(VIP, Subject.parse("account:zoe"), Level.VIEW, ("*",)),
            Grant(VIP, Subject.parse("account:zoe"), Level.EDIT, ("public",), ("public",)),
        ):
            with pytest.raises(NotAllowed):
                writing.grant(too_much)
        with pytest.raises(NotAllowed):
            writing.revoke(writing.book(VIP), CONTRACTORS)
        writing.revoke(writing.book(VIP), Subject.parse("account:zoe"))
        with pytest.raises(NotFound):
            writing.grant(on("Old", who="account:zoe"))
    with directory.writing(shared.system) as writing:
        for wrong in (on("VIP", who="self"), on("VIP", Level.OWN)):
            with pytest.raises(BadInput):
                writing.grant(wrong)
        with pytest.raises(NotFound):
            writing.grant(on("Nothing"))
        with pytest.raises(Conflict):
            writing.drop_label_book(VIP)


def test_what_is_deleted_through_a_label_lies_in_the_trash_of_the_book(parts: CoreParts, shared: Company) -> None:
    with parts.directory.writing(shared.system) as writing:
        writing.grant(on("VIP", Level.DELETE, writes="*"))
    with parts.directory.writing(shared.esme) as writing:
        writing.trash(uuid_of("client-a"))
        assert seen(writing, VIP) == {"b"}
        away = writing.search(Search(ANY_ENTRY, (VIP,), with_state=State.TRASHED)).entries
        assert [entry.name for entry in away] == ["a"]
        assert writing.restore(uuid_of("client-a")).book == VIP
    with parts.directory.writing(shared.system) as writing:
        writing.trash(uuid_of("client-c"))
    with parts.directory.reading(shared.esme) as reading:
        assert not reading.search(Search(ANY_ENTRY, (VIP,), with_state=State.TRASHED)).entries
        with pytest.raises(NotAllowed):
            reading.batches_of(reading.book(VIP))


def test_why_somebody_sees_an_entry_names_the_label(parts: CoreParts, shared: Company) -> None:
    with parts.directory.reading(shared.system) as reading:
        book, entry = reading.book(CLIENTS), reading.find(uuid_of("client-a"))
        answer = reading.may(shared.esme.account_id, book).on(entry, ("mail", "categories"))
        assert (answer.relation, answer.level) == ("label", Level.VIEW)
        assert [each.named for each in answer.added_by] == ["group:contractors on label 'VIP'"]
        assert [(one.field, one.may_read, one.may_write) for one in answer.fields] == [("categories", True, False), ("mail", True, False)]
        other = reading.may(shared.esme.account_id, book).on(reading.find(uuid_of("client-c")))
        assert other.level is Level.NONE
        through: BookView = reading.book(VIP)
        assert reading.may(shared.esme.account_id, through).in_general().level is Level.VIEW


def test_giving_and_taking_back_is_written_down_and_ends_with_who_leaves(parts: CoreParts, shared: Company) -> None:
    with parts.directory.writing(shared.system) as writing:
        writing.grant(on("VIP", who="account:zoe"))
        assert VIP in writing.departures.let_go("zoe").revoked
    with parts.directory.reading(shared.system) as reading:
        assert {str(each.subject) for each in reading.label_grants(reading.book(CLIENTS))} == {"group:contractors"}
