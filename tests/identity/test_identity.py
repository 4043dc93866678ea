# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from passlib.hash import ldap_salted_sha1, ldap_salted_sha512, sha512_crypt

from dirserver.errors import BadInput, Conflict, NotAuthenticated, NotFound, Throttled
from dirserver.identity import passwords
from dirserver.identity.account import Scope
from dirserver.identity.identity import Identity
from dirserver.model.principal import Door, Principal
from dirserver.store.accounts import accounts
from dirserver.store.accounts.factors import NOTHING
from tests.cast import Company, device_of, draft, password_of, uuid_of
from tests.parts import CoreParts

HERE = "127.0.0.1"
AWAY = "203.0.113.7"
MACHINES = (Door.DAV, Door.LDAP)
PEOPLE = (Door.WEB, Door.API)


def sign_in(parts: CoreParts, login: str, password: str, door: Door = Door.DAV, address: str = HERE) -> Principal:
    return parts.identity.authenticate(login, password, door=door, address=address)


def assert_refused(parts: CoreParts, login: str, password: str, door: Door = Door.DAV, address: str = HERE) -> None:
    with pytest.raises(NotAuthenticated, match="login or password is wrong"):
        sign_in(parts, login, password, door, address)


@pytest.mark.parametrize("door", [*MACHINES, *PEOPLE])
def test_the_main_password_opens_every_door(parts: CoreParts, company: Company, door: Door) -> None:
    found = sign_in(parts, "ada", password_of("ada"), door)
    assert found == Principal(door, company.ada.account_id, "ada")


@pytest.mark.parametrize("typed", ["ADA", " ada ", "Ada@Example.com", "ádá"])
def test_a_login_or_mail_address_is_taken_in_any_spelling(parts: CoreParts, company: Company, typed: str) -> None:
    assert sign_in(parts, typed, device_of("ada")).login == "ada"


def test_a_device_password_opens_the_doors_of_machines_only(parts: CoreParts, company: Company) -> None:
    for door in MACHINES:
        assert sign_in(parts, "ada", device_of("ada"), door).login == "ada"
    for door in PEOPLE:
        assert_refused(parts, "ada", device_of("ada"), door)


def test_a_device_password_keeps_to_its_scope(parts: CoreParts, company: Company) -> None:
    dav = parts.identity.add_device_password("ada", label="phone", scope=Scope.DAV)
    ldap = parts.identity.add_device_password("ada", label="desk phone", scope=Scope.LDAP)
    assert sign_in(parts, "ada", dav, Door.DAV).login == sign_in(parts, "ada", ldap, Door.LDAP).login == "ada"
    assert_refused(parts, "ada", dav, Door.LDAP)
    assert_refused(parts, "ada", ldap, Door.DAV)


def test_a_device_password_opens_no_other_account(parts: CoreParts, company: Company) -> None:
    assert_refused(parts, "bruno", device_of("ada"))


def test_a_revoked_device_password_is_refused_at_once_and_the_browser_stays_signed_in(parts: CoreParts, company: Company) -> None:
    browser = parts.identity.open_session(company.ada, address=HERE)
    sign_in(parts, "ada", device_of("ada"))
    (device,) = parts.identity.device_passwords("ada")
    parts.identity.revoke_device_password("ada", device.id)
    assert_refused(parts, "ada", device_of("ada"))
    assert parts.identity.device_passwords("ada") == ()
    assert parts.identity.session(browser) is not None
    parts.identity.add_device_password("ada", label="new", secret="another-secret-for-it")
    assert_refused(parts, "ada", device_of("ada"))


def test_nobody_revokes_the_device_of_somebody_else(parts: CoreParts, company: Company) -> None:
    (device,) = parts.identity.device_passwords("bruno")
    with pytest.raises(NotFound):
        parts.identity.revoke_device_password("ada", device.id)
    assert sign_in(parts, "bruno", device_of("bruno")).login == "bruno"


def test_a_device_password_is_long_shown_once_and_labelled(parts: CoreParts, company: Company) -> None:
    made = {parts.identity.add_device_password("ada", label="phone") for _ in range(20)}
    assert len(made) == 20
    assert min(map(len, made)) >= 24
    assert not any(secret in repr(parts.identity.device_passwords("ada")) for secret in made)
    for label in ("", "  ", "x" * 101, "a\nb"):
        with pytest.raises(BadInput, match="label"):
            parts.identity.add_device_password("ada", label=label)


