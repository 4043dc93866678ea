# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.ldap.mirror import voice
from dirserver.ldap.mirror.requests import PersistentSearch
from dirserver.ldap.mirror.voice import Refreshed, State, SyncVoice, WatchVoice
from dirserver.ldap.wire import encode
from dirserver.ldap.wire.message import Result
from tests.cast import uuid_of
from tests.ldap.mirror.copies import CHANGED, DONE, STATE, Copy, state_of, told

ENTRY = encode.entry("uid=ada,ou=people,dc=example,dc=com", [encode.attribute("uid", [b"ada"])])
ADA = uuid_of("ada")


def test_an_entry_comes_with_its_state_and_uuid() -> None:
    (answer,) = SyncVoice().entry(ENTRY, ADA, State.MODIFY, 7)
    assert told(answer).control == STATE
    assert state_of(told(answer)) == (2, ADA)
    (answer,) = SyncVoice().gone("", ADA, 7)
    assert state_of(told(answer)) == (3, ADA)


def test_a_notice_says_what_happened_under_which_number() -> None:
    speaking = WatchVoice(PersistentSearch(types=4 | 2, changes_only=True, wants_notices=True))
    (answer,) = speaking.entry(ENTRY, ADA, State.MODIFY, 7)
    assert (told(answer).control, told(answer).value) == (CHANGED, bytes.fromhex("30060a0104020107"))
    assert not list(speaking.entry(ENTRY, ADA, State.ADD, 7)), "that kind was not asked for"
    (answer,) = speaking.gone("uid=ada", ADA, 8)
    assert told(answer).value == bytes.fromhex("30060a0102020108")
    assert not list(speaking.gone("", ADA, 8)), "a name that may not be known is not told"
    assert list(WatchVoice(PersistentSearch(1, changes_only=False, wants_notices=False)).entry(ENTRY, ADA, State.ADD, 7)) == [ENTRY]


def test_sets_name_many_at_once() -> None:
    uuids = [uuid_of(str(number)) for number in range(5000)]
    copy = Copy()
    copy.entries = {uuid: ("", {}) for uuid in uuids}
    sets = list(voice.uuid_sets(uuids[:4999], are_gone=True))
    assert len(sets) == 3
    assert list(copy.take(map(told, sets)).entries) == uuids[4999:]


def test_the_end_of_a_refresh_says_what_is_not_named() -> None:
    for how, left in ((Refreshed.BY_DELETES, 1), (Refreshed.BY_PRESENCE, 0)):
        for end in (voice.done(Result(), how, b"c"), voice.refreshed(how, b"c")):
            copy = Copy()
            copy.entries = {ADA: ("", {})}
            copy.take([told(end)])
            assert (copy.cookie, len(copy.entries)) == (b"c", left)
    assert told(voice.done(Result(), Refreshed.BY_DELETES, b"c")).control == DONE
    assert Copy().take([told(voice.new_cookie(b"d"))]).cookie == b"d"


def test_who_asks_for_it_gets_a_csn_that_grows_with_what_is_told() -> None:
    speaking = SyncVoice("entryCSN")
    had_one = encode.entry("uid=ada", [encode.attribute("entrycsn", [b"another"]), encode.attribute("uid", [b"ada"])])
    told_csns = []
    for access, number in ((0, 5), (0, 6), (1, 0)):
        speaking.access = access
        (answer,) = speaking.entry(had_one, ADA, State.ADD, number)
        assert told(answer).values.keys() == {"entryCSN", "uid"}
        told_csns += told(answer).values["entryCSN"]
    assert told_csns == sorted(set(told_csns))
