# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from argon2 import PasswordHasher
from passlib.hash import (
    ldap_md5,
    ldap_pbkdf2_sha256,
    ldap_plaintext,
    ldap_salted_sha1,
    ldap_salted_sha256,
    ldap_salted_sha512,
    sha256_crypt,
    sha512_crypt,
)

from dirserver.identity import passwords

GOOD = "correct horse battery staple"


def test_a_password_is_the_same_on_any_keyboard() -> None:
    hashed = passwords.hash_password("zażółć gęślą jaźń")
    assert passwords.verify("za\u017co\u0301\u0142c\u0301 ge\u0328s\u0301la\u0328 jaz\u0301n\u0301", hashed)
    assert not passwords.verify("zazolc gesla jazn", hashed)


def test_what_is_written_is_argon2id_and_salted() -> None:
    one, other = passwords.hash_password(GOOD), passwords.hash_password(GOOD)
    assert one != other
    assert one.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert not passwords.needs_new_hash(one)


def test_a_hash_of_weaker_parameters_is_made_anew() -> None:
    weak = PasswordHasher(memory_cost=8, time_cost=1, parallelism=1).hash(GOOD)
    assert passwords.verify(GOOD, weak)
    assert passwords.needs_new_hash(weak)


@pytest.mark.parametrize(
    "scheme",
    [ldap_salted_sha1, ldap_salted_sha256, ldap_salted_sha512, sha512_crypt.using(rounds=1000), sha256_crypt.using(rounds=1000)],
    ids=lambda scheme: scheme.name,
)
def test_the_hashes_of_other_directories_are_read(scheme: type) -> None:
    hashed = scheme.hash(GOOD)
    for stored in (hashed, f"{{CRYPT}}{hashed}") if hashed.startswith("$") else (hashed,):
        assert passwords.verify(GOOD, stored)
        assert not passwords.verify(GOOD + "x", stored)
        assert passwords.needs_new_hash(stored)


NO_HASHES = [None, "", "x", "$argon2id$", "$argon2id$v=19$m=1", "{SSHA}", "{CRYPT}", "$6$", GOOD]


@pytest.mark.parametrize("stored", [*NO_HASHES, ldap_plaintext.hash(GOOD), ldap_md5.hash(GOOD)])
def test_what_is_no_hash_of_ours_opens_nothing(stored: str | None) -> None:
    assert not passwords.verify(GOOD, stored)
    assert not passwords.verify("", stored)


@pytest.mark.parametrize(
    "scheme",
    [
        ldap_salted_sha1,
        ldap_salted_sha512,
        ldap_pbkdf2_sha256.using(rounds=1000),
        sha512_crypt.using(rounds=1000),
        sha256_crypt.using(rounds=1000),
    ],
    ids=lambda scheme: scheme.name,
)
def test_a_hash_that_is_imported_is_kept_as_it_is_read(scheme: type) -> None:
    hashed = scheme.hash(GOOD)
    name, brace, rest = hashed.partition("}")
    spelt = (hashed, f"{{crypt}}{hashed}") if hashed.startswith("$") else (hashed, f" {name.lower()}{brace}{rest}\n")
    for given in spelt:
        assert passwords.imported(given) == hashed
    assert passwords.verify(GOOD, hashed)


def test_an_argon2_hash_is_imported_under_its_scheme_unless_it_costs_too_much() -> None:
    weak = PasswordHasher(memory_cost=8, time_cost=1, parallelism=1).hash(GOOD)
    assert passwords.imported("{ARGON2}" + weak) == passwords.imported(weak) == weak
    assert passwords.imported(weak.replace("m=8,", "m=2097152,")) is None
    assert passwords.imported(weak.replace("t=1,", "t=1000000,")) is None


@pytest.mark.parametrize(
    "given",
    [
        "",
        "x",
        GOOD,
        ldap_plaintext.hash(GOOD),
        ldap_md5.hash(GOOD),
        "$argon2id$",
        "$argon2id$v=19$m=8,t=1,p=1$",
        "{SSHA}",
        "{CRYPT}",
        "{CRYPT}abJnggxhB/yWI",
        "$6$",
        "$6$saltsalt",
        "{CRYPT}$6$rounds=999999999$saltsalt$" + "x" * 86,
        "{PBKDF2-SHA256}999999999$c2FsdA$" + "x" * 43,
        "{SSHA}" + "x" * 600,
        "{SSHA}\udc80",
        "{ARGON2}$argon2id$v=19$m=8,t=1,p=1$\udc80c2FsdHNhbHQ$aGFzaA",
    ],
)
def test_what_is_no_hash_of_a_known_scheme_is_not_imported(given: str) -> None:
    assert passwords.imported(given) is None


def test_an_imported_hash_is_of_what_was_typed_whatever_its_normal_form() -> None:
    for secret in ("\ufb01sh and \u212bngstr\u00f6m", "fish and \u00c5ngstro\u0308m"):
        assert passwords.verify(secret, ldap_salted_sha256.hash(secret))
        assert not passwords.verify(secret + "x", ldap_salted_sha256.hash(secret))


def test_nothing_is_cut_off() -> None:
    longest = "x1y2" * (passwords.MAX_LENGTH // 4)
    hashed = passwords.hash_password(longest)
    assert passwords.verify(longest, hashed)
    assert not passwords.verify(longest + "x", hashed)
    assert not passwords.verify(longest[:-1], hashed)


@pytest.mark.parametrize("typed", ["ﬁfteen²letters and more", "e\u0301t\u00e9 caf\u00e9 noir tr\u00e8s long"])
def test_a_hash_from_elsewhere_fits_what_was_typed_there(typed: str) -> None:
    assert passwords.verify(typed, ldap_salted_sha512.hash(typed))
    assert passwords.verify(typed, PasswordHasher(memory_cost=8, time_cost=1, parallelism=1).hash(typed))
    assert not passwords.verify("another one altogether", ldap_salted_sha512.hash(typed))
