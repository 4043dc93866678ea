# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
import subprocess
import sys

from dirserver.identity import ceremony
from dirserver.identity.site import Site
from tests.identity.authenticator import PRESENT, Authenticator

SITE = Site("contacts.example.com", "https://contacts.example.com", "example.com")
ADA = ceremony.User(b"a handle", "ada", "Ada Marlowe")
CHALLENGE = b"a challenge of some length"


def made(device: Authenticator) -> ceremony.Made:
    answer = json.loads(device.register(ceremony.ask_to_register(SITE, ADA, CHALLENGE, ())))
    passkey = ceremony.registered(SITE, answer, CHALLENGE)
    assert passkey is not None
    return passkey


def test_what_is_asked_names_the_site_the_person_and_the_passkeys_that_are_there() -> None:
    passkey = made(Authenticator(origin=SITE.origin, rp_id=SITE.rp_id))
    asked = json.loads(ceremony.ask_to_register(SITE, ADA, CHALLENGE, [passkey.name]))
    assert (asked["rp"]["id"], asked["user"]["name"], asked["user"]["displayName"]) == (SITE.rp_id, "ada", "Ada Marlowe")
    assert [each["id"] for each in asked["excludeCredentials"]] == [passkey.name]
    shown = json.loads(ceremony.ask_to_show(SITE, CHALLENGE, [passkey.name], needs_user=True))
    assert (shown["userVerification"], [each["id"] for each in shown["allowCredentials"]]) == ("required", [passkey.name])


def test_what_a_passkey_signs_counts_up_for_its_site_and_challenge_alone() -> None:
    device = Authenticator(origin=SITE.origin, rp_id=SITE.rp_id)
    passkey = made(device)
    answer = json.loads(device.sign(ceremony.ask_to_show(SITE, CHALLENGE, [passkey.name], needs_user=True)))

    def shown(site: Site = SITE, challenge: bytes = CHALLENGE, count: int = passkey.sign_count) -> int | None:
        return ceremony.shown(site, answer, challenge, passkey.public_key, count, needs_user=True)

    counted = shown()
    assert counted is not None
    assert counted > passkey.sign_count
    assert shown(count=counted) is None
    assert shown(challenge=b"another challenge") is None
    assert shown(site=Site("example.com", SITE.origin, "")) is None
    assert ceremony.shown(SITE, {"id": "x"}, CHALLENGE, passkey.public_key, 0, needs_user=True) is None


def test_who_is_there_is_verified_where_that_is_needed() -> None:
    device = Authenticator(origin=SITE.origin, rp_id=SITE.rp_id, flags=PRESENT)
    passkey = made(device)
    answer = json.loads(device.sign(ceremony.ask_to_show(SITE, CHALLENGE, [passkey.name], needs_user=False)))
    assert ceremony.shown(SITE, answer, CHALLENGE, passkey.public_key, passkey.sign_count, needs_user=True) is None
    assert ceremony.shown(SITE, answer, CHALLENGE, passkey.public_key, passkey.sign_count, needs_user=False) is not None


def test_the_library_is_loaded_by_nobody_who_uses_no_passkey() -> None:
    script = "import sys, dirserver.wiring; print([name for name in ('webauthn', 'openpyxl') if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.strip() == "[]"