def test_a_closed_account_is_refused_at_once_also_where_it_was_remembered(parts: CoreParts, company: Company) -> None:
    browser = parts.identity.open_session(company.ada, address=HERE)
    for secret in (device_of("ada"), password_of("ada")):
        sign_in(parts, "ada", secret)
    parts.identity.close_account("ada")
    for secret in (device_of("ada"), password_of("ada")):
        assert_refused(parts, "ada", secret)
    assert parts.identity.session(browser) is None
    with pytest.raises(NotAuthenticated), parts.directory.reading(company.ada):
        pass
    with pytest.raises(NotAuthenticated), parts.directory.writing(company.ada):
        pass
    with pytest.raises(NotAuthenticated):
        parts.identity.open_session(company.ada, address=HERE)
    parts.identity.reopen_account("ada")
    assert sign_in(parts, "ada", device_of("ada")).login == "ada"
    assert parts.identity.session(browser) is None


def test_finn_who_left_and_nemo_who_never_was_get_the_same_answer(parts: CoreParts, company: Company) -> None:
    for login in ("finn", "nemo", "", "\x00", "x" * 10_000):
        for door in Door:
            assert_refused(parts, login, password_of("finn"), door)


def test_every_refusal_costs_one_look_at_an_argon2_hash(parts: CoreParts, company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []

    class Counting(type(passwords._HASHER)):
        def verify(self, hash: str, password: str) -> bool:  # noqa: A002 (the name that argon2 gives it)
            looked.append(hash)
            return super().verify(hash, password)

    monkeypatch.setattr(passwords, "_HASHER", Counting(memory_cost=19456, time_cost=2, parallelism=1))
    parts.identity.add_account("new", name="New", mail="")
    for login in ("ada", "nemo", "finn", "new", "\ud800"):
        before = len(looked)
        assert_refused(parts, login, "a wrong password of some length")
        assert len(looked) == before + 1, login


def test_what_was_verified_is_remembered_without_another_look(parts: CoreParts, company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_in(parts, "ada", password_of("ada"))
    monkeypatch.setattr(passwords, "verify", lambda *_: pytest.fail("looked again"))
    assert sign_in(parts, "ada", password_of("ada")).login == "ada"
    with pytest.raises(pytest.fail.Exception, match="looked again"):
        sign_in(parts, "ada", password_of("ada"), Door.WEB)


def test_who_was_here_a_moment_ago_is_looked_up_again_only_after_a_change_of_rights(
    parts: CoreParts, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    by_login = accounts.by_login_or_mail
    monkeypatch.setattr(accounts, "by_login_or_mail", lambda tx, key: looked.append(key) or by_login(tx, key))
    for _ in range(3):
        assert sign_in(parts, "ada", device_of("ada")).login == "ada"
    assert looked.count("ada") == 1
    parts.identity.set_language("bruno", "eo")
    for _ in range(3):
        sign_in(parts, "ada", device_of("ada"))
    assert looked.count("ada") == 2


def test_what_one_process_remembers_ends_with_a_device_that_another_one_revokes(parts: CoreParts, company: Company) -> None:
    other = Identity(parts.store, parts.identity._key)
    assert sign_in(parts, "ada", device_of("ada")).login == "ada"
    (device,) = (one for one in other.device_passwords("ada") if one.scope is Scope.ALL)
    other.revoke_device_password("ada", device.id)
    assert_refused(parts, "ada", device_of("ada"))


def test_a_changed_password_ends_what_was_remembered_and_all_sessions(parts: CoreParts, company: Company) -> None:
    browser = parts.identity.open_session(company.ada, address=HERE)
    sign_in(parts, "ada", password_of("ada"))
    parts.identity.set_password("ada", "another long password of hers")
    assert_refused(parts, "ada", password_of("ada"))
    assert parts.identity.session(browser) is None
    assert sign_in(parts, "ada", "another long password of hers", Door.WEB).login == "ada"
    assert sign_in(parts, "ada", device_of("ada")).login == "ada"


def test_a_loopback_only_account_is_refused_from_anywhere_else(parts: CoreParts) -> None:
    parts.identity.add_account("demo", name="Demo", mail="", password="demo-has-a-long-password", is_loopback_only=True)
    parts.identity.add_device_password("demo", label="phone", secret="demo-phone-phone-phone")
    for secret in ("demo-has-a-long-password", "demo-phone-phone-phone"):
        for address in (HERE, "::1", "::ffff:127.0.0.1", "127.8.9.10"):
            assert sign_in(parts, "demo", secret, address=address).login == "demo"
        for address in (AWAY, "2001:db8::1", "::ffff:203.0.113.7", "", "localhost", "unknown"):
            assert_refused(parts, "demo", secret, address=address)


@pytest.mark.parametrize(
    "imported", [ldap_salted_sha1, ldap_salted_sha512, sha512_crypt.using(rounds=1000)], ids=lambda scheme: scheme.name
)
def test_an_imported_hash_is_accepted_and_upgraded(parts: CoreParts, company: Company, imported: type) -> None:
    hashed = imported.hash("she brought it along")
    keep_hash(parts, "ada", f"{{CRYPT}}{hashed}" if hashed.startswith("$6$") else hashed)
    assert_refused(parts, "ada", "she brought it alonG")
    assert sign_in(parts, "ada", "she brought it along", Door.WEB).login == "ada"
    assert stored(parts, "ada").password_hash.startswith("$argon2id$")
    assert sign_in(parts, "ada", "she brought it along", Door.API).login == "ada"


def test_a_better_hash_of_the_old_password_never_replaces_the_new_one(parts: CoreParts, company: Company) -> None:
    keep_hash(parts, "ada", ldap_salted_sha1.hash("she brought it along"))
    before = stored(parts, "ada")
    parts.identity.set_password("ada", "another long password of hers")
    parts.identity._look_at_password(before, before.password_hash or "", NOTHING, "she brought it along")
    assert_refused(parts, "ada", "she brought it along")
    assert sign_in(parts, "ada", "another long password of hers").login == "ada"


def test_a_change_of_something_else_does_not_reopen_an_account_closed_meanwhile(parts: CoreParts, company: Company) -> None:
    changing = parts.identity._changing("ada")
    tx, row = changing.__enter__()
    closing = threading.Thread(target=parts.identity.close_account, args=("ada",))
    closing.start()
    closing.join(0.3)  # long enough to get through if nothing held it back
    accounts.save(tx, replace(row, language="eo"))
    changing.__exit__(None, None, None)
    closing.join(30)
    account = parts.identity.account("ada")
    assert not account.is_active
    assert account.language == "eo"


def test_a_use_is_noted_every_five_minutes_at_most(parts: CoreParts, company: Company) -> None:
    def last_use() -> object:
        return parts.identity.device_passwords("ada")[0].last_used_at

    assert last_use() is None
    sign_in(parts, "ada", device_of("ada"), Door.LDAP, AWAY)
    first = last_use()
    assert first is not None
    (device,) = parts.identity.device_passwords("ada")
    assert (device.last_used_address, device.last_used_door) == (AWAY, "ldap")
    parts.clock.pass_s(299)
    sign_in(parts, "ada", device_of("ada"))
    assert last_use() == first
    parts.clock.pass_s(2)
    sign_in(parts, "ada", device_of("ada"))
    assert last_use() > first


def test_guessing_is_throttled_for_the_account_and_the_phone_goes_on(parts: CoreParts, company: Company) -> None:
    for number in range(10):
        assert_refused(parts, "ada", f"guess {number}", address=f"203.0.113.{number}")
    for secret in ("guess", password_of("ada")):
        with pytest.raises(Throttled) as raised:
            sign_in(parts, "ada", secret, Door.WEB, AWAY)
        assert 0 < raised.value.retry_after_s <= 300
    assert sign_in(parts, "ada", device_of("ada")).login == "ada"
    assert sign_in(parts, "bruno", password_of("bruno")).login == "bruno"


def test_an_unknown_login_is_throttled_like_a_known_one(parts: CoreParts, company: Company) -> None:
    for number in range(10):
        assert_refused(parts, "nemo", f"guess {number}")
    with pytest.raises(Throttled):
        sign_in(parts, "nemo", "guess")


@pytest.mark.parametrize("password", ["\ud800" * 20, "a\x00" * 20, "x" * 100_000, ""])
def test_a_password_that_nobody_can_have_is_simply_wrong(parts: CoreParts, company: Company, password: str) -> None:
    for door in (Door.DAV, Door.WEB):
        assert_refused(parts, "ada", password, door)
    keep_hash(parts, "bruno", sha512_crypt.using(rounds=1000).hash("something long enough"))
    assert_refused(parts, "bruno", password)


def keep_hash(parts: CoreParts, login: str, password_hash: str) -> None:
    with parts.store.writing() as tx:
        accounts.save(tx, replace(stored(parts, login), password_hash=password_hash))


def stored(parts: CoreParts, login: str) -> accounts.AccountRow:
    with parts.store.reading() as tx:
        row = accounts.by_login_or_mail(tx, login)
    assert row is not None
    return row


def test_an_account_has_its_personal_book_and_its_person(parts: CoreParts, company: Company) -> None:
    assert parts.identity.account("ada").entry_uuid == uuid_of("ada")
    assert parts.identity.account("printer").entry_uuid is None
    with parts.directory.writing(company.system) as writing:
        writing.add(writing.book("people"), draft("printer", "The", "Printer", "Machine", None))
    assert parts.identity.account("printer").entry_uuid == uuid_of("printer")
    with parts.directory.reading(company.printer) as reading:
        assert reading.book("~printer").book.owner_id == company.printer.account_id


@pytest.mark.parametrize("login", ["", " ", "a b", "a:b", "a,b", "a/b", "~a", "@a", "a@", "a\x00", "x" * 101, "\u200b", "a\nb"])
def test_what_cannot_be_a_login_is_refused(parts: CoreParts, login: str) -> None:
    with pytest.raises(BadInput, match="login"):
        parts.identity.add_account(login, name="Name", mail="")
    assert parts.identity.accounts() == ()


def test_a_login_stands_once_in_any_spelling(parts: CoreParts, company: Company) -> None:
    for login in ("ada", "ADA", "Àda"):
        with pytest.raises(Conflict, match="ada"):
            parts.identity.add_account(login, name="Other", mail="")


def test_no_login_names_no_account_not_even_one_without_mail(parts: CoreParts, company: Company) -> None:
    for login in ("", "  ", "\u200b", "nemo"):
        with pytest.raises(NotFound):
            parts.identity.account(login)
        with pytest.raises(NotFound):
            parts.identity.close_account(login)
    assert parts.identity.account("printer").is_active


def test_a_mail_address_of_many_finds_nobody_but_the_login_that_is_it(parts: CoreParts) -> None:
    for login in ("one", "two", "three", "four", "office@example.com"):
        parts.identity.add_account(login, name=login, mail="office@example.com")
    assert parts.identity.account("Office@Example.com").login == "office@example.com"
    for login in ("five", "six"):
        parts.identity.add_account(login, name=login, mail="both@example.com")
    with pytest.raises(NotFound):
        parts.identity.account("both@example.com")


def test_accounts_are_listed_by_login_without_secrets(parts: CoreParts, company: Company) -> None:
    found = parts.identity.accounts()
    assert [one.login for one in found] == sorted(one.login for one in found)
    assert "argon2" not in repr(found)
    assert {one.login for one in found if not one.is_active} == {"finn"}
    assert {one.login for one in found if one.is_admin} == {"admin"}


def test_the_language_is_remembered(parts: CoreParts, company: Company) -> None:
    parts.identity.set_language("ada", "pl")
    assert parts.identity.account("ada").language == "pl"


def test_people_lead_to_their_open_accounts(parts: CoreParts, company: Company) -> None:
    found = parts.identity.accounts_of([uuid_of("ada"), uuid_of("finn"), uuid_of("nobody")])
    assert {uuid: account.login for uuid, account in found.items()} == {uuid_of("ada"): "ada"}
    assert parts.identity.accounts_of([]) == {}
